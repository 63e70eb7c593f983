import { createHash, hkdfSync } from 'node:crypto';
import {
  CompactEncrypt,
  compactDecrypt,
  decodeJwt,
  type JWTPayload,
  errors as joseErrors,
  jwtVerify,
  SignJWT,
} from 'jose';
import { RequestError } from '../errors/request-error.ts';
import { type DatabaseFamily, parseDatabaseAddress } from '../sessions/database-address.ts';
import { Credentials } from './credentials.ts';
import type { RsaKeys } from './rsa-keys.ts';
import { TokenMemory } from './token-memory.ts';

/** Seconds by which the clock of the server that issued a token may be ahead of ours. */
const CLOCK_SKEW = 30;

/** What a login proved. */
export interface Login {
  /** As the user wrote it. */
  readonly databaseAddress: string;
  readonly username: string;
  readonly password: string;
}

/** Issues tokens and reads them. */
export interface TokenAuthority {
  issue(login: Login): Promise<string>;
  /**
   * The credentials of a token; at once where it was read before.
   * @throws RequestError INVALID_TOKEN, FOREIGN_TOKEN or EXPIRED_TOKEN.
   */
  read(token: string): Credentials | Promise<Credentials>;
  /** The second since 1970 from which on a token is no good that could be read. */
  expires(token: string): number;
}

export interface TokenAuthorityOptions {
  readonly keys: RsaKeys;
  /** Milliseconds until a token expires. */
  readonly lifetime: number;
  /** The family of a database address that names none; default `mysql`. */
  readonly defaultBackend?: DatabaseFamily;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const ALGORITHM = 'RS256';
const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;
const LOG_IN = 'log in again to get a new one';

function invalid(cause?: unknown): RequestError {
  return new RequestError('INVALID_TOKEN', `Expected a token of this server, got text that is none; ${LOG_IN}.`, {
    cause,
  });
}

function foreign(cause?: unknown): RequestError {
  return new RequestError(
    'FOREIGN_TOKEN',
    `Expected a token that this server issued, got one that it did not; ${LOG_IN}.`,
    { cause },
  );
}

function expired(): RequestError {
  return new RequestError(
    'EXPIRED_TOKEN',
    `Expected a token that is still valid, got one that has expired; ${LOG_IN}.`,
  );
}

function refusal(error: unknown): RequestError {
  if (error instanceof joseErrors.JWTExpired) return expired();
  const isMalformed = error instanceof joseErrors.JWSInvalid || error instanceof joseErrors.JWTInvalid;
  return isMalformed ? invalid(error) : foreign(error);
}

type Payload = JWTPayload & {
  exp: number;
  iat: number;
  username: string;
  databaseAddress: string;
  credentials: string;
};

function isOurs(payload: JWTPayload): payload is Payload {
  const { exp, iat, username, databaseAddress, credentials, iss, aud, sub } = payload;
  const isTyped = typeof exp === 'number' && Number.isFinite(exp) && typeof iat === 'number' && Number.isFinite(iat);
  const isNamed =
    typeof username === 'string' && typeof databaseAddress === 'string' && typeof credentials === 'string';
  return isTyped && isNamed && iss === undefined && aud === undefined && sub === undefined;
}

/**
 * Tokens: a JWS (RS256) with who and where in clear and, in `credentials`, a JWE (`dir`, A256GCM) of the password.
 *
 * The key of the JWE is derived by HKDF-SHA256 from the private key with user and address as its context, so replicas
 * that share the private key read each other's tokens, and the credentials of one token do not open in another.
 */
export function tokenAuthority(options: TokenAuthorityOptions): TokenAuthority {
  const { keys, lifetime, defaultBackend, now = Date.now } = options;
  const memory = new TokenMemory();
  const secret = keys.privateKey.export({ type: 'pkcs8', format: 'der' });
  const credentialKey = (username: string, databaseAddress: string): Uint8Array => {
    // Hashed, since the platform takes no context beyond 1024 bytes.
    const context = createHash('sha256').update(JSON.stringify(['pharus credentials 1', username, databaseAddress]));
    return new Uint8Array(hkdfSync('sha256', secret, '', context.digest(), 32));
  };

  async function open(token: string): Promise<Credentials> {
    try {
      const { payload } = await jwtVerify(token, keys.publicKey, {
        algorithms: [ALGORITHM],
        clockTolerance: CLOCK_SKEW,
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(now()),
      });
      if (!isOurs(payload)) throw foreign();
      const seconds = now() / 1000;
      if (payload.exp <= seconds) throw expired();
      if (payload.iat > seconds + CLOCK_SKEW) throw foreign();
      const { username, databaseAddress } = payload;
      const { plaintext } = await compactDecrypt(payload.credentials, credentialKey(username, databaseAddress), {
        keyManagementAlgorithms: [ENCRYPTION.alg],
        contentEncryptionAlgorithms: [ENCRYPTION.enc],
      });
      const address = parseDatabaseAddress(databaseAddress, defaultBackend);
      const credentials = new Credentials(address, username, new TextDecoder().decode(plaintext));
      memory.keep(token, { credentials, expires: payload.exp });
      return credentials;
    } catch (error) {
      throw error instanceof RequestError ? error : refusal(error);
    }
  }

  return {
    async issue({ databaseAddress, username, password }) {
      const credentials = await new CompactEncrypt(new TextEncoder().encode(password))
        .setProtectedHeader(ENCRYPTION)
        .encrypt(credentialKey(username, databaseAddress));
      const seconds = Math.floor(now() / 1000);
      return new SignJWT({ username, databaseAddress, credentials })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + Math.ceil(lifetime / 1000))
        .sign(keys.privateKey);
    },

    read: (token) => memory.recall(token, now() / 1000) ?? open(token),

    expires: (token) => Number(decodeJwt(token).exp),
  };
}
