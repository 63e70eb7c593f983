/** The middle of some values, and how far they scatter. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Rounds without a cheaper one after which none is expected; and rounds after which nobody waits any longer. */
const rounds = { steady: 3, most: 15 };

/**
 * Has each side do something, turn by turn and every second turn in the opposite order: one, other, other, one. So each has
 * the other for its neighbour, none always comes after the other, and all meet the same weather of the machine.
 * @returns what came of each side's turns, the first turn first.
 */
export async function inTurns<Side, Result>(
  sides: readonly Side[],
  turns: number,
  work: (side: Side, turn: number) => Promise<Result>,
): Promise<ReadonlyMap<Side, readonly Result[]>> {
  const results = new Map<Side, Result[]>(sides.map((side) => [side, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const side of turn % 2 === 0 ? sides : [...sides].reverse()) results.get(side)?.push(await work(side, turn));
  }
  return results;
}

/**
 * Has sides work in turns, each until that gets no cheaper: what has just started is compiled while it runs.
 * @param cost of a round, in processor time of a request: that says more of a program than its speed, which others share.
 * @param most rounds of a side, where they are fewer than of others.
 */
export async function warmUp<Side>(
  sides: readonly Side[],
  cost: (side: Side) => Promise<number>,
  most: (side: Side) => number = () => Number.POSITIVE_INFINITY,
): Promise<void> {
  const costs = new Map<Side, number[]>(sides.map((side) => [side, []]));
  await inTurns(sides, rounds.most, async (side) => {
    const ofSide = costs.get(side) ?? [];
    if (ofSide.length < most(side) && !isSteady(ofSide)) ofSide.push(await cost(side));
  });
}

/** Whether the last rounds brought no cheaper one. */
export function isSteady(costs: readonly number[]): boolean {
  return costs.length - 1 - costs.indexOf(Math.min(...costs)) >= rounds.steady;
}

/** Of two middle values their mean; NaN where there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** What part of theirs ours are, turn by turn; NaN stands where a side had no turn. */
export function ratiosOf(ours: readonly number[], theirs: readonly number[]): Spread {
  const ratios = ours
    .map((value, turn) => value / (theirs[turn] ?? Number.NaN))
    .filter((ratio) => !Number.isNaN(ratio));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
