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

export interface ExecuteOptions {
  /** Stops the statement on the server as well. */
  readonly signal?: AbortSignal | undefined;
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
