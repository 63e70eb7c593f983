import type { Family, Product } from './products.ts';
import type { TestServer } from './test-server.ts';

/** One database of the matrix as a test sees it. */
export interface Backend extends TestServer {
  /** Its product; for what differs from one to the other: `{ mariadb: 1, ... }[backend.name]`. */
  readonly name: Product;
  /** Which SQL it speaks: `{ mysql: 'SELECT 1', postgresql: 'VALUES (1)' }[backend.family]`. */
  readonly family: Family;
  /** What a login calls `databaseAddress`. */
  readonly address: string;
  /**
   * Runs raw SQL as the administrator; several statements may be given, `?` stands for a value (a list for its items).
   * Answers the last statement's rows as objects: integers of at most 32 bits as numbers, big numbers, decimals and
   * dates as strings, bytes as a `Buffer`.
   *
   * Names in double quotes are names and texts in single quotes texts on every backend, so that one statement in
   * standard SQL serves them all.
   */
  query<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Makes empty schemas, after dropping those of the same names, whatever refers to them. */
  createSchemas(...names: readonly string[]): Promise<void>;
  /** Drops those that are there. */
  dropSchemas(...names: readonly string[]): Promise<void>;
  /** Deletes all rows of some tables (as they are written in SQL), whatever refers to them. */
  deleteRows(...tables: readonly string[]): Promise<void>;
  /** Makes a user, or makes one anew. PGlite knows no users: whoever asks is the administrator there. */
  createUser(name: string, options?: UserOptions): Promise<void>;
  /**
   * Restores a dump (`.sql.gz`). With `once`, nothing is done where this server already got that file in this run, by
   * whichever test file: for dumps that are only read.
   */
  restore(file: string, options?: { readonly once?: boolean }): Promise<void>;
}

interface UserOptions {
  /** Default `secret`. */
  readonly password?: string;
  /** Schemas of which the user may do anything to the tables, those there and those to come. */
  readonly all?: readonly string[];
  /** Schemas of which the user may read the tables, those there and those to come. */
  readonly read?: readonly string[];
}

/** A backend and the way to let go of it. It connects when it is first asked something. */
export interface ConnectedBackend {
  readonly backend: Backend;
  readonly close: () => Promise<void>;
}

/** Whether it tells users apart. PGlite does not: each may do anything, with any password. */
export const hasUsers = ({ name }: Backend): boolean => name !== 'pglite';

/** An identifier in double quotes. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The full name of a table, as raw SQL has it. */
export const quotedTable = (schema: string, table: string): string => `${quoted(schema)}.${quoted(table)}`;

/** A text in single quotes. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
