import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { NdArray } from '../../packages/datajoint/src/blob/ndarray.ts';
import { pack } from '../../packages/datajoint/src/blob/pack.ts';
import { unpack } from '../../packages/datajoint/src/blob/unpack.ts';
import { blobValues } from '../../packages/datajoint/src/blob/values.fixture.ts';
import {
  type BlobValue,
  MatCell,
  MatStruct,
  ObjectArray,
  RecordArray,
  SparseArray,
} from '../../packages/datajoint/src/blob/values.ts';
import { type Neutral, neutral } from '../golden/blobs/neutral.ts';
import { python23, python014 } from '../support/python.ts';
import { run } from '../support/run.ts';

const script = join(import.meta.dirname, 'python/neutral.py');

/** What the real library reads of blobs, and how it packs it again. */
async function readByPython(python: string, blobs: readonly string[]): Promise<{ value: Neutral; hex: string }[]> {
  const directory = mkdtempSync(join(tmpdir(), 'blobs-'));
  try {
    const file = join(directory, 'blobs.json');
    writeFileSync(file, JSON.stringify(blobs));
    return JSON.parse(await run(python, ['-W', 'ignore', script, 'read', file]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Whether numpy holds the value as it is. Python cannot read sparse matrices or letters beyond ASCII, makes arrays of
 * arrays and lists in arrays of objects, 64-bit parts of 32-bit complex scalars, and one key of 1, 1.0 and True.
 */
function isPythons(value: BlobValue): boolean {
  if (value instanceof SparseArray) return false;
  if (value instanceof NdArray) {
    return value.dtype !== 'char' && !(value.dtype === 'complex64' && value.shape.length === 0) && value.size <= 64;
  }
  if (value instanceof RecordArray) return value.columns.every((column) => isPythons(column)) && value.shape.length > 0;
  if (value instanceof MatStruct) return value.values.every(isScalar);
  if (value instanceof MatCell || value instanceof ObjectArray) {
    return value.items.length > 0 && value.shape.length > 0 && value.items.every(isScalar);
  }
  if (value instanceof Map) return [...value].every(([key, item]) => typeof key === 'string' && isPythons(item));
  if (value instanceof Set) return [...value].every((item) => typeof item === 'string');
  if (Array.isArray(value)) return value.every(isPythons);
  return value === null || typeof value !== 'object' || !('items' in value) || value.items.every(isPythons);
}

function isScalar(value: BlobValue): boolean {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** Sets have no order; and numpy writes dates wrong that lie far beyond its calendar's range. */
function sorted(value: Neutral): Neutral {
  return JSON.parse(JSON.stringify(value), (_, item) => {
    if (typeof item?.iso === 'string' && Math.abs(Number(item.raw)) > 2 ** 40) return item.raw;
    if (item?.t !== 'set') return item;
    const items = [...item.items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return { ...item, items };
  });
}

describe.each([
  ['0.14', python014],
  ['2.3', python23],
] as const)('the real library, datajoint %s', (version, interpreter) => {
  let python: string;
  beforeAll(async () => {
    python = await interpreter();
  }, 900_000);

  test('writes every kind, and we read the same values and write the same bytes', async () => {
    const written = JSON.parse(await run(python, ['-W', 'ignore', script, 'write'])) as {
      hex: string;
      value: Neutral;
    }[];
    expect(written.length).toBeGreaterThan(120);
    for (const { hex: packed, value } of written) {
      const read = unpack(Buffer.from(packed, 'hex'));
      expect(sorted(neutral(read))).toEqual(sorted(value));
      expect(hex(pack(read)).slice(0, 24), JSON.stringify(value).slice(0, 300)).toBe(packed.slice(0, 24));
      if (!packed.startsWith('5a4c313233')) expect(hex(pack(read))).toBe(packed);
    }
  });

  test('reads what we write, with equal values and types, and would write the same bytes', async () => {
    const values = fc
      .sample(blobValues.filter(isPythons), { numRuns: 400, seed: 11 })
      .filter((value) => version !== '0.14' || !(value instanceof MatCell));
    const read = await readByPython(
      python,
      values.map((value) => hex(pack(value))),
    );
    for (const [index, { value, hex: again }] of read.entries()) {
      const own = values[index] as BlobValue;
      expect(sorted(value)).toEqual(sorted(neutral(own)));
      // Python's sets have an order of their own.
      if (!JSON.stringify(value).includes('"t": "set"') && !JSON.stringify(value).includes('"t":"set"')) {
        expect(again).toBe(hex(pack(own, { compress: false })));
      }
    }
  });
});
