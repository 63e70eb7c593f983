import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../config.ts';
import { loadKeys, PRIVATE_KEY_FILE } from './keys.ts';
import type { RsaKeys } from './rsa-keys.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pharus-keys-'));
});
afterEach(() => rm(directory, { recursive: true }));

function load(environment: Record<string, string>): Promise<RsaKeys> {
  return loadKeys(loadConfig({ environment }).config);
}

describe('kept in the data directory', () => {
  test('are made once, for the owner alone', async () => {
    const dataDir = join(directory, 'new', 'data');
    const made = await load({ PHARUS_DATA_DIR: dataDir });
    const again = await load({ PHARUS_DATA_DIR: dataDir });
    expect(again.privateKey.equals(made.privateKey)).toBe(true);
    expect((await stat(join(dataDir, PRIVATE_KEY_FILE))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual([PRIVATE_KEY_FILE]);
  });

  test('are the same for all who start at once', async () => {
    const loaded = await Promise.all(Array.from({ length: 4 }, () => load({ PHARUS_DATA_DIR: directory })));
    for (const { privateKey } of loaded) expect(privateKey.equals(loaded[0]!.privateKey)).toBe(true);
  });

  test('are closed to others again', async () => {
    await load({ PHARUS_DATA_DIR: directory });
    const path = join(directory, PRIVATE_KEY_FILE);
    await chmod(path, 0o644);
    await load({ PHARUS_DATA_DIR: directory });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('are not replaced when they cannot be read', async () => {
    const path = join(directory, PRIVATE_KEY_FILE);
    await writeFile(path, 'S3cr3t-CANARY');
    await expect(load({ PHARUS_DATA_DIR: directory })).rejects.toThrow(/private-key\.pem.*expected an RSA private key/);
    expect(await readFile(path, 'utf8')).toBe('S3cr3t-CANARY');
  });

  test('a directory that cannot be used is named', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '');
    await expect(load({ PHARUS_DATA_DIR: path })).rejects.toThrow(/^PHARUS_DATA_DIR: expected a directory/);
  });
});

describe('of the environment', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

  test.each([
    ['PKCS #8', pem],
    ['PKCS #1', privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['escaped line breaks', pem.replaceAll('\n', '\\n')],
    ['quotes around', `"${pem.replaceAll('\n', '\\n')}"`],
  ])('private key as %s', async (_name, text) => {
    expect((await load({ PHARUS_PRIVATE_KEY: text })).publicKey.equals(publicKey)).toBe(true);
  });

  test('public key as PEM or OpenSSH text', async () => {
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const field = (bytes: Buffer): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]);
    const parts = [Buffer.from('ssh-rsa'), Buffer.from(e, 'base64url'), modulus].map(field);
    const openSsh = `ssh-rsa ${Buffer.concat(parts).toString('base64')} someone@lab`;
    for (const text of [publicPem, openSsh]) {
      const keys = await load({ PHARUS_PRIVATE_KEY: pem, PHARUS_PUBLIC_KEY: text });
      expect(keys.publicKey.equals(publicKey)).toBe(true);
    }
  });

  test('that do not belong together are refused', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const text = other.export({ type: 'spki', format: 'pem' }).toString();
    await expect(load({ PHARUS_PRIVATE_KEY: pem, PHARUS_PUBLIC_KEY: text })).rejects.toThrow(
      /^PHARUS_PUBLIC_KEY: expected the public half/,
    );
  });

  test.each([
    ['no key', 'S3cr3t-CANARY'],
    [
      'a short key',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
    ['another kind', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['a public key', publicPem],
  ])('%s is refused, and not repeated', async (_name, text) => {
    await expect(load({ PHARUS_PRIVATE_KEY: String(text) })).rejects.toThrow(
      /^PHARUS_PRIVATE_KEY: expected an RSA (?!.*CANARY)/,
    );
  });
});
