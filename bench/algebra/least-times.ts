/** Does something a number of times, and answers how many milliseconds all of them took. */
export type Timed = (times: number) => Promise<number>;

/** Milliseconds that a turn takes at least, as what is fast is asked several times: less than a scheduler's slice. */
const turnTime = 3;
/** How many turns each side has; and how many without a shorter one make sure that none is to come. */
const turns = { least: 4, most: 400, steady: 12 };
/** By how much a shorter turn has to be shorter to count as news. */
const news = 0.005;

/**
 * The least time that each of two took once. They take turns, so that what else the machine does disturbs both alike,
 * until neither gets faster: a machine that is busy is asked more often.
 * @param patience milliseconds after which no more turns are taken, once there have been a few.
 */
export async function leastTimes(
  own: Timed,
  theirs: Timed,
  patience: number,
): Promise<readonly [own: number, theirs: number]> {
  const sides = [own, theirs] as const;
  for (const side of sides) await side(2);
  const once = [await own(1), await theirs(1)] as const;
  const times = Math.ceil(turnTime / Math.max(0.01, Math.min(...once)));
  const least: [number, number] = [...once];
  const began = performance.now();
  let last = 0;
  for (let turn = 1; turn <= turns.most; turn += 1) {
    // Own, theirs, theirs, own: neither always comes after the other.
    for (const at of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const time = (await sides[at](times)) / times;
      if (time < least[at] * (1 - news)) last = turn;
      least[at] = Math.min(least[at], time);
    }
    const isSteady = turn - last >= turns.steady;
    if (turn >= turns.least && (isSteady || performance.now() - began > patience)) break;
  }
  return least;
}
