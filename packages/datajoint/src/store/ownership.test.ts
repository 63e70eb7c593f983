import { describe, expect, test } from 'vitest';
import { ForeignObjectError } from '../errors.ts';
import { expectOwnHash, expectOwnKey, expectReferable } from './ownership.ts';
import { readStoreSettings } from './store-settings.ts';
import { type OpenStore, Stores } from './stores.ts';

function place(more: object = {}, isConfined = true): OpenStore {
  const settings = readStoreSettings('main', { protocol: 'file', location: '/nowhere', ...more }, '2');
  return new Stores({ settings: [settings], isConfined }).get('main', '2');
}

describe('a row may refer to what DataJoint put away for its schema', () => {
  test.each([
    [expectOwnHash, '_hash/lab/abcdef', {}],
    [expectOwnHash, '_hash/lab/ab/cd/abcdef', {}],
    [expectOwnHash, 'kept/lab/abcdef', { hash_prefix: 'kept/' }],
    [expectOwnHash, '_hash/lab/abcdef', { hash_prefix: 'kept' }],
    [expectOwnKey, '_schema/lab/scan/id=1/data_x.npy', {}],
    [expectOwnKey, './_schema//lab/scan/id=1/data_x.npy', {}],
    [expectOwnKey, '_schema/mouse=1/day=2/lab/scan/data_x', { partition_pattern: '{mouse}/{day}' }],
    [expectOwnKey, '_schema/lab/scan/data_x', { partition_pattern: '{mouse}' }],
  ] as const)('%o: %s', (expectOwn, path, more) => {
    expect(() => expectOwn(path, 'lab', place(more))).not.toThrow();
  });

  test.each([
    [expectOwnHash, '_hash/other/abcdef', {}],
    [expectOwnHash, '_hash/lab', {}],
    [expectOwnHash, 'raw/abcdef', {}],
    [expectOwnHash, '_hash/lab/../other/abcdef', {}],
    [expectOwnHash, '_hash/lab_2/abcdef', {}],
    [expectOwnKey, '_schema/other/scan/id=1/data_x', {}],
    [expectOwnKey, '_schema/lab', {}],
    [expectOwnKey, '_schema', {}],
    [expectOwnKey, '_schema/id=1/lab/scan/data_x', {}],
    [expectOwnKey, '_schema/a=1/b=2/lab/data_x', { partition_pattern: '{a}' }],
    [expectOwnKey, 'raw/lab/scan', {}],
    [expectOwnKey, '/etc/passwd', {}],
    [expectOwnKey, 'C:\\secret', {}],
  ] as const)('%o refuses %s', (expectOwn, path, more) => {
    expect(() => expectOwn(path, 'lab', place(more))).toThrow(ForeignObjectError);
    if (!/\.\.|^\/|:/.test(path)) expect(() => expectOwn(path, 'lab', place(more, false))).not.toThrow();
  });
});

describe('files are opened', () => {
  test('where the settings say which are for everybody', () => {
    const shared = place({ filepath_prefix: 'shared/files' });
    expect(() => expectReferable('shared/files/a.txt', 'lab', shared)).not.toThrow();
    expect(() => expectReferable('shared/files', 'lab', shared)).toThrow(ForeignObjectError);
    expect(() => expectReferable('shared/a.txt', 'lab', shared)).toThrow(/none that rows of "lab" may refer to/);
    const all = place({ filepath_prefix: '' });
    expect(() => expectReferable('raw/a.txt', 'lab', all)).not.toThrow();
    expect(() => expectReferable('_schema/other/scan/x', 'lab', all)).toThrow(ForeignObjectError);
    expect(() => expectReferable('_hash/other/x', 'lab', all)).toThrow(ForeignObjectError);
    expect(() => expectReferable('raw/a.txt', 'lab', place())).toThrow(/Set its "filepath_prefix"/);
  });

  test('to who knows their checksum, and in the section of the own schema', () => {
    expect(() => expectReferable('raw/a.txt', 'lab', place(), { hasChecksum: true })).not.toThrow();
    expect(() => expectReferable('lab/old', 'lab', place())).not.toThrow();
    expect(() => expectReferable('raw/a.txt', 'lab', place({}, false))).not.toThrow();
  });
});
