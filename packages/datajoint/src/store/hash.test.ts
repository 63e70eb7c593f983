import { expect, test } from 'vitest';
import { base32, md5, subfolders } from './hash.ts';

// Recorded from Python's hashlib and base64.
test('names content as the Python library does', () => {
  expect(md5('hello.txt', '\0', Buffer.from('68656c6c6f0a', 'hex')).toString('hex')).toBe(
    '7602014fa8ed3bf05af5950621c4afa8',
  );
  expect(base32(md5(''))).toBe('2qoyzwmpaczaj2mabgmoz6ccpy');
  expect(base32(Buffer.from('foobar'))).toBe('mzxw6ytboi');
  expect(base32(Buffer.from('f'))).toBe('my');
});

test('spreads objects over directories', () => {
  expect(subfolders('aBCdefg', [2, 3])).toEqual(['ab', 'cde']);
  expect(subfolders('abc', [])).toEqual([]);
});
