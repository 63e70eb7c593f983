import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { ConfigError } from '../config.ts';

/** The pair of keys that signs and verifies tokens. */
export interface RsaKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const SMALLEST_MODULUS = 2048;

/** Environment files cannot hold line breaks, so they are often written `\n`; some tools put quotes around. */
function unescapeLines(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .trim();
}

/** Reads `ssh-rsa AAAA...` (RFC 4253, section 6.6), the form in which the earlier server kept its public key. */
function readOpenSsh(text: string): KeyObject | undefined {
  const [, body] = /^ssh-rsa\s+([A-Za-z0-9+/=]+)/.exec(text) ?? [];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    fields.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [name, exponent, modulus] = fields;
  if (name?.toString() !== 'ssh-rsa' || exponent === undefined || modulus === undefined) return undefined;
  const unsigned = (field: Buffer): string => field.subarray(field[0] === 0 ? 1 : 0).toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', e: unsigned(exponent), n: unsigned(modulus) }, format: 'jwk' });
}

function checkRsa(key: KeyObject, source: string): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < SMALLEST_MODULUS) {
    const got = key.asymmetricKeyType === 'rsa' ? `one of ${bits} bits` : `a key of type ${key.asymmetricKeyType}`;
    throw new ConfigError([`${source}: expected an RSA key of at least ${SMALLEST_MODULUS} bits, got ${got}.`]);
  }
  return key;
}

/**
 * Reads an RSA private key from PEM text.
 *
 * @param source names the variable or file in messages.
 * @throws ConfigError
 */
export function readPrivateKey(text: string, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(unescapeLines(text));
  } catch {
    // The parser's own message can quote the text.
    throw new ConfigError([
      `${source}: expected an RSA private key as PEM without a passphrase, got text that is none.`,
    ]);
  }
  return checkRsa(key, source);
}

/**
 * Reads an RSA public key from PEM or OpenSSH text.
 *
 * @throws ConfigError
 */
export function readPublicKey(text: string, source: string): KeyObject {
  const unescaped = unescapeLines(text);
  let key: KeyObject | undefined;
  try {
    key = readOpenSsh(unescaped) ?? createPublicKey(unescaped);
  } catch {
    throw new ConfigError([`${source}: expected an RSA public key as PEM or OpenSSH text, got text that is none.`]);
  }
  return checkRsa(key, source);
}

/**
 * The pair made of a private key and the public key given for it, or derived from it.
 *
 * @throws ConfigError when the two do not belong together: no token would ever be accepted.
 */
export function pairOf(privateKey: KeyObject, publicKey = createPublicKey(privateKey)): RsaKeys {
  if (!createPublicKey(privateKey).equals(publicKey)) {
    throw new ConfigError([
      'PHARUS_PUBLIC_KEY: expected the public half of PHARUS_PRIVATE_KEY, got that of another key; remove it to have it derived.',
    ]);
  }
  return Object.freeze({ privateKey, publicKey });
}
