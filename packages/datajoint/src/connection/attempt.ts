import { sql } from '../sql/sql.ts';
import type { Executor } from './executor.ts';

const savepoint = sql.id('attempt');

/**
 * Runs something in a transaction that may fail without the transaction failing with it. Where the database would not
 * go on after an error, a savepoint is set before and gone back to.
 */
export async function attempt<T>(transaction: Executor, run: () => Promise<T>): Promise<T> {
  if (!transaction.dialect.failureEndsTransaction) return run();
  await transaction.execute(sql`SAVEPOINT ${savepoint}`);
  try {
    const result = await run();
    await transaction.execute(sql`RELEASE SAVEPOINT ${savepoint}`);
    return result;
  } catch (error) {
    await transaction.execute(sql`ROLLBACK TO SAVEPOINT ${savepoint}`);
    throw error;
  }
}
