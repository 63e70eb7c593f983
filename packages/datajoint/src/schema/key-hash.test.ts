import { expect, test } from 'vitest';
import type { Attribute, Storage } from '../heading/attribute.ts';
import { Heading } from '../heading/heading.ts';
import { keyHash } from './key-hash.ts';

function heading(kinds: Readonly<Record<string, Storage['kind']>>): Heading {
  return new Heading(
    Object.entries(kinds).map(([name, kind]) => ({
      name,
      type: kind,
      databaseType: kind,
      comment: '',
      inKey: true,
      nullable: false,
      autoincrement: false,
      default: null,
      storage: { kind, unsigned: false, bits: 32 } as Storage as Attribute['storage'],
    })),
  );
}

// As `datajoint.hash.key_hash` of DataJoint 0.14 answers.
test.each([
  [{ subject_id: 1, session: 2 }, '3c59dc048e8850243be8079a5c74d079'],
  [{ a: 'x', b: '2020-01-02' }, 'd8cacc7f43f127c43bb464038ac25483'],
  [{ u: '00000000-0000-0000-0000-000000000005' }, '22c917931901ad52fbe2ad4e316e1220'],
  [{}, 'd41d8cd98f00b204e9800998ecf8427e'],
])('%j', (key, hash) => {
  expect(keyHash(key, heading({}))).toBe(hash);
});

// MD5 of what Python's str() makes of 1.0, 1e16, 1e-05, 0.1 and timedelta(hours=1, minutes=2, seconds=3).
test.each([
  ['double', 1, 'e4c2e8edac362acab7123654b9e73432'],
  ['double', 1e16, '17ad58a7ab5201decb18b0996a327592'],
  ['double', 1e-5, '0e6c77caff4e0ac45fc1951e85bbff6a'],
  ['double', 0.1, 'cb5ae17636e975f9bf71ddf5bc542075'],
  ['time', '01:02:03', 'de3fb20c7cdb760b625a137d85910bf9'],
] as const)('%s %s', (kind, value, hash) => {
  expect(keyHash({ a: value }, heading({ a: kind }))).toBe(hash);
});
