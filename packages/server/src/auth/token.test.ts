import { createHmac, createSign, generateKeyPairSync, type KeyObject, sign as rsaSign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { pairOf, type RsaKeys } from './rsa-keys.ts';
import { type Login, type TokenAuthority, tokenAuthority } from './token.ts';

const CANARY = 'S3cr3t-CANARY-9f1';
const login: Login = { databaseAddress: 'db.example.org:3306', username: 'ann', password: CANARY };
const NOW = Date.UTC(2030, 0, 1);
const seconds = NOW / 1000;

let keys: RsaKeys;
let other: RsaKeys;
let tokens: TokenAuthority;
let token: string;
let payload: Record<string, unknown>;

const makeKeys = (): RsaKeys => pairOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? '', 'base64url').toString());

/** A token signed by us, whatever it says. */
function signed(claims: unknown, header: object = { alg: 'RS256' }, key: KeyObject = keys.privateKey): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${createSign('RSA-SHA256').update(input).sign(key, 'base64url')}`;
}

const code = (expected: string) => expect.objectContaining({ code: expected });

beforeAll(async () => {
  keys = makeKeys();
  other = makeKeys();
  tokens = tokenAuthority({ keys, lifetime: 3_600_000, now: () => NOW });
  token = await tokens.issue(login);
  payload = decode(token.split('.')[1]) as Record<string, unknown>;
});

test('a token reads back as what was logged in with', async () => {
  const credentials = await tokens.read(token);
  expect(credentials.address).toEqual({ family: 'mysql', host: 'db.example.org', port: 3306 });
  expect(credentials.username).toBe('ann');
  expect(credentials.revealPassword()).toBe(CANARY);
});

test('is a JWS of three parts whose second is the documented object', () => {
  expect(token.split('.')).toHaveLength(3);
  expect(decode(token.split('.')[0])).toEqual({ alg: 'RS256', typ: 'JWT' });
  expect(payload).toEqual({
    username: 'ann',
    databaseAddress: 'db.example.org:3306',
    iat: seconds,
    exp: seconds + 3600,
    credentials: expect.stringMatching(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/),
  });
  expect(decode(String(payload.credentials).split('.')[0])).toEqual({ alg: 'dir', enc: 'A256GCM' });
});

test('the password is nowhere in it', () => {
  const parts = [token, ...token.split('.'), ...String(payload.credentials).split('.')];
  for (const part of parts) {
    expect(part).not.toContain(CANARY);
    expect(Buffer.from(part, 'base64url').toString('latin1')).not.toContain(CANARY);
  }
});

test('another server with the same keys reads it, one with other keys does not', async () => {
  const replica = tokenAuthority({ keys: pairOf(keys.privateKey), lifetime: 1, now: () => NOW });
  await expect(replica.read(token)).resolves.toMatchObject({ username: 'ann' });
  const stranger = tokenAuthority({ keys: other, lifetime: 1, now: () => NOW });
  await expect(stranger.read(token)).rejects.toThrow(code('FOREIGN_TOKEN'));
});

test.each(['', ' ', 'é😀', 'x'.repeat(500), `:@/%?#'"\\`])('passwords survive: %j', async (password) => {
  const credentials = await tokens.read(await tokens.issue({ ...login, password }));
  expect(credentials.revealPassword()).toBe(password);
});

describe('time', () => {
  const at = (offset: number): TokenAuthority => tokenAuthority({ keys, lifetime: 1, now: () => NOW + offset * 1000 });

  test('a token expires to the second', async () => {
    await expect(at(3599).read(token)).resolves.toBeDefined();
    await expect(at(3600).read(token)).rejects.toThrow(code('EXPIRED_TOKEN'));
    await expect(at(3601).read(token)).rejects.toThrow(code('EXPIRED_TOKEN'));
    await expect(at(86_400).read(token)).rejects.toThrow(code('EXPIRED_TOKEN'));
  });

  test('a token that was read before expires no later, and vouches for no other', async () => {
    let time = NOW;
    const reader = tokenAuthority({ keys, lifetime: 3_600_000, now: () => time });
    const first = await reader.read(token);
    expect(await reader.read(token)).toBe(first);
    const last = token.slice(-4, -2) === 'AA' ? 'BB' : 'AA';
    const other = `${token.slice(0, -4)}${last}${token.slice(-2)}`;
    await expect(reader.read(other)).rejects.toEqual(code('FOREIGN_TOKEN'));
    time = NOW + 3_600_000 - 1;
    expect(await reader.read(token)).toBe(first);
    time = NOW + 3_600_000;
    await expect(reader.read(token)).rejects.toEqual(code('EXPIRED_TOKEN'));
    await expect(reader.read(token)).rejects.toEqual(code('EXPIRED_TOKEN'));
  });

  test('a clock may be 30 seconds ahead and no more', async () => {
    await expect(at(-30).read(token)).resolves.toBeDefined();
    await expect(at(-32).read(token)).rejects.toThrow(code('FOREIGN_TOKEN'));
    await expect(tokens.read(signed({ ...payload, nbf: seconds + 3600 }))).rejects.toThrow(code('FOREIGN_TOKEN'));
  });
});

