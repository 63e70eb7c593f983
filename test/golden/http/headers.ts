import { createSign } from 'node:crypto';
import type { RsaKeys } from '../../../packages/server/src/auth/rsa-keys.ts';
import { type TokenAuthority, tokenAuthority } from '../../../packages/server/src/auth/token.ts';
import type { RecordedCase } from './recording.ts';

const password = { root: 'simple', limited: 'limited' } as const;

/** Makes the headers of recorded requests: tokens differ from server to server, so each gets one of ours of its kind. */
export interface Headers {
  of(recorded: RecordedCase): Promise<Record<string, string>>;
}

const day = 86_400_000;

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function signed(payload: object, keys: RsaKeys): string {
  const content = `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(payload)}`;
  return `${content}.${createSign('RSA-SHA256').update(content).sign(keys.privateKey, 'base64url')}`;
}

/** Another letter in the midst of the signature. */
function tampered(token: string): string {
  const at = token.lastIndexOf('.') + 20;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

/** The payload of another token with the signature of this one. */
function withPayload(token: string, payload: object): string {
  const [header, , signature] = token.split('.');
  return `${header}.${base64url(payload)}.${signature}`;
}

export function requestHeaders(keys: RsaKeys, databaseAddress: string): Headers {
  const tokens = tokenAuthority({ keys, lifetime: day });
  const login = (username: keyof typeof password, authority: TokenAuthority = tokens): Promise<string> =>
    authority.issue({ databaseAddress, username, password: password[username] });

  /** What was recorded of tokens made by hand names their fault only. */
  const handmade: Readonly<Record<string, () => Promise<string>>> = {
    '030-auth-tampered': async () => `Bearer ${tampered(await login('root'))}`,
    '031-auth-tampered-payload': async () => {
      const payload = { databaseAddress, username: 'x', password: 'simple' };
      return `Bearer ${withPayload(await login('root'), payload)}`;
    },
    '032-auth-alg-none': async () => {
      const [, payload] = (await login('root')).split('.');
      return `Bearer ${base64url({ alg: 'none', typ: 'JWT' })}.${payload}.`;
    },
    '033-auth-basic-scheme-accepted': async () => `Basic ${await login('root')}`,
    '034-auth-lower-scheme': async () => `bearer ${await login('root')}`,
    '035-auth-expired-token': async () => {
      const old = tokenAuthority({ keys, lifetime: day, now: () => Date.now() - 2 * day });
      return `Bearer ${await login('root', old)}`;
    },
    '036-auth-token-with-wrong-password': async () =>
      `Bearer ${await tokens.issue({ databaseAddress, username: 'root', password: 'wrong' })}`,
    '037-auth-token-missing-key': async () => `Bearer ${signed({ a: 1 }, keys)}`,
  };

  async function authorization({ case: id, as }: RecordedCase): Promise<string | undefined> {
    const make = handmade[id];
    if (make !== undefined) return await make();
    if (as === null) return undefined;
    if (typeof as === 'string') return `Bearer ${await login(as)}`;
    if ('raw' in as) return as.raw;
    throw new Error(`${id}: a token made by hand that is not made here.`);
  }

  /** The type of the body was not recorded; the names of two cases tell it. */
  function contentType({ case: id, body }: RecordedCase): string | undefined {
    if (id === '017-login-form-content-type') return 'application/x-www-form-urlencoded';
    return body === undefined || id === '487-write-insert-no-content-type' ? undefined : 'application/json';
  }

  return {
    async of(recorded) {
      const entries = { authorization: await authorization(recorded), 'content-type': contentType(recorded) };
      return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >;
    },
  };
}
