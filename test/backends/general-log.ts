import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../support/backends.ts';

export interface LoggedStatement {
  /** `Prepare`, `Execute`, `Query`. */
  readonly type: string;
  /** With the values it was run with. */
  readonly sql: string;
}

/** Settings with which a PostgreSQL writes every statement to a file. */
export const logging: Readonly<Record<string, string>> = {
  log_statement: 'all',
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_directory: 'statements',
  log_filename: 'log',
};

/** Has the server write every statement down; one of PostgreSQL is started with {@link logging}. */
export async function startGeneralLog({ family, query }: Backend): Promise<void> {
  if (family === 'mysql') await query("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 'ON'");
}

export async function stopGeneralLog({ family, query }: Backend): Promise<void> {
  if (family === 'mysql') await query("SET GLOBAL general_log = 'OFF'; SET GLOBAL log_output = 'FILE'");
}

/** What the server was told by one user. */
export async function loggedStatements(backend: Backend, user: string): Promise<LoggedStatement[]> {
  if (backend.family === 'mysql') {
    return await backend.query<LoggedStatement>(
      `SELECT CAST(command_type AS CHAR) AS type, CONVERT(argument USING utf8mb4) AS "sql" FROM mysql.general_log
       WHERE user_host LIKE ? AND command_type IN ('Prepare', 'Execute', 'Query', 'Init DB', 'Field List')`,
      [`%${user}%`],
    );
  }
  const log = await readFile(join(backend.directory ?? '', 'data/statements/log.json'), 'utf8');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
  return lines.flatMap(({ user: who, error_severity: severity, message = '', detail = '' }) => {
    const [, kind, sql] = /^(statement|execute) ?[^:]*: (.*)$/s.exec(message) ?? [];
    if (who !== user || severity !== 'LOG' || kind === undefined) return [];
    return [{ type: kind === 'execute' ? 'Execute' : 'Query', sql: `${sql}\n${detail}` }];
  });
}

/** A statement with all that stands in quotes taken out. In MySQL, a backslash keeps the character after it. */
export function outsideQuotes(statement: string, family: Backend['family']): string {
  let rest = '';
  let at = 0;
  while (at < statement.length) {
    const quote = statement.charAt(at);
    if (quote !== "'" && quote !== '"' && quote !== '`') {
      rest += quote;
      at += 1;
      continue;
    }
    at += 1;
    while (at < statement.length) {
      if (family === 'mysql' && statement.charAt(at) === '\\' && quote !== '`') at += 2;
      else if (statement.charAt(at) !== quote) at += 1;
      else if (statement.charAt(at + 1) === quote) at += 2;
      else break;
    }
    at += 1;
  }
  return rest;
}