describe('forgeries', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', null, undefined])('algorithm %s', async (alg) => {
    for (const signature of ['', token.split('.')[2]]) {
      const forged = `${encode({ alg, typ: 'JWT' })}.${encode(payload)}.${signature}`;
      await expect(tokens.read(forged)).rejects.toThrow(/Expected a token/);
    }
  });

  test.each(['sha256', 'sha384', 'sha512'])('HMAC (%s) with the public key as secret', async (hash) => {
    const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const pkcs1 = keys.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    for (const secret of [pem, pem.trim(), pem.replaceAll('\n', ''), pkcs1]) {
      const input = `${encode({ alg: `HS${hash.slice(3)}` })}.${encode(payload)}`;
      const forged = `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
      await expect(tokens.read(forged)).rejects.toThrow(code('FOREIGN_TOKEN'));
    }
  });

  test('a foreign key, named or carried along', async () => {
    const jwk = other.publicKey.export({ format: 'jwk' });
    const headers = [{}, { jwk }, { jku: 'http://127.0.0.1:9/' }, { x5u: 'http://127.0.0.1:9/' }, { kid: '../../x' }];
    for (const header of headers) {
      const forged = signed(payload, { alg: 'RS256', ...header }, other.privateKey);
      await expect(tokens.read(forged)).rejects.toThrow(code('FOREIGN_TOKEN'));
    }
  });

  test('another algorithm of the same key', async () => {
    const input = `${encode({ alg: 'PS256' })}.${encode(payload)}`;
    const signature = rsaSign('sha256', Buffer.from(input), { key: keys.privateKey, padding: 6, saltLength: 32 });
    await expect(tokens.read(`${input}.${signature.toString('base64url')}`)).rejects.toThrow(code('FOREIGN_TOKEN'));
  });

  test('critical headers nobody knows, and unencoded payloads', async () => {
    await expect(tokens.read(signed(payload, { alg: 'RS256', crit: ['x'], x: 1 }))).rejects.toThrow(/Expected a token/);
    const unencoded = { alg: 'RS256', crit: ['b64'], b64: false };
    await expect(tokens.read(signed(payload, unencoded))).rejects.toThrow(/Expected a token/);
  });

  test('changed, cut or padded', async () => {
    const [header = '', body = '', signature = ''] = token.split('.');
    const changed = encode({ ...payload, username: 'root' });
    const forged = [
      `${header}.${changed}.${signature}`,
      `${header}.${body}.`,
      `${header}.${body}.${'A'.repeat(signature.length)}`,
      `${header}.${body}.${signature.slice(0, -10)}`,
      `${header}.${body}.AA${signature}`,
    ];
    for (const text of forged) await expect(tokens.read(text)).rejects.toThrow(code('FOREIGN_TOKEN'));
  });

  test.each(['', 'abc', 'a.b', 'a.b.c', '.', '..', '...', 'undefined', '{}', '\u0000', 'é.é.é'])(
    'no token at all: %j',
    async (text) => {
      await expect(tokens.read(text)).rejects.toThrow(code('INVALID_TOKEN'));
    },
  );
});

describe('claims of a token we signed ourselves', () => {
  test.each([
    { exp: undefined },
    { exp: 'x' },
    { exp: null },
    { iat: undefined },
    { iat: '1' },
    { username: undefined },
    { username: 5 },
    { databaseAddress: undefined },
    { databaseAddress: ['db'] },
    { credentials: undefined },
    { credentials: 5 },
    { credentials: 'x' },
    { iss: 'someone' },
    { aud: 'someone' },
    { sub: 'someone' },
  ])('%j', async (change) => {
    await expect(tokens.read(signed({ ...payload, ...change }))).rejects.toThrow(/Expected a token/);
  });

  test('credentials open only for the user and address they were made for', async () => {
    for (const change of [{ username: 'root' }, { databaseAddress: 'other:3306' }]) {
      await expect(tokens.read(signed({ ...payload, ...change }))).rejects.toThrow(code('FOREIGN_TOKEN'));
    }
  });

  test("the earlier server's tokens, with a readable password", async () => {
    const old = { databaseAddress: 'db', username: 'ann', password: CANARY };
    await expect(tokens.read(signed(old))).rejects.toThrow(code('FOREIGN_TOKEN'));
  });
});
