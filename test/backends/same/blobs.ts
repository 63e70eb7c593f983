import { coreTypes } from './attribute-types.ts';
import { get, item, records, restrictedBy, type SameRequest } from './same-request.ts';
import { rowNumbers, schema, typeTables } from './same-schema.ts';

/** What is in a blob, a part of it, all of it, and of what holds none. */
export function blobs(): SameRequest[] {
  const opaque = coreTypes.filter(({ isOpaque }) => isOpaque === true).map(({ name }) => name);
  const one = (attribute: string, query: string, table = 'Types'): SameRequest =>
    get(`/schema/${schema}/table/${table}/blob/${attribute}?${query}`);
  const key = (row: number): string => restrictedBy(item('id', '=', String(row))).replace('restriction=', 'key=');
  return [
    ...opaque.flatMap((name) =>
      rowNumbers.flatMap((row) => [one(name, key(row)), one(name, `${key(row)}&describe=1`)]),
    ),
    ...opaque.map((name) => one(name, `${key(1)}&format=raw`)),
    ...[
      'path=values',
      'path=values/0',
      'path=nothing',
      'path=values&slice=0:2',
      'path=values&slice=9',
      'slice=x',
    ].flatMap((query) => [one('a_blob', `${key(2)}&${query}`), one('a_blob', `${key(2)}&describe=1&${query}`)]),
    ...['path=values&reduce=mean:2', 'path=values&reduce=minmax:1', 'reduce=x', 'format=npy', 'format=x'].map((query) =>
      one('a_blob', `${key(2)}&${query}`),
    ),
    one('a_blob', ''),
    one('a_blob', 'key=!'),
    one('a_blob', restrictedBy(item('id', '>', '0')).replace('restriction=', 'key=')),
    one('a_blob', key(999)),
    one('a_int8', key(1)),
    one('a_varchar', key(1)),
    one('a_json', key(1)),
    one('nothing', key(1)),
    ...['describe', 'sketch', 'inline', 'mark', 'x'].map((form) => records('Types', `?blobs=${form}`)),
    ...['', 'KEY', 'a_blob,KEY', 'nothing', 'a_int8,,id', 'KEY,KEY'].map((names) =>
      records('Types', `?attributes=${names}`),
    ),
    ...typeTables.types.map(({ name }) => records('Types', `?attributes=${name}`)),
    ...typeTables.native_types.map(({ name }) => records('NativeTypes', `?attributes=KEY,${name}&limit=2`)),
  ];
}
