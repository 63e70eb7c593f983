import type { Statement } from '../sql/sql.ts';

/** What a statement is known by: its text and its values. */
export function statementKey({ text, params }: Statement): string {
  const values = params.map((param) => [
    typeof param,
    param instanceof Uint8Array ? Buffer.from(param).toString('hex') : String(param),
  ]);
  return JSON.stringify([text, values]);
}
