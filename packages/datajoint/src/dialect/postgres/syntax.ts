import type { SqlSyntax } from '../../sql/sql.ts';

/**
 * PostgreSQL's spelling of identifiers and parameters. Names are always quoted: DataJoint's hold `#`, `~` and dashes.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export const postgresSyntax: SqlSyntax = {
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  placeholder: (index) => `$${index + 1}`,
  // With a backslash in it, the form that means the same whatever `standard_conforming_strings` says.
  literal(text) {
    const quoted = text.replaceAll("'", "''");
    return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
  },
};
