import { describe, expect, test, vi } from 'vitest';
import type { AllowedHosts } from './allowed-hosts.ts';
import { parseDatabaseAddress } from './database-address.ts';
import { resolveAddress } from './resolve.ts';

const notAllowed = expect.objectContaining({ code: 'HOST_NOT_ALLOWED' });
const unreachable = expect.objectContaining({ code: 'DATABASE_UNREACHABLE' });

function resolve(address: string, allowed: AllowedHosts, names: Record<string, string[]> = {}, timeout = 1000) {
  const lookup = vi.fn(async (host: string) => names[host] ?? Promise.reject(new Error('ENOTFOUND')));
  return { answer: resolveAddress(parseDatabaseAddress(address), { allowed, lookup, timeout }), lookup };
}

test('a listed name is resolved once, and its address is what counts', async () => {
  const { answer, lookup } = resolve('db:3306', [{ host: 'db', port: 3306 }], { db: ['10.0.0.5', '10.0.0.6'] });
  expect(await answer).toBe('10.0.0.5');
  expect(lookup).toHaveBeenCalledTimes(1);
});

test('a name is allowed when the address it stands for is listed', async () => {
  const names = { inside: ['127.0.0.1'], alias: ['::ffff:10.0.0.5'] };
  await expect(resolve('alias', [{ host: '10.0.0.5' }], names).answer).resolves.toBe('10.0.0.5');
  await expect(resolve('inside', [{ host: '10.0.0.5' }], names).answer).rejects.toThrow(notAllowed);
});

test('the demo is there where the server has it, and stands for no address', async () => {
  const lookup = vi.fn();
  const demo = parseDatabaseAddress('demo');
  expect(await resolveAddress(demo, { allowed: [], lookup, timeout: 1, hasDemo: true })).toBe('demo');
  await expect(resolveAddress(demo, { allowed: '*', lookup, timeout: 1 })).rejects.toThrow(notAllowed);
  expect(lookup).not.toHaveBeenCalled();
});

describe('refuses without asking anyone', () => {
  test.each([
    ['169.254.169.254', [{ host: '10.0.0.5' }]],
    ['other', [{ host: 'db' }]],
    ['db:3307', [{ host: 'db', port: 3306 }]],
    ['[::ffff:127.0.0.1]', [{ host: 'db' }]],
    ['db', []],
  ])('%s', async (address, allowed) => {
    const { answer, lookup } = resolve(address, allowed, { other: ['10.0.0.5'] });
    await expect(answer).rejects.toThrow(notAllowed);
    expect(lookup).not.toHaveBeenCalled();
  });
});

test('any address is allowed with *', async () => {
  await expect(resolve('10.1.2.3', '*').answer).resolves.toBe('10.1.2.3');
});

test('an unknown name reads like a database that does not answer', async () => {
  await expect(resolve('nowhere', '*').answer).rejects.toThrow(unreachable);
});

test('a resolver that hangs is given up', async () => {
  const lookup = (): Promise<never> => new Promise(() => {});
  const address = parseDatabaseAddress('slow');
  await expect(resolveAddress(address, { allowed: '*', lookup, timeout: 20 })).rejects.toThrow(unreachable);
});
