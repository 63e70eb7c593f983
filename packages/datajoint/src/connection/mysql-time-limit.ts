import { serverOf } from './mysql-server.ts';

/** What limits a session's statements to so many milliseconds, 0 for ever, on servers of that version. */
export function mysqlTimeLimit(serverVersion: string, milliseconds: number): string {
  return serverOf(serverVersion).product === 'mariadb'
    ? `SESSION max_statement_time = ${Number(milliseconds) / 1000}`
    : // For SELECT only; the rest is stopped from here.
      `SESSION max_execution_time = ${Math.ceil(milliseconds)}`;
}
