import { hostname } from 'node:os';
import type { Executor } from '../connection/executor.ts';
import type { Row } from '../expression/record-types.ts';
import { sql } from '../sql/sql.ts';
import type { JobStatus } from './job-queue.ts';

/** Why a job failed. */
export interface JobError {
  /** `ValueError: bad key`. */
  readonly message: string;
  readonly stack: string;
}

/** The jobs of one table, as its workers, in whatever language, agree upon them. */
export interface Jobs {
  /** Takes a job for this worker. @returns false where another has it, or it failed, or is to be ignored. */
  reserve(key: Row): Promise<boolean>;
  /** The job is done: nothing has to be known of it any more, unless completed jobs are kept. */
  complete(key: Row, seconds: number): Promise<void>;
  error(key: Row, error: JobError): Promise<void>;
  /** Nobody is to do this job. */
  ignore(key: Row): Promise<void>;
  /** How many jobs there are by status. */
  progress(): Promise<Readonly<Partial<Record<JobStatus, number>>>>;
}

/** Characters of an error's message that a table of jobs holds. */
const longestMessage = 2047;
const cut = '...truncated';

/** An exception as a table of jobs holds it. */
export function jobErrorOf(error: unknown): JobError {
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: String(error), stack: undefined };
  const text = message === '' ? name : `${name}: ${message}`;
  return {
    message: text.length > longestMessage ? text.slice(0, longestMessage - cut.length) + cut : text,
    stack: stack ?? text,
  };
}

/** Who works: so that somebody can find out what became of a job's worker. */
export interface Worker {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly connection_id: number;
}

/** This process, on a session of the connection. */
export async function thisWorker(executor: Executor): Promise<Worker> {
  const { name } = executor.dialect;
  const { rows } = await executor.execute(
    name === 'mysql' ? sql`SELECT user(), connection_id()` : sql`SELECT current_user, pg_backend_pid()`,
  );
  const [[user, session] = []] = rows;
  return { user: String(user), host: hostname().slice(0, 255), pid: process.pid, connection_id: Number(session) };
}
