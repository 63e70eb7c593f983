import type { TableName } from '@pharus/datajoint';
import type { FastifyRequest } from 'fastify';

/** What a request did to the rows of one table. */
export interface Written {
  readonly action: 'insert' | 'update' | 'delete';
  readonly table: TableName;
  readonly rows: number;
}

/**
 * Logs a write that was made, one line for each request: with the request's id, user and database, which its log carries,
 * the client's address, and how many rows of which tables. Written whatever the level of the log, unless it is silent.
 */
export function audit(request: FastifyRequest, written: readonly Written[]): void {
  if (request.log.level === 'silent') return;
  const changes = written.map(({ action, table, rows }) => ({
    action,
    schema: table.schema,
    table: table.table,
    rows,
  }));
  request.log.child({}, { level: 'info' }).info({ audit: changes, ip: request.ip }, 'wrote');
}
