import type { Statement } from '../sql/sql.ts';

/** One value as a driver hands it up, before the heading's codec has read it. */
export type Cell = string | number | bigint | boolean | Uint8Array | null;

/** A finished statement's answer. */
export interface ResultSet {
  /** Column names in order; empty for statements without rows. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows inserted, changed or deleted; for an update, the rows that matched. */
  readonly affectedRows: number;
}

/** How the cells of a column become part of a record: text of JSON. */
export interface RecordColumn {
  /** What stands before each, since the cell before. */
  readonly before: string;
  /**
   * What a driver may make of a value by itself, if the value has that form on the wire: an integer, a double or a
   * 32-bit float as the shortest number, a date with or without a time as seconds since 1970, sixteen bytes as a uuid,
   * text quoted.
   */
  readonly form?: 'integer' | 'double' | 'float' | 'moment' | 'uuid' | 'text' | undefined;
  /** Writes any cell; of one that has the form, the same text that a driver makes of it. */
  readonly write: (cell: Cell) => string;
}

/** How rows become records. */
export interface RecordFormat {
  readonly columns: readonly RecordColumn[];
  /** What stands after the last cell. */
  readonly end: string;
}

/** Rows as records: text of JSON. */
export interface RecordBatch {
  readonly count: number;
  /** The records, with commas between; as bytes where they need not become a text on their way. */
  readonly json: string | Uint8Array;
  /** The last of them by itself. */
  last(): string;
}

/** For `typedBy`, where the parameters are compared with what the database's own tables hold. */
export const catalogTypes = 'catalog';

export interface ExecuteOptions {
  /** Stops the statement on the server as well. */
  readonly signal?: AbortSignal | undefined;
  /** For what completes an answer that has begun: before others who wait for a session, however long it takes. */
  readonly goesFirst?: boolean | undefined;
  /**
   * What the types of the statement's parameters follow from, in a word that changes with them: it may be kept prepared
   * for when it comes again under the same. Left out, a statement with parameters is prepared anew each time.
   */
  readonly typedBy?: string | undefined;
  /** For streams: the statement may run for longer than `statementTimeout`, as long as its rows keep coming. */
  readonly isUnlimited?: boolean | undefined;
}

/** What answered the connection. */
export interface ServerInfo {
  readonly product: 'mariadb' | 'mysql' | 'postgresql';
  /** As the server spells it, `10.11.19-MariaDB`. */
  readonly version: string;
  /** Server-side identity of the session (`connection_id()`, `pg_backend_pid()`). */
  readonly sessionId: number;
  /** Whether what is said to it is encrypted. */
  readonly isEncrypted: boolean;
}

export type TlsMode = 'off' | 'preferred' | 'required' | 'verify-full';

export interface ConnectOptions {
  /** Name for TLS verification and messages. */
  readonly host: string;
  readonly port: number;
  /** The address to connect to where it differs from `host` (a name already resolved and checked). */
  readonly address?: string | undefined;
  readonly user: string;
  readonly password: string;
  /** The database whose schemas the session sees, where a server has several (PostgreSQL); default `postgres`. */
  readonly database?: string | undefined;
  /** Default `preferred`: encrypted when the server can, without verifying its certificate. */
  readonly tls?: TlsMode | undefined;
  /** PEM certificates to trust with `verify-full`, in place of the system's. */
  readonly tlsCa?: string | undefined;
  /** Milliseconds for the whole of connecting and logging in; default 5000. */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds a statement may run on the server; 0 for no limit (default). */
  readonly statementTimeout?: number | undefined;
}

/** One wire session. Runs one statement at a time; the caller sees to that. */
export interface DriverSession {
  readonly server: ServerInfo;
  /** False once the session is closed or broken; it must then not be used again. */
  readonly isUsable: boolean;
  /** Runs a statement to its end. Errors are already DataJoint's. */
  execute(statement: Statement, options?: ExecuteOptions): Promise<ResultSet>;
  /**
   * Runs a statement and yields its rows in batches as they arrive. A consumer that stalls stalls the query; one that
   * leaves (`return`) or aborts cancels it on the server.
   */
  stream(statement: Statement, options?: ExecuteOptions): AsyncIterable<readonly (readonly Cell[])[]>;
  /** As {@link stream}, with the rows as records; left out where a driver makes those no quicker than anybody else. */
  records?(statement: Statement, format: RecordFormat, options?: ExecuteOptions): AsyncIterable<RecordBatch>;
  /** Ends the session in good order. */
  close(): Promise<void>;
  /** Drops the socket. */
  destroy(): void;
}

/** Opens wire sessions to one kind of database. */
export interface Driver {
  /** Opens a session with DataJoint's session settings, or throws an `UnreachableError`, `AuthenticationError` ... */
  connect(options: ConnectOptions): Promise<DriverSession>;
}
