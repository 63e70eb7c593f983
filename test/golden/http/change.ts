import { type Answer, aSentence, mapColumns } from './answer.ts';
import { type ExactJson, exactJson } from './exact-json.ts';

/** Makes the answer we give of the recorded one. */
export type Change = (recorded: Answer) => Answer;

/** The changes of one reason by case, `007-login-ok`. */
export type Changes = Readonly<Record<string, Change>>;

/** The same change in several cases. */
export function each(change: Change, cases: readonly string[]): Changes {
  return Object.fromEntries(cases.map((id) => [id, change]));
}

/** Answers 200 with this JSON. */
export function answers(body: object | string): Change {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return () => ({ status: 200, type: 'application/json', body: exactJson(text) });
}

/** Answers 200 with records. */
export function records(recordHeader: readonly string[], ...rows: readonly (readonly unknown[])[]): Change {
  return answers({ recordHeader, records: rows, totalCount: rows.length });
}

/** Refuses what was answered. */
export const refuses: Change = () => ({ status: 500, type: 'text/plain', body: aSentence });

/** Says it in other words. */
export const inOtherWords: Change = (recorded) => ({ ...recorded, body: aSentence });

/** Changes the JSON of the answer. */
export function changesJson(change: (body: ExactJson) => ExactJson): Change {
  return (recorded) => (recorded.body === aSentence ? recorded : { ...recorded, body: change(recorded.body) });
}

/** Prints one value of some columns in another way; numbers are written as `exactJson` does, `number 1.5`. */
export function prints(columns: readonly string[], recorded: ExactJson, ours: ExactJson): Change {
  return changesJson((body) => mapColumns(body, columns, (cell) => (cell === recorded ? ours : cell)));
}
