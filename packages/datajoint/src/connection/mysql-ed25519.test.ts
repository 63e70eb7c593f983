import { createPrivateKey, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { signEd25519 } from './mysql-ed25519.ts';

/** Node's own Ed25519, which takes secrets of 32 bytes only. */
function signByNode(message: Uint8Array, seed: Uint8Array): Buffer {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return sign(null, message, createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
}

test('signs the first vector of RFC 8032', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  expect(signEd25519(new Uint8Array(), seed).toString('hex')).toBe(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
});

test.each(Array.from({ length: 10 }, (_, index) => index))('signs as Node does, secret %i', (index) => {
  const seed = Buffer.alloc(32, index * 23 + 1);
  const message = Buffer.from(`nonce ${index}`);
  expect(signEd25519(message, seed)).toEqual(signByNode(message, seed));
});

test('takes secrets of other lengths', () => {
  expect(signEd25519(Buffer.alloc(32), Buffer.from('short'))).toHaveLength(64);
});
