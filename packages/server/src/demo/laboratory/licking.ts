import type { NdArray } from '@pharus/datajoint';
import { array } from './arrays.ts';
import { Random } from './random.ts';
import { keyOf, sessions } from './sessions.ts';

const samplingRate = 100;

/** Seconds of the signal that are kept in this small copy of a laboratory. */
const kept = 40;

/** The rows of `Licking`: bouts of licks at seven a second on the chosen spout, and a few in between. */
export function lickingRows() {
  return sessions.map((session) => {
    const random = new Random(`licks ${session.animal.subject} ${session.session}`);
    const left: number[] = [];
    const right: number[] = [];
    for (const { time, choice, reactionTime, isCorrect } of session.trials) {
      if (reactionTime === undefined) continue;
      const spout = choice === 'left' ? left : right;
      const count = isCorrect === true ? random.integer(5, 9) : random.integer(1, 3);
      for (let lick = 0; lick < count; lick += 1) {
        spout.push(time + reactionTime + lick / 7 + random.normal(0, 0.006));
      }
      if (random.happens(0.15)) random.pick([left, right]).push(time - random.between(0.1, 0.6));
    }
    left.sort((a, b) => a - b);
    right.sort((a, b) => a - b);
    return {
      ...keyOf(session),
      sampling_rate: samplingRate,
      left_licks: array(Float64Array.from(left)),
      right_licks: array(Float64Array.from(right)),
      trace: traceOf(left, right, random),
      sync_pulses: pulses(random),
    };
  });
}

/** What the two spouts' sensors say at first: a dip per lick, noise, and hum. */
function traceOf(left: readonly number[], right: readonly number[], random: Random): NdArray {
  const count = kept * samplingRate;
  const phase = random.between(0, 6);
  const trace = new Float32Array(2 * count);
  for (const [row, licks] of [left, right].entries()) {
    for (let index = 0; index < count; index += 1) {
      trace[row * count + index] = 2.5 + 0.02 * Math.sin((2 * Math.PI * 12.5 * index) / samplingRate + phase);
    }
    for (const lick of licks) {
      for (let index = Math.round(lick * samplingRate), step = 0; step < 8 && index + step < count; step += 1) {
        if (index + step >= 0) trace[row * count + index + step]! -= 1.6 * Math.exp(-step / 3);
      }
    }
    for (let index = 0; index < count; index += 1) trace[row * count + index]! += random.normal(0, 0.015);
  }
  return array(trace, [2, count]);
}

function pulses(random: Random): Uint8Array {
  return Uint8Array.from({ length: 64 }, () => random.integer(0, 255));
}
