import { hostname } from 'node:os';
import type { Executor } from '../connection/executor.ts';
import { AccessError, MissingTableError } from '../errors.ts';
import { sql } from '../sql/sql.ts';

/** What is written where the Python library writes its version. */
const version = 'pharus';

/** Writes what happened to the tables of a schema, where there is a log; failing to do so is no failure. */
export async function log(executor: Executor, schema: string, event: string): Promise<void> {
  try {
    await executor.execute(sql`
      INSERT INTO ${sql.id(schema, '~log')} (${sql.join(['version', 'user', 'host', 'event'].map((name) => sql.id(name)))})
      VALUES (${version}, user(), ${hostname().slice(0, 255)}, ${event.slice(0, 255)})`);
  } catch (error) {
    if (!(error instanceof AccessError || error instanceof MissingTableError)) throw error;
  }
}
