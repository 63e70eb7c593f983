import type { SqlSyntax } from '../../sql/sql.ts';

/**
 * MySQL's and MariaDB's spelling of identifiers and parameters.
 * @see https://dev.mysql.com/doc/refman/8.4/en/identifiers.html
 */
export const mysqlSyntax: SqlSyntax = {
  quote: (identifier) => `\`${identifier.replaceAll('`', '``')}\``,
  placeholder: () => '?',
  // Sessions run without NO_BACKSLASH_ESCAPES, so that a backslash escapes.
  literal: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`,
};
