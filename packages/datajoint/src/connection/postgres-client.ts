import type { Socket } from 'node:net';

/** What is used of `pg`'s client. */
export interface PostgresClient {
  readonly connection: PostgresConnection;
  /** Together with the key, what is to be told to stop a statement. */
  readonly processID: number;
  readonly secretKey: number;
  /** Idle, in a transaction, in one that failed; null before the first statement. */
  getTransactionStatus(): 'I' | 'T' | 'E' | null;
  getStartupConf: () => Readonly<Record<string, string>>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  connect(): Promise<unknown>;
  /** Runs statements without parameters, several may be given. */
  query(text: string): Promise<unknown>;
  /** Hands over the connection to what speaks the protocol itself, once it is free. */
  query(exchange: PostgresExchange): unknown;
  end(): Promise<unknown>;
}

export interface PostgresClientConfig {
  readonly user: string;
  readonly database: string;
  readonly password: () => string;
  readonly stream: () => Socket;
  readonly ssl: false;
  readonly sslnegotiation: 'postgres';
}

/** What is used of the connection beneath the client. */
export interface PostgresConnection {
  readonly stream: Socket;
  on(
    event: 'parameterStatus',
    listener: (message: { readonly parameterName: string; readonly parameterValue: string }) => void,
  ): this;
  on(event: 'authenticationCleartextPassword', listener: () => void): this;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/** What `pg` calls with the messages of the server while a statement runs (its `Submittable`). */
export interface PostgresExchange {
  submit(connection: PostgresConnection): null;
  handleRowDescription(message: { readonly fields: readonly PostgresField[] }): void;
  /** Not called: rows are taken before they get there. */
  handleDataRow(): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
  handleReadyForQuery(): void;
  handleCopyInResponse(connection: PostgresConnection): void;
  handleCopyData(): void;
  handleError(error: unknown): void;
}

/** A column of rows. */
export interface PostgresField {
  readonly name: string;
  /** The number of its type. */
  readonly dataTypeID: number;
}
