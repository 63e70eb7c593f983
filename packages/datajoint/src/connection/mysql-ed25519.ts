import { createHash } from 'node:crypto';

/**
 * MariaDB's `client_ed25519` for `mysql2`, which has none: the server's nonce, signed by Ed25519 with the password's
 * SHA-512 in the place of the seed's. Passwords are of any length, so that Node's own Ed25519, which takes seeds of
 * 32 bytes, cannot be used.
 * @see https://mariadb.com/kb/en/authentication-plugin-ed25519/
 */
export function ed25519Plugin(password: string): () => (nonce: Buffer) => Buffer {
  return () => (nonce) => signEd25519(nonce.subarray(0, 32), Buffer.from(password));
}

/**
 * Ed25519 of RFC 8032 (5.1.6), over a secret of any length. Not in constant time: what it signs here is a login, made
 * with a secret of our own, once per connection.
 * @see https://www.rfc-editor.org/rfc/rfc8032
 */
export function signEd25519(message: Uint8Array, secret: Uint8Array): Buffer {
  const hashed = sha512(secret);
  const scalar = Buffer.from(hashed.subarray(0, 32));
  scalar[0]! &= 0xf8;
  scalar[31] = (scalar[31]! & 0x7f) | 0x40;
  const a = littleEndian(scalar);
  const publicKey = encode(multiplyBase(a));
  const r = littleEndian(sha512(hashed.subarray(32), message)) % order;
  const commitment = encode(multiplyBase(r));
  const challenge = littleEndian(sha512(commitment, publicKey, message)) % order;
  return Buffer.concat([commitment, toBytes((r + challenge * a) % order)]);
}

/** A point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

const p = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (value: bigint): bigint => ((value % p) + p) % p;
const d = mod(-121665n * inverse(121666n));

const neutral: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };
const base = affine(
  15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
);

function affine(x: bigint, y: bigint): Point {
  return { X: x, Y: y, Z: 1n, T: mod(x * y) };
}

/** RFC 8032, 5.1.4; holds for equal points too. */
function add(left: Point, right: Point): Point {
  const A = mod((left.Y - left.X) * (right.Y - right.X));
  const B = mod((left.Y + left.X) * (right.Y + right.X));
  const C = mod(2n * d * left.T * right.T);
  const D = mod(2n * left.Z * right.Z);
  const [E, F, G, H] = [B - A, D - C, D + C, B + A];
  return { X: mod(E * F), Y: mod(G * H), Z: mod(F * G), T: mod(E * H) };
}

function multiplyBase(scalar: bigint): Point {
  let result = neutral;
  let addend = base;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(result, addend);
    addend = add(addend, addend);
  }
  return result;
}

/** By Fermat: value^(p-2). */
function inverse(value: bigint): bigint {
  let result = 1n;
  let factor = mod(value);
  for (let exponent = p - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = mod(result * factor);
    factor = mod(factor * factor);
  }
  return result;
}

function encode({ X, Y, Z }: Point): Buffer {
  const scale = inverse(Z);
  const bytes = toBytes(mod(Y * scale));
  if ((mod(X * scale) & 1n) === 1n) bytes[31]! |= 0x80;
  return bytes;
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** 32 bytes, the lowest first. */
const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
