import { readFileSync } from 'node:fs';
import { shared } from '../../support/shared.ts';

/** A query as the Python library writes it, the SQL it sends for it or the error it answers. */
export interface RecordedQuery {
  /** Python: `Subject & dict(subject_id=1)`. */
  readonly expression: string;
  readonly sql: string | undefined;
  readonly heading: readonly string[];
  /** Undefined where none is recorded. */
  readonly primaryKey: readonly string[] | undefined;
  /** `DataJointError: ...` of the library or of the database that did not take its SQL. */
  readonly error: string | undefined;
}

interface RecordedStatement {
  readonly sql: string;
  readonly params: readonly (string | number | Uint8Array)[];
}

/** A call that writes or fetches, what it sent, and the error it ended with. */
export interface RecordedCall {
  readonly call: string;
  /** Name of the Python class. */
  readonly error: string | undefined;
  readonly statements: readonly RecordedStatement[];
}

interface File {
  readonly queries: readonly {
    readonly expr: string;
    readonly sql?: string;
    readonly heading?: readonly string[];
    readonly primary_key?: readonly string[];
    readonly error?: string;
    readonly len_error?: string;
  }[];
  readonly statements: readonly {
    readonly call: string;
    readonly error?: string;
    readonly statements: readonly { readonly sql: string; readonly args: readonly (string | number | boolean)[] }[];
  }[];
}

/** Reads `golden/queries_v014.json` or its like for DataJoint 2. */
export function recordedQueries(file: string): {
  readonly queries: readonly RecordedQuery[];
  readonly calls: readonly RecordedCall[];
} {
  const { queries, statements } = JSON.parse(readFileSync(shared(`golden/${file}`), 'utf8')) as File;
  return {
    queries: queries.map(({ expr, sql, heading = [], primary_key: primaryKey, error, len_error: lengthError }) => ({
      expression: expr,
      sql: sql === undefined ? undefined : plain(sql),
      heading,
      primaryKey,
      error: error ?? lengthError,
    })),
    calls: statements.map(({ call, error, statements: sent }) => ({
      call,
      error: error?.split(':')[0],
      statements: sent.map((statement) => ({
        sql: statement.args.length === 0 ? plain(statement.sql) : statement.sql.replaceAll('%s', '?'),
        params: statement.args.map(param),
      })),
    })),
  };
}

/** Python's driver wants every percent sign doubled. */
function plain(sql: string): string {
  return sql.replaceAll('%%', '%');
}

/** Arguments are recorded as text: bytes in hexadecimal, dates and times as Python prints them. */
function param(text: string | number | boolean): string | number | Uint8Array {
  if (typeof text === 'number') return text;
  if (typeof text === 'boolean') return String(text);
  const hex = /^0x((?:[0-9a-f]{2})*)$/.exec(text)?.[1];
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  const [, parts] = /^datetime\.(?:date|datetime)\(([\d, ]+)\)$/.exec(text.replace(/, tzinfo=[\w.]+/, '')) ?? [];
  if (parts === undefined) return text;
  const [year = '', month = '', day = '', ...clock] = parts.split(', ');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (clock.length === 0) return date;
  const [hours = '0', minutes = '0', seconds = '0', micros = '0'] = clock;
  return `${date} ${hours}:${minutes}:${seconds}.${micros.padStart(6, '0')}`;
}
