import { QueryError } from '../errors.ts';
import type { Cell } from './driver.ts';
import { byteaType } from './postgres-params.ts';

/** Makes cells of a row's texts: they stay what they are, bytes apart. Overwrites the row. */
export function toCells(row: (string | null)[], isBytes: readonly boolean[]): Cell[] {
  const cells: Cell[] = row;
  for (let index = 0; index < row.length; index += 1) {
    const text = row[index];
    if (isBytes[index] === true && typeof text === 'string') cells[index] = Buffer.from(text.slice(2), 'hex');
  }
  return cells;
}

export const isBytesType = ({ dataTypeID }: { readonly dataTypeID: number }): boolean => dataTypeID === byteaType;

/** The rows a statement changed, of its tag (`INSERT 0 5`); 0 for one that only reads. */
export function affectedRowsOf(tag: string): number {
  return Number(/^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(tag)?.[1] ?? 0);
}

/** The error where a transaction was to be committed and, because a statement in it had failed, was undone instead. */
export function undoneCommit(text: string, tag: string): QueryError | undefined {
  if (tag !== 'ROLLBACK' || !/^\s*(?:COMMIT|END)\b/i.test(text)) return undefined;
  return new QueryError('The transaction was undone, because a statement in it had failed. None of it was done.');
}
