import { type Sql, sql } from '../../sql/sql.ts';
import type { RecordColumn, RecordText } from '../record-text.ts';

/** Arguments of a function, at most. */
const maxArguments = 100;

/** What PostgreSQL writes as JSON text. Left to the codec are floats, times, and types whose cast to text differs. */
export const postgresRecordText: RecordText = {
  cell(column, type) {
    const text = notNull(column, type);
    return text === undefined || !type.nullable ? text : sql`CASE WHEN ${column} IS NULL THEN 'null' ELSE ${text} END`;
  },

  concat(texts) {
    if (texts.length <= maxArguments) return sql`concat(${sql.join(texts)})`;
    const parts = Array.from({ length: Math.ceil(texts.length / maxArguments) }, (_, index) =>
      texts.slice(index * maxArguments, (index + 1) * maxArguments),
    );
    return postgresRecordText.concat(parts.map((part) => postgresRecordText.concat(part)));
  },
};

function notNull(column: Sql, { databaseType, storage }: RecordColumn): Sql | undefined {
  const text = sql`CAST(${column} AS text)`;
  switch (storage.kind) {
    case 'integer':
      return /^(?:smallint|integer|bigint)$/.test(databaseType) ? text : undefined;
    case 'bool':
      return databaseType === 'boolean' ? sql`CASE WHEN ${column} THEN '1' ELSE '0' END` : undefined;
    case 'decimal':
      return quoted(text);
    case 'uuid':
      return databaseType === 'uuid' ? quoted(text) : undefined;
    case 'date':
      return databaseType === 'date' ? epoch(column) : undefined;
    case 'json':
      return /^jsonb?$/.test(databaseType) ? sql`CAST(to_json(${text}) AS text)` : undefined;
    case 'text':
      return /^(?:character|text)\b/.test(databaseType) && !databaseType.endsWith(']')
        ? sql`CAST(to_json(${text}) AS text)`
        : undefined;
    default:
      return undefined;
  }
}

/** For texts in which JSON escapes nothing. */
const quoted = (text: Sql): Sql => sql`concat('"', ${text}, '"')`;

/** Seconds since 1970; days before the year 0 and after 9999, and infinite ones, as text. */
function epoch(column: Sql): Sql {
  return sql`CASE WHEN ${column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'
    THEN CAST(CAST(${column} - DATE '1970-01-01' AS bigint) * 86400 AS text)
    ELSE concat('"', CAST(${column} AS text), '"') END`;
}
