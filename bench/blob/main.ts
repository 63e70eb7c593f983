/**
 * How fast blobs are read, beside the real library and its numpy, in one run on the same bytes: `npm run bench -- blob`.
 * A ratio above 1 says that many times as fast.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NdArray, unpack } from '@pharus/datajoint/blob';
import { python23, python014 } from '../../test/support/python.ts';

const sumSuffix = ', and its sum';

export async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-blob-'));
  try {
    for (const [library, python] of [
      ['datajoint 0.14', await python014()],
      ['datajoint 2.3', await python23()],
    ] as const) {
      const said = execFileSync(python, [join(import.meta.dirname, 'python_side.py'), directory], { encoding: 'utf8' });
      const theirs = JSON.parse(said.trim().split('\n').at(-1) as string) as Record<string, number>;
      console.log(`\n${library}\n\n| | pharus, ms | python, ms | ratio |\n|---|--:|--:|--:|`);
      for (const [name, milliseconds] of Object.entries(theirs)) {
        const ours = measured(name, readBlobs(join(directory, name.replace(sumSuffix, ''))));
        const cells = [name, ours.toFixed(3), milliseconds.toFixed(3), (milliseconds / ours).toFixed(2)];
        console.log(`| ${cells.join(' | ')} |`);
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The blobs of a file, each with its length before it. */
function readBlobs(file: string): Buffer[] {
  const bytes = readFileSync(file);
  const blobs: Buffer[] = [];
  for (let place = 0; place < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(place));
    blobs.push(bytes.subarray(place + 8, place + 8 + length));
    place += 8 + length;
  }
  return blobs;
}

/** The median of as many runs as the other side makes, or more where they are short. */
function measured(name: string, blobs: readonly Uint8Array[]): number {
  const read = name.endsWith(sumSuffix) ? sum : unpack;
  const times: number[] = [];
  const enough = performance.now() + 2000;
  while (times.length < 5 || (times.length < 101 && performance.now() < enough)) {
    const start = performance.now();
    for (const blob of blobs) read(blob);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1] as number;
}

function sum(blob: Uint8Array): number {
  const array = unpack(blob);
  if (!(array instanceof NdArray)) throw new Error('Expected an array.');
  const data = array.data as Float64Array;
  let total = 0;
  for (let index = 0; index < data.length; index += 1) total += data[index] as number;
  return total;
}
