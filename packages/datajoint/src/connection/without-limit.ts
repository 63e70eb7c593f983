import type { DriverSession } from './driver.ts';

/** The statements that lift a session's limit on statements, and set it again. */
export interface TimeLimit {
  readonly lift: string;
  readonly restore: string;
}

/** Rows of a statement that may run for longer than others. A session on which the limit cannot be set again is dropped. */
export async function* withoutLimit<T>(
  session: DriverSession,
  { lift, restore }: TimeLimit,
  rows: () => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  await session.execute({ text: lift, params: [] });
  try {
    yield* rows();
  } finally {
    if (session.isUsable) await session.execute({ text: restore, params: [] }).catch(() => session.destroy());
  }
}
