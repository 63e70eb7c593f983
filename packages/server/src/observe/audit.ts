import type { TableName } from '@pharus/datajoint';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';

/** What a request did to the rows of one table. */
export interface Written {
  readonly action: 'insert' | 'update' | 'delete';
  readonly table: TableName;
  readonly rows: number;
}

/** Who made a write: the user and where. */
export interface Author {
  readonly user: string;
  readonly database: string;
}

/** Logs the writes of one request. */
export type Audit = (request: FastifyRequest, author: Author, written: readonly Written[]) => void;

/**
 * Logs writes that were made, one line for each request: with the request's id, user and database, the client's address,
 * and how many rows of which tables. Written whatever the level of the log, unless it is silent.
 */
export function auditTo(log: FastifyBaseLogger): Audit {
  if (log.level === 'silent') return () => undefined;
  // Nothing here has a name that is kept out of logs, and looking for one costs more than writing the line.
  const lines = log.child({}, { level: 'info', redact: [] });
  /** With who it is written down once. */
  const linesOf = new WeakMap<Author, FastifyBaseLogger>();
  return ({ id: reqId, ip }, author, written) => {
    const changes = written.map(({ action, table: { schema, table }, rows }) => ({ action, schema, table, rows }));
    const own = linesOf.get(author) ?? lines.child({ user: author.user, database: author.database });
    linesOf.set(author, own);
    own.info({ reqId, audit: changes, ip }, 'wrote');
  };
}
