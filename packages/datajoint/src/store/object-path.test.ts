import { join, normalize } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoreError } from '../errors.ts';
import { objectPath } from './object-path.ts';

test.each(['a/b.txt', '_hash/lab/abc', 'a//b', './a', 'a/./b', 'ü/ß', 'a..b/..c', 'name with spaces'])(
  '%s is inside',
  (path) => {
    expect(join('/place', ...objectPath(path, 's')).startsWith('/place/')).toBe(true);
  },
);

test.each(['', '/etc/passwd', '..', '../x', 'a/../../x', 'a/..', '..\\x', 'a\\..\\x', '\\x', 'c:/x', 'C:x', 'a\0b'])(
  '%j leads out, and is refused',
  (path) => {
    expect(() => objectPath(path, 's')).toThrow(StoreError);
  },
);

test('no path whatever leads out', () => {
  const piece = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', '~', '\0', 'c:', 'x'), fc.string());
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom('/', '', '\\'), (pieces, separator) => {
      let place: string;
      try {
        place = join('/place/store', ...objectPath(pieces.join(separator), 's'));
      } catch (error) {
        expect(error).toBeInstanceOf(StoreError);
        return;
      }
      expect(place.startsWith('/place/store')).toBe(true);
      expect(normalize(place)).toBe(place);
    }),
  );
});
