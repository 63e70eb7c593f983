import { expect, test } from 'vitest';
import { parseDeleteQuery } from './delete-query.ts';

test.each([
  [{ restrction: 'W10' }, undefined, 'got an unknown parameter "restrction". Did you mean "restriction"?'],
  [{ restriction: '' }, undefined, '"restriction" is empty.'],
  [{ cascade: ['true', 'true'] }, undefined, '"cascade" came more than once.'],
  [{ cascade: 'yes' }, undefined, '"cascade" has to be true or false, and is "yes".'],
  [{}, { restriction: [] }, 'got a body.'],
])('a delete by %j with the body %j is refused', (query, body, reason) => {
  expect(() => parseDeleteQuery(query, body)).toThrow(`${reason} Nothing was deleted.`);
});

test.each([
  ['TRUE', { cascade: true, warning: undefined }],
  ['False', { cascade: false, warning: undefined }],
  ['1', { cascade: false, warning: '"cascade" has to be true or false, and is "1". It counts as false.' }],
])('cascade=%s', (cascade, expected) => {
  expect(parseDeleteQuery({ cascade }, undefined)).toMatchObject(expected);
});
