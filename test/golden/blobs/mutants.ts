import { deflateSync, inflateSync } from 'node:zlib';

/** Pseudo-random numbers below 1, the same for the same seed. Source: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

const tags = [0x41, 0x43, 0x53, 0x50, 0x46, 0xff, 1, 2, 3, 4, 5, 6, 0x0a, 0x0b, 0x0c, 0x0d, 0x64, 0x74, 0x75];

/** Counts that invite to allocate, loop or overflow. */
const counts = [
  0n,
  1n,
  255n,
  2n ** 16n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Changes of one byte, mostly of an element or a letter, after which many are still blobs. */
const gentle: readonly Mutation[] = [
  (bytes, random) => changed(bytes, somewhere(bytes, random), Math.floor(random() * 256)),
  (bytes, random) => {
    const place = somewhere(bytes, random);
    return changed(bytes, place, (bytes[place] as number) ^ (1 << Math.floor(random() * 8)));
  },
  (bytes, random) =>
    changed(bytes, bytes.length - 1 - Math.floor(random() * Math.min(8, bytes.length)), Math.floor(random() * 256)),
];

const rough: readonly Mutation[] = [
  (bytes, random) => changed(bytes, Math.min(4, bytes.length - 1), pick(tags, random)),
  (bytes, random) => changed(bytes, somewhere(bytes, random), pick(tags, random)),
  (bytes, random) => bytes.subarray(0, somewhere(bytes, random)),
  (bytes, random) => Buffer.concat([bytes, Buffer.from([Math.floor(random() * 256)])]),
  (bytes, random) => {
    const place = somewhere(bytes, random);
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]);
  },
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length >= 13) copy.writeBigUInt64LE(pick(counts, random), 5 + Math.floor(random() * (copy.length - 12)));
    return copy;
  },
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, somewhere(bytes, random)), other.subarray(somewhere(other, random))]),
];

/** A blob that is not quite one. Of a compressed one, mostly what it holds is changed. */
export function mutantOf(blob: Buffer, other: Buffer, random: Random): Buffer {
  const mutate = pick(random() < 0.75 ? gentle : rough, random);
  const isCompressed = blob.subarray(0, 6).toString('latin1') === 'ZL123\0';
  if (!isCompressed || random() < 0.2) return mutate(blob, random, other);
  const inside = mutate(inflateSync(blob.subarray(14)), random, other);
  const head = Buffer.from(blob.subarray(0, 14));
  // Now and then the size is left as it was, and no longer right.
  if (random() < 0.9) head.writeBigUInt64LE(BigInt(inside.length), 6);
  return Buffer.concat([head, deflateSync(inside)]);
}

function changed(bytes: Buffer, place: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  if (place >= 0 && place < copy.length) copy[place] = byte;
  return copy;
}

function somewhere(bytes: Buffer, random: Random): number {
  return Math.floor(random() * bytes.length);
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}
