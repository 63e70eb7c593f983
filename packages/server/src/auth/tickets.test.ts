import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, test, vi } from 'vitest';
import { Credentials } from './credentials.ts';
import { pairOf, type RsaKeys } from './rsa-keys.ts';
import { Tickets } from './tickets.ts';

const CANARY = 'S3cr3t-CANARY-9f1';
const credentials = new Credentials({ family: 'postgresql', host: 'db', port: 5432, database: 'lab' }, 'ann', CANARY);
const path = '/schema/lab/table/Session/export?format=csv';
const start = Date.UTC(2030, 0, 1);

const makeKeys = (): RsaKeys => pairOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
const code = (expected: string) => expect.objectContaining({ code: expected });

let keys: RsaKeys;
beforeAll(() => {
  keys = makeKeys();
});

test('a ticket opens its path once, as the one who asked for it', async () => {
  const tickets = new Tickets({ keys, now: () => start });
  const ticket = await tickets.issue(credentials, path);
  expect(ticket).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  for (const part of ticket.split('.')) expect(Buffer.from(part, 'base64url').toString()).not.toContain(CANARY);
  // Looking at it does not use it up.
  await tickets.take(ticket, path, { isUsed: false });
  const found = await tickets.take(ticket, path);
  expect([found.address, found.username, found.revealPassword()]).toEqual([credentials.address, 'ann', CANARY]);
  await expect(tickets.take(ticket, path)).rejects.toThrow(code('INVALID_TOKEN'));
  await expect(tickets.take(ticket, path, { isUsed: false })).rejects.toThrow('that was not used');
});

test('it opens nothing else, and nothing after half a minute', async () => {
  let now = start;
  const tickets = new Tickets({ keys, now: () => now });
  const ticket = await tickets.issue(credentials, path);
  for (const other of ['/schema/lab/table/Session/export', `${path}&limit=1`, '']) {
    await expect(tickets.take(ticket, other)).rejects.toThrow('a ticket for this address');
  }
  now += 29_999;
  await tickets.take(ticket, path, { isUsed: false });
  now += 1;
  await expect(tickets.take(ticket, path)).rejects.toThrow(code('EXPIRED_TOKEN'));
});

test('servers with the same key read it, and hear that it was used; others do not', async () => {
  const tell = vi.fn();
  const one = new Tickets({ keys, tell });
  const other = new Tickets({ keys });
  const ticket = await one.issue(credentials, path);
  expect((await other.take(ticket, path, { isUsed: false })).username).toBe('ann');
  await one.take(ticket, path);
  const [[id, expires]] = tell.mock.calls as [[string, number]];
  other.used(id, expires);
  await expect(other.take(ticket, path)).rejects.toThrow(code('INVALID_TOKEN'));
  await expect(new Tickets({ keys: makeKeys() }).take(ticket, path)).rejects.toThrow(code('INVALID_TOKEN'));
});

test.each(['', 'x', 'a.b.c.d.e', '....', 'x'.repeat(9000)])('%j is no ticket', async (text) => {
  await expect(new Tickets({ keys }).take(text, path)).rejects.toThrow(code('INVALID_TOKEN'));
});
