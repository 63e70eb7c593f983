import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlobError } from '../../packages/datajoint/src/blob/blob-error.ts';
import { pack } from '../../packages/datajoint/src/blob/pack.ts';
import { unpack } from '../../packages/datajoint/src/blob/unpack.ts';
import { blobValues } from '../../packages/datajoint/src/blob/values.fixture.ts';
import { shared } from '../support/shared.ts';
import { mutantOf, randomOf } from './blobs/mutants.ts';

/** How many mutants; a million takes minutes. */
const size = Number(process.env.BLOB_MUTANTS ?? 20_000);

/** What one mutant may take: mutants are small, and may ask for at most so much. */
const bounds = { milliseconds: 1000, bytes: 128 << 20 };
const maxBytes = 64 << 20;

const recorded = (JSON.parse(readFileSync(shared('golden/blobs.json'), 'utf8')) as { hex: string }[])
  .map(({ hex }) => Buffer.from(hex, 'hex'))
  .filter((blob) => blob.length < 4096);
const made = fc.sample(blobValues, { numRuns: 600, seed: 7 }).map((value) => Buffer.from(pack(value)));

/** Blobs by the tag of their value, so that every kind is changed as often. */
const byTag = new Map<number, Buffer[]>();
for (const blob of [...recorded, ...made]) {
  const isCompressed = blob.subarray(0, 6).toString('latin1') === 'ZL123\0';
  const tag = (isCompressed ? inflateSync(blob.subarray(14)) : blob)[4] as number;
  byTag.set(tag, [...(byTag.get(tag) ?? []), blob]);
}
const seeds = [...byTag.values()];

const usedMemory = (): number => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};

test('there is a blob of every tag to start from', () => {
  const tags = [1, 2, 3, 4, 5, 6, 0x0a, 0x0b, 0x0c, 0x0d, 0x41, 0x43, 0x46, 0x50, 0x53, 0x64, 0x74, 0x75, 0xff];
  expect([...byTag.keys()]).toEqual(expect.arrayContaining(tags));
});

test(
  `${size} blobs that are not quite right neither crash nor take more than they may`,
  () => {
    const random = randomOf(20_240_229);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    let decodable = 0;
    let slowest = 0;
    let largest = 0;
    for (let count = 0; count < size; count += 1) {
      const mutant = mutantOf(pick(pick(seeds)), pick(pick(seeds)), random);
      const [before, start] = [usedMemory(), performance.now()];
      try {
        const value = unpack(mutant, { maxBytes, dims: random() < 0.1 ? 'auto' : 64 });
        decodable += 1;
        const again = pack(value, { compress: false });
        if (!Buffer.from(pack(unpack(again, { maxBytes: 2 * maxBytes }), { compress: false })).equals(again)) {
          expect.fail(`What was read of ${mutant.toString('hex')} is packed differently the second time.`);
        }
      } catch (error) {
        if (!(error instanceof BlobError)) throw new Error(`Mutant ${mutant.toString('hex')}`, { cause: error });
      }
      slowest = Math.max(slowest, performance.now() - start);
      largest = Math.max(largest, usedMemory() - before);
      if (slowest > bounds.milliseconds || largest > bounds.bytes) {
        expect.fail(`Mutant ${mutant.toString('hex').slice(0, 4000)} took ${slowest} ms and ${largest} bytes.`);
      }
    }
    console.info(
      `${size} mutants, ${Math.round((decodable / size) * 100)} % decodable, slowest ${slowest.toFixed(1)} ms, largest ${(largest / 2 ** 20).toFixed(1)} MiB`,
    );
    expect(decodable / size).toBeGreaterThan(0.25);
    expect(decodable / size).toBeLessThan(0.45);
  },
  Math.max(60_000, size),
);
