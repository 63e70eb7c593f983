import { expect, test } from 'vitest';
import { inTurns, isSteady, median, ratiosOf, warmUp } from './turns.ts';

test('sides take turns, every second time in the opposite order', async () => {
  const order: string[] = [];
  const results = await inTurns(['floor', 'pharus'], 3, async (side, turn) => {
    order.push(side);
    return `${side} ${turn}`;
  });
  expect(order).toEqual(['floor', 'pharus', 'pharus', 'floor', 'floor', 'pharus']);
  expect(results.get('pharus')).toEqual(['pharus 0', 'pharus 1', 'pharus 2']);
});

test('a side is warm after three rounds without a cheaper one', () => {
  expect(isSteady([])).toBe(false);
  expect(isSteady([9, 5, 6, 5])).toBe(false);
  expect(isSteady([9, 5, 6, 5, 7])).toBe(true);
  expect(isSteady([9, 5, 6, 7, 4])).toBe(false);
});

test('each side is warmed up for as long as that helps it, and at most so often', async () => {
  const costs: Readonly<Record<string, readonly number[]>> = {
    quick: [3, 3, 3, 3],
    slow: [9, 8, 7, 6, 5, 6, 6, 6],
    limited: [9, 8],
    endless: Array.from({ length: 20 }, (_, round) => 100 - round),
  };
  const rounds = new Map<string, number>();
  const cost = async (side: string): Promise<number> => {
    const round = rounds.get(side) ?? 0;
    rounds.set(side, round + 1);
    return costs[side]?.[round] ?? Number.NaN;
  };
  await warmUp(Object.keys(costs), cost, (side) => (side === 'limited' ? 2 : 100));
  expect(Object.fromEntries(rounds)).toEqual({ quick: 4, slow: 8, limited: 2, endless: 15 });
});

test('the median is the middle value, or the mean of both', () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test('ratios are taken turn by turn, where both sides had one', () => {
  // As fast as one another; the machine was half as fast in two turns out of six.
  expect(ratiosOf([100, 50, 100], [50, 50, 100])).toEqual({ median: 1, least: 1, most: 2 });
  expect(ratiosOf([10, 20, 30], [10, Number.NaN, 10])).toEqual({ median: 2, least: 1, most: 3 });
});
