import type { Backend } from '../support/backends.ts';

export interface LoggedStatement {
  /** `Prepare`, `Execute`, `Query`. */
  readonly type: string;
  readonly sql: string;
}

/** Has the server write every statement to a table. */
export async function startGeneralLog(backend: Backend): Promise<void> {
  await backend.query("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 'ON'");
}

export async function stopGeneralLog(backend: Backend): Promise<void> {
  await backend.query("SET GLOBAL general_log = 'OFF'; SET GLOBAL log_output = 'FILE'");
}

/** What the server was told by one user. */
export async function loggedStatements(backend: Backend, user: string): Promise<LoggedStatement[]> {
  return await backend.query<LoggedStatement>(
    `SELECT CAST(command_type AS CHAR) AS \`type\`, CONVERT(argument USING utf8mb4) AS \`sql\` FROM mysql.general_log
     WHERE user_host LIKE ? AND command_type IN ('Prepare', 'Execute', 'Query', 'Init DB', 'Field List')`,
    [`%${user}%`],
  );
}

/** A statement with all that stands in quotes taken out. */
export function outsideQuotes(statement: string): string {
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
      if (statement.charAt(at) === '\\' && quote !== '`') at += 2;
      else if (statement.charAt(at) !== quote) at += 1;
      else if (statement.charAt(at + 1) === quote) at += 2;
      else break;
    }
    at += 1;
  }
  return rest;
}
