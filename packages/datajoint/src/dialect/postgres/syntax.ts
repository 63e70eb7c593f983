import type { SqlSyntax } from '../../sql/sql.ts';

/**
 * PostgreSQL's spelling of identifiers and parameters. Names are always quoted: DataJoint's hold `#`, `~` and dashes.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export const postgresSyntax: SqlSyntax = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  placeholder: (index) => `$${index + 1}`,
};
