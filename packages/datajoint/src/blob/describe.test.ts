import { expect, test } from 'vitest';
import { describe } from './describe.ts';
import { follow } from './follow.ts';
import { NdArray } from './ndarray.ts';
import {
  type BlobValue,
  Complex,
  DateTime,
  Decimal,
  List,
  MatCell,
  MatStruct,
  ObjectArray,
  RecordArray,
  SparseArray,
  Tuple,
  Uuid,
} from './values.ts';

const array = new NdArray({ dtype: 'float32', shape: [2, 3], order: 'F', data: new Float32Array(6) });
const text = new NdArray({ dtype: 'char', shape: [1, 2], data: Uint16Array.of(0x61, 0x62) });

test.each<[BlobValue, object]>([
  [null, { kind: 'None', text: 'None' }],
  [true, { kind: 'bool', text: 'True' }],
  [2n ** 70n, { kind: 'int', text: '1180591620717411303424' }],
  [3, { kind: 'float', text: '3.0' }],
  [-0, { kind: 'float', text: '-0.0' }],
  [Number.NaN, { kind: 'float', text: 'nan' }],
  [-Infinity, { kind: 'float', text: '-inf' }],
  ['é', { kind: 'str', bytes: 2, text: 'é' }],
  ['a'.repeat(300), { kind: 'str', bytes: 300, text: `${'a'.repeat(200)}…` }],
  [Uint8Array.of(1), { kind: 'bytes', bytes: 1 }],
  [new Complex(1, -2), { kind: 'complex', text: '1.0-2.0j' }],
  [new Decimal('1.50'), { kind: 'decimal', text: '1.50' }],
  [new DateTime('01:02:03'), { kind: 'time', text: '01:02:03' }],
  [new Uuid('00010203-0405-0607-0809-0a0b0c0d0e0f'), { kind: 'uuid', text: '00010203-0405-0607-0809-0a0b0c0d0e0f' }],
  [array, { kind: 'ndarray', dtype: 'float32', shape: [2, 3], order: 'F', bytes: 24 }],
  [text, { kind: 'ndarray', dtype: 'char', shape: [1, 2], order: 'C', bytes: 4, text: 'ab' }],
])('%s', (value, expected) => {
  expect(describe(value)).toEqual(expected);
});

const cell = new MatCell([2, 2], ['a', 'b', 'c', 'd']);
const struct = new MatStruct([1, 1], ['c', 'x'], [cell, array]);
const structs = new MatStruct([1, 2], ['x'], [1, 2]);
const records = new RecordArray(['r'], [array]);
const sparse = new SparseArray({
  rows: 1,
  columns: 1,
  starts: [0, 1],
  rowIndices: [0],
  values: new NdArray({ dtype: 'bool', shape: [1], data: Uint8Array.of(1) }),
});
const all = new Map<BlobValue, BlobValue>([
  ['struct', struct],
  ['structs', structs],
  ['records', records],
  ['sparse', sparse],
  ['list', new List(1n, 'two')],
  ['tuple', new Tuple([null])],
  ['set', new Set(['one'])],
  ['objects', new ObjectArray([1], ['o'])],
  [5n, 'integer'],
  [false, 'boolean'],
  [new Tuple(['a', 1n]), 'pair'],
]);

test('containers show what is in them, as deep and as much as asked', () => {
  expect(describe(struct)).toEqual({
    kind: 'struct',
    shape: [1, 1],
    fields: ['c', 'x'],
    length: 2,
    tree: [
      {
        step: 'c',
        kind: 'cell',
        shape: [2, 2],
        length: 4,
        tree: [
          { step: '0,0', kind: 'str', bytes: 1, text: 'a' },
          { step: '0,1', kind: 'str', bytes: 1, text: 'c' },
          { step: '1,0', kind: 'str', bytes: 1, text: 'b' },
          { step: '1,1', kind: 'str', bytes: 1, text: 'd' },
        ],
      },
      { step: 'x', kind: 'ndarray', dtype: 'float32', shape: [2, 3], order: 'F', bytes: 24 },
    ],
  });
  expect(describe(struct, { depth: 0 })).toEqual({
    kind: 'struct',
    shape: [1, 1],
    fields: ['c', 'x'],
    length: 2,
    isCut: true,
  });
  const cut = describe(all, { depth: 1, items: 2 });
  expect([cut.tree?.map(({ step }) => step), cut.isCut]).toEqual([['struct', 'structs'], true]);
  expect(describe(new List(1n, 2n), { items: 2 })).not.toHaveProperty('isCut');
});

test('every step of the tree leads to its value', () => {
  const paths: [string[], unknown][] = [
    [['struct', 'c', '1,0'], 'b'],
    [['structs', '0,1', 'x'], 2],
    [['records', 'r'], array],
    [['sparse', 'values'], sparse.values],
    [['list', '1'], 'two'],
    [['tuple', '0'], null],
    [['set', '0'], 'one'],
    [['objects', '0'], 'o'],
    [['5'], 'integer'],
    [['False'], 'boolean'],
    [['(a, 1)'], 'pair'],
    [[], all],
  ];
  for (const [path, value] of paths) expect(follow(all, path), path.join(' ')).toBe(value);
  for (const path of [['no'], ['list', '2'], ['list', '-1'], ['list', '1', '0'], ['struct', 'no', 'x']]) {
    expect(follow(all, path), path.join(' ')).toBeUndefined();
  }
});
