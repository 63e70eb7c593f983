import { expect, test } from 'vitest';
import { foreignCharacter } from './charset.ts';

test.each([
  ['ascii', 'abc', undefined],
  ['ascii', 'aéb', 'é'],
  ['latin1', 'é€Ž', undefined],
  ['latin1', 'až日', '日'],
  ['utf8mb3', '日é', undefined],
  ['utf8', 'a😀', '😀'],
  ['ucs2', 'a😀', '😀'],
  ['sjis', '😀', undefined],
  [undefined, '😀', undefined],
])('%s lacks of %j: %j', (charset, text, foreign) => {
  expect(foreignCharacter(text, charset)).toBe(foreign);
});
