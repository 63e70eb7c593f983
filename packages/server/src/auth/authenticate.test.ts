import { generateKeyPairSync } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { beforeEach, expect, test } from 'vitest';
import { authenticate } from './authenticate.ts';
import { pairOf } from './rsa-keys.ts';
import { type TokenAuthority, tokenAuthority } from './token.ts';

const keys = pairOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const lifetime = 3_600_000;

let now: number;
let tokens: TokenAuthority;
let ann: string;
let bob: string;
beforeEach(async () => {
  now = Date.UTC(2030, 0, 1);
  tokens = tokenAuthority({ keys, lifetime, now: () => now });
  [ann, bob] = (await Promise.all(
    ['ann', 'bob'].map(async (username) => {
      const token = await tokens.issue({ databaseAddress: 'db:3306', username, password: 'simple' });
      return `Bearer ${token}`;
    }),
  )) as [string, string];
});

/** What asks over a connection of its own, with any number of Authorization headers. */
function connection(): (...headers: readonly string[]) => unknown {
  const socket = {};
  return (...headers) => {
    // A text of its own each time, as the platform makes them.
    const [authorization] = headers.map((header) => Buffer.from(header).toString('latin1'));
    const rawHeaders = headers.flatMap((header) => ['authorization', header]);
    return authenticate(
      { headers: { authorization }, raw: { rawHeaders, socket } } as unknown as FastifyRequest,
      tokens,
    );
  };
}

const code = (expected: string) => expect.objectContaining({ code: expected });

test('a token that came before is known at once, over any connection', async () => {
  const ask = connection();
  const first = ask(ann);
  expect(first).toBeInstanceOf(Promise);
  await expect(first).resolves.toMatchObject({ username: 'ann' });
  expect(ask(ann)).toBe(await first);
  expect(connection()(ann)).toBe(await first);
  expect(ask(ann.replace('Bearer', 'x'))).toBe(await first);
});

test('another token over the same connection is another user', async () => {
  const ask = connection();
  await ask(ann);
  expect(await ask(bob)).toMatchObject({ username: 'bob' });
  expect(ask(ann)).toMatchObject({ username: 'ann' });
  const last = ann.at(-3) === 'A' ? 'B' : 'A';
  await expect(ask(`${ann.slice(0, -3)}${last}${ann.slice(-2)}`)).rejects.toEqual(code('FOREIGN_TOKEN'));
});

test('what is refused is refused after a token that was good, too', async () => {
  const ask = connection();
  await ask(ann);
  expect(() => ask()).toThrow(code('MISSING_TOKEN'));
  expect(() => ask(' ')).toThrow(code('MISSING_TOKEN'));
  expect(() => ask(ann, ann)).toThrow(code('INVALID_TOKEN'));
  expect(() => ask(ann, bob)).toThrow(code('INVALID_TOKEN'));
  expect(() => ask(`${ann} x`)).toThrow(code('INVALID_TOKEN'));
  expect(() => ask(ann.slice('Bearer '.length))).toThrow(code('INVALID_TOKEN'));
  expect(ask(ann)).toMatchObject({ username: 'ann' });
  now += lifetime;
  await expect(ask(ann)).rejects.toEqual(code('EXPIRED_TOKEN'));
});
