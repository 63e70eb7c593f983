import { type Animal, animals } from './animals.ts';
import { datetimeText, day, isWeekend } from './calendar.ts';
import { experimenters } from './people.ts';
import { Random } from './random.ts';

interface Trial {
  readonly trial: number;
  /** Seconds from the start of the session. */
  readonly time: number;
  /** Negative on the left. */
  readonly contrast: number;
  readonly choice: 'left' | 'right' | 'none';
  /** Seconds from the stimulus. */
  readonly reactionTime: number | undefined;
  readonly isCorrect: boolean | undefined;
  /** Microlitres. */
  readonly reward: number;
}

export interface Session {
  readonly animal: Animal;
  readonly session: number;
  readonly start: number;
  readonly task: string;
  readonly trials: readonly Trial[];
  /** Seconds. */
  readonly duration: number;
}

export const contrasts = [-1, -0.5, -0.25, -0.125, -0.0625, 0, 0.0625, 0.125, 0.25, 0.5, 1] as const;

/** Days of training after which a session is kept in this small copy of a laboratory. */
const kept = [2, 9, 16, 25, 32];

/** The sessions of all animals; the last two of each are recorded where it is an animal to record from. */
export const sessions: readonly Session[] = animals.flatMap((animal) =>
  kept.map((days, index) => {
    const random = new Random(`session ${animal.subject} ${index}`);
    const noon = animal.start + days * day;
    const workday = isWeekend(noon) ? noon + 2 * day : noon;
    const start = workday + (9 * 3600 + random.integer(0, 7 * 3600)) * 1000;
    const trials = trialsOf(random, animal.talent * (1 - Math.exp(-(days + 2) / 9)), index === 4);
    return {
      animal,
      session: index + 1,
      start,
      task: index === 0 ? 'shaping' : index === 4 ? 'biased blocks' : 'contrast choice',
      trials,
      duration: (trials.at(-1)?.time ?? 0) + random.between(60, 240),
    };
  }),
);

/** Whether this session of an animal to record from was recorded. */
export function isRecorded({ animal, session }: Session, how: Animal['recording']): boolean {
  return animal.recording === how && session >= 4;
}

/**
 * Choices of an animal that knows so much of the task, from 0 to 1: a logistic function of contrast whose slope grows
 * and whose lapses go as it learns. Thirst wanes towards the end.
 */
function trialsOf(random: Random, skill: number, hasBlocks: boolean): readonly Trial[] {
  const count = random.integer(150, 235);
  const slope = 1 + 14 * skill;
  const lapse = 0.4 * (1 - skill) + 0.02;
  const bias = random.normal(0, 0.06);
  const trials: Trial[] = [];
  let time = random.between(20, 40);
  for (let index = 0; index < count; index += 1) {
    const block = !hasBlocks ? 0 : Math.floor(index / 50) % 2 === 0 ? 1 : -1;
    const side = random.happens(0.5 + 0.3 * block) ? 1 : -1;
    const contrast = side * random.pick([0, 0.0625, 0.125, 0.25, 0.5, 1]);
    const evidence = slope * (contrast - bias) + 1.1 * block * skill;
    const isMissed = random.happens(0.01 + 0.25 * Math.max(0, index / count - 0.85));
    const right = lapse / 2 + (1 - lapse) / (1 + Math.exp(-evidence));
    const choice = isMissed ? 'none' : random.happens(right) ? 'right' : 'left';
    const isCorrect =
      choice === 'none' ? undefined : (choice === 'right') === (contrast === 0 ? side > 0 : contrast > 0);
    const reactionTime = isMissed
      ? undefined
      : 0.14 + Math.exp(random.normal(-1.3 - 0.5 * skill - 0.5 * Math.abs(contrast), 0.35));
    trials.push({
      trial: index + 1,
      time: Math.round(time * 1e4) / 1e4,
      contrast: contrast === 0 ? 0 : contrast,
      choice,
      reactionTime,
      isCorrect,
      reward: isCorrect === true ? 2.5 : 0,
    });
    time += (reactionTime ?? 1.5) + (isCorrect === true ? 1 : 2.2) + 0.7 + random.wait(1.6);
  }
  return trials;
}

const notes = [
  'Licked the left spout between trials; moved it back by half a millimetre.',
  'Room lights were on for the first five minutes.',
  'Best day so far.',
  'Sleepy after half an hour, stopped early.',
];

/** The rows of `Session`. */
export function sessionRows() {
  return sessions.map((session) => {
    const { animal, start, duration, task } = session;
    const random = new Random(`notes ${animal.subject} ${session.session}`);
    const experimenter = random.pick(experimenters);
    const rig = isRecorded(session, 'ephys') ? 'ephys-1' : isRecorded(session, 'imaging') ? '2p-1' : undefined;
    return {
      ...keyOf(session),
      session_start: datetimeText(start),
      duration: Math.round(duration / 6) / 10,
      rig: rig ?? random.pick(['box-1', 'box-2']),
      task,
      experimenter,
      reviewer: random.happens(0.6) ? random.pick(['skraus', 'mlopez', 'dnovak']) : null,
      clock_start: BigInt(start) * 1_000_000n + BigInt(random.integer(0, 999_999)),
      is_good: !random.happens(0.08),
      notes: random.happens(0.15) ? random.pick(notes) : null,
    };
  });
}

export function keyOf({ animal, session }: Session) {
  return { subject: animal.subject, session };
}

/** The rows of `Session.Trial`. */
export function trialRows() {
  return sessions.flatMap((session) =>
    session.trials.map(({ trial, time, contrast, choice, isCorrect, reactionTime, reward }) => ({
      ...keyOf(session),
      trial,
      stimulus_time: time,
      contrast: contrast.toFixed(4),
      choice,
      is_correct: isCorrect ?? null,
      reaction_time: reactionTime === undefined ? null : Math.round(reactionTime * 1e4) / 1e4,
      reward: reward.toFixed(1),
    })),
  );
}
