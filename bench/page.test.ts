import { expect, test } from 'vitest';
import { figure, ratio } from './page.ts';

test.each([
  [0, '0'],
  [0.00012, '0.000'],
  [0.0426, '0.043'],
  [0.5, '0.500'],
  [0.58349, '0.583'],
  [9.996, '10.0'],
  [12.34, '12.3'],
  [99.96, '100'],
  [5741, '5740'],
  [329_480.21, '329000'],
  [Number.NaN, ''],
  [Number.POSITIVE_INFINITY, ''],
])('%d is written as %j', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('a ratio tells how far its turns scatter, where they do', () => {
  expect(ratio({ median: 0.5831, least: 0.512, most: 0.6 })).toBe('0.583 (0.512–0.600)');
  expect(ratio({ median: 1, least: 0.9999, most: 1.0001 })).toBe('1.00');
});
