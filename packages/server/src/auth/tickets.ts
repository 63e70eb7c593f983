import { hkdfSync, randomUUID } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { RequestError } from '../errors/request-error.ts';
import type { DatabaseAddress } from '../sessions/database-address.ts';
import { Credentials } from './credentials.ts';
import type { RsaKeys } from './rsa-keys.ts';

/** Milliseconds for which a ticket is good. */
const lifetime = 30_000;
const header = { alg: 'dir', enc: 'A256GCM' } as const;

/** What a ticket says, for the server alone. */
interface Written {
  readonly id: string;
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly address: DatabaseAddress;
  readonly username: string;
  readonly password: string;
}

export interface TicketsOptions {
  readonly keys: RsaKeys;
  /** Tells others who read the same tickets that one was used. */
  readonly tell?: ((id: string, expires: number) => void) | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Tickets: what opens one path, once, to whoever has it, for a browser that follows a link and sends no token. Each is a JWE
 * (`dir`, A256GCM) under a key derived from the private key, so that servers that share that read each other's; that one
 * was used is known to the server that took it and to those it tells.
 */
export class Tickets {
  readonly #key: Uint8Array;
  readonly #tell: (id: string, expires: number) => void;
  readonly #now: () => number;
  /** Tickets that were used, and until when anybody could try again; those used first come first. */
  readonly #used = new Map<string, number>();

  constructor({ keys, tell = () => undefined, now = Date.now }: TicketsOptions) {
    const secret = keys.privateKey.export({ type: 'pkcs8', format: 'der' });
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'pharus ticket 1', 32));
    this.#tell = tell;
    this.#now = now;
  }

  /** A ticket for a path, with its parameters. */
  async issue(credentials: Credentials, path: string): Promise<string> {
    const { address, username } = credentials;
    const password = credentials.revealPassword();
    const written: Written = {
      id: randomUUID(),
      path,
      expires: this.#now() + lifetime,
      address,
      username,
      password,
    };
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(written)))
      .setProtectedHeader(header)
      .encrypt(this.#key);
  }

  /**
   * Whose ticket for a path it is, and uses it up unless it is only looked at.
   * @throws RequestError INVALID_TOKEN, EXPIRED_TOKEN
   */
  async take(ticket: string, path: string, { isUsed = true } = {}): Promise<Credentials> {
    const { id, expires, address, username, password, ...written } = await this.#read(ticket);
    if (written.path !== path) throw refused('a ticket for this address, got one for another');
    if (expires <= this.#now()) {
      throw new RequestError('EXPIRED_TOKEN', `Expected a ticket that is still valid, got an old one; ${askAgain}.`);
    }
    if (this.#used.has(id)) throw refused('a ticket that was not used, got one that was');
    if (isUsed) {
      this.used(id, expires);
      this.#tell(id, expires);
    }
    return new Credentials(address, username, password);
  }

  /** Notes that a ticket was used, here or elsewhere. */
  used(id: string, expires: number): void {
    const now = this.#now();
    for (const [old, until] of this.#used) {
      if (until > now) break;
      this.#used.delete(old);
    }
    this.#used.set(id, expires);
  }

  async #read(ticket: string): Promise<Written> {
    try {
      const { plaintext } = await compactDecrypt(ticket, this.#key, {
        keyManagementAlgorithms: [header.alg],
        contentEncryptionAlgorithms: [header.enc],
      });
      return JSON.parse(new TextDecoder().decode(plaintext)) as Written;
    } catch (cause) {
      throw refused('a ticket of this server, got text that is none', cause);
    }
  }
}

const askAgain = 'ask for a new one with POST /ticket';

const refused = (what: string, cause?: unknown): RequestError =>
  new RequestError('INVALID_TOKEN', `Expected ${what}; ${askAgain}.`, { cause });
