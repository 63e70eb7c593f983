import { type Sql, sql } from '../../sql/sql.ts';
import type { RecordColumn, RecordText } from '../record-text.ts';

/**
 * What MySQL and MariaDB write as JSON text. Left to the codec are floats, whose text is cut to six digits or has another
 * form of exponent; fractions of seconds; and texts without a narrow bound: a row whose text exceeds `max_allowed_packet`
 * would come as NULL.
 */
export const mysqlRecordText: RecordText = {
  cell(column, type) {
    const text = notNull(column, type);
    return text === undefined || !type.nullable ? text : sql`COALESCE(${text}, 'null')`;
  },

  concat: (texts) => sql`CONCAT(${sql.join(texts)})`,
};

function notNull(column: Sql, { databaseType, storage, charset }: RecordColumn): Sql | undefined {
  const type = databaseType.toLowerCase();
  // Their texts have zeros before them, which JSON has not.
  if (type.includes('zerofill')) return undefined;
  switch (storage.kind) {
    case 'integer':
    case 'bool':
      return /^(?:tiny|small|medium|big)?int\b/.test(type) ? column : undefined;
    case 'year':
      return sql`${column} + 0`;
    case 'decimal':
      return quoted(column);
    case 'date':
    case 'datetime':
      return /^(?:date|datetime|timestamp)$/.test(type) ? epoch(column) : undefined;
    case 'uuid':
      return type === 'binary(16)' ? quoted(uuid(column)) : undefined;
    case 'text':
      if (/^(?:enum|set)\b/.test(type)) return sql`JSON_QUOTE(CONVERT(${column} USING utf8mb4))`;
      if (!/^(?:char|varchar|tinytext)\b/.test(type)) return undefined;
      return charset === undefined ? sql`JSON_QUOTE(${column})` : sql`JSON_QUOTE(CONVERT(${column} USING utf8mb4))`;
    default:
      return undefined;
  }
}

/** For texts in which JSON escapes nothing. */
const quoted = (text: Sql): Sql => sql`CONCAT('"', ${text}, '"')`;

/**
 * Seconds since 1970; zero dates, days that a month does not have and dates without a month or day as text. The servers
 * count the year 0 as a common one, the calendar as a leap year: January and February are a day earlier.
 */
function epoch(column: Sql): Sql {
  const isDay = sql`DAY(${column}) BETWEEN 1 AND DAY(LAST_DAY(${column}))`;
  return sql`CASE WHEN YEAR(${column}) > 0 AND ${isDay} THEN TO_SECONDS(${column}) - 62167219200
    WHEN YEAR(${column}) = 0 AND MONTH(${column}) > 0 AND ${isDay}
    THEN TO_SECONDS(${column}) - 62167219200 - IF(MONTH(${column}) < 3, 86400, 0)
    ELSE ${quoted(column)} END`;
}

function uuid(column: Sql): Sql {
  const part = (from: number, length: number): Sql =>
    sql`HEX(SUBSTR(${column}, ${sql.integer(from)}, ${sql.integer(length)}))`;
  const parts = sql.join([part(1, 4), part(5, 2), part(7, 2), part(9, 2), part(11, 6)], ", '-', ");
  return sql`LOWER(CONCAT(${parts}))`;
}
