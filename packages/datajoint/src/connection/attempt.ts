import { sql } from '../sql/sql.ts';
import type { Executor } from './executor.ts';

const savepoint = sql.id('attempt');

/**
 * Runs something in a transaction that may fail without the transaction failing with it. Where the database would not
 * go on after an error, a savepoint is set before and gone back to.
 */
export async function attempt<T>(transaction: Executor, run: () => Promise<T>): Promise<T> {
  return transaction.dialect.failureEndsTransaction ? undoable(transaction, run) : run();
}

/** Runs something in a transaction of which nothing is left if it fails; the transaction can go on. */
export async function undoable<T>(transaction: Executor, run: () => Promise<T>): Promise<T> {
  await transaction.execute(sql`SAVEPOINT ${savepoint}`);
  try {
    const result = await run();
    await transaction.execute(sql`RELEASE SAVEPOINT ${savepoint}`);
    return result;
  } catch (error) {
    try {
      await transaction.execute(sql`ROLLBACK TO SAVEPOINT ${savepoint}`);
    } catch {
      // A deadlock has undone the whole transaction, savepoints and all: the first error says more.
    }
    throw error;
  }
}
