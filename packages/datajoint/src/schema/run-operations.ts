import type { Connection } from '../connection/connection.ts';
import type { Transaction } from '../connection/transaction.ts';
import { DataJointError } from '../errors.ts';
import { countExisting } from '../table/existing-rows.ts';
import type { InputRow, InsertOptions } from '../table/insert.ts';
import { nameParent } from '../table/name-parent.ts';
import type { CascadeOptions, DeletedRows } from '../table/run-cascade.ts';
import type { Table } from '../table/table.ts';
import type { UpdateRow } from '../table/update1.ts';

/** One write of a transaction. */
export type Operation =
  | {
      readonly kind: 'insert';
      readonly table: Table;
      readonly rows: readonly InputRow[];
      readonly options?: InsertOptions;
    }
  | { readonly kind: 'update'; readonly table: Table; readonly rows: readonly UpdateRow[] }
  /** Deletes the rows of a table that has been restricted to them. */
  | {
      readonly kind: 'delete';
      readonly table: Table;
      readonly options: CascadeOptions & { readonly cascade: boolean };
    };

/** How many rows a write was about, those it passed over left out; of a delete, those of each table, its own first. */
export type OperationResult = DeletedRows;

export interface OperationsOptions {
  /** Do everything and take it all back. */
  readonly isDryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes several writes in one transaction, in their order: all of them or none.
 * @throws DataJointError with the number of the operation, from 0, as `details.operation`.
 */
export async function runOperations(
  connection: Connection,
  operations: readonly Operation[],
  { isDryRun = false, signal }: OperationsOptions = {},
): Promise<readonly OperationResult[]> {
  // What has to be looked up is looked up before a session is held, which the look-up might wait for.
  const prepared = await Promise.all(
    operations.map((operation, index) => inOperation(index, operations.length, () => prepare(operation))),
  );
  let results: OperationResult[] = [];
  try {
    await connection.transaction(
      async (transaction) => {
        results = [];
        for (const [index, run] of prepared.entries()) {
          results.push(await inOperation(index, operations.length, () => run(transaction)));
        }
        if (isDryRun) throw undo;
      },
      { signal, retries: 3 },
    );
  } catch (error) {
    if (error !== undo)
      throw operations[0] === undefined ? error : await nameParent(error, operations[0].table.catalog);
  }
  return results;
}

const undo = new DataJointError('It was only tried.');

async function prepare(operation: Operation): Promise<(transaction: Transaction) => Promise<OperationResult>> {
  const { kind, table } = operation;
  if (kind === 'delete') return table.deletion(operation.options);
  return async (transaction) => {
    const { rows } = operation;
    const target = table.using(transaction);
    let passedOver = 0;
    if (kind === 'insert') {
      if (operation.options?.skipDuplicates) passedOver = await countExisting(target, rows);
      await target.insert(rows, operation.options);
    } else {
      await target.update(rows as readonly UpdateRow[]);
    }
    return [{ name: table.name, count: rows.length - passedOver }];
  };
}

/** Runs something about one of several operations; its errors say which, and carry the number, from 0. */
export async function inOperation<T>(operation: number, operations: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof DataJointError)) throw error;
    const Class = error.constructor as typeof DataJointError;
    const message = operations > 1 ? `Operation ${operation + 1} of ${operations}: ${error.message}` : error.message;
    throw new Class(message, { cause: error.cause ?? error, details: { ...error.details, operation } });
  }
}
