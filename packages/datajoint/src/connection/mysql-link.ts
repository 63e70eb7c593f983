import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { translateMysqlError } from '../dialect/mysql/errors.ts';
import { AuthenticationError, DataJointError, OverloadedError, UnreachableError } from '../errors.ts';
import type { ConnectOptions } from './driver.ts';
import { ed25519Plugin } from './mysql-ed25519.ts';
import { encryptionOf, mayGoInClear, rememberClear, type TlsSettings } from './mysql-tls.ts';
import { isPostgres, otherFamily } from './other-family.ts';
import { takeTurns } from './stream-turns.ts';

/** What is used of a `mysql2` connection. */
export interface MysqlConnection {
  /** The socket, or TLS on it. */
  readonly stream: Readable;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  once(event: 'connect', listener: (handshake: Handshake) => void): unknown;
  prepare(sql: string, done: (error: unknown, prepared: { readonly id: number }) => void): unknown;
  query(sql: string): MysqlCommand;
  /** Forgets a prepared statement, here and on the server. */
  unprepare(options: { readonly sql: string }): unknown;
  pause(): void;
  resume(): void;
  end(): unknown;
  /** Has something of ours talk with the server in its turn. Not documented, nor are those that follow. */
  addCommand(step: MysqlStep): unknown;
  writePacket(request: MysqlRequest): void;
  _resetSequenceId(): void;
  /** Whether MariaDB says further what columns hold. */
  readonly _mariadbExtendedMetadata: boolean;
  readonly clientEncoding: string;
}

/** A question to the server, as the driver runs one after the other. */
export interface MysqlStep {
  /** Called without a packet to ask, then with each packet of the answer. @returns whether that was the last. */
  execute(packet: MysqlReply | undefined, connection: MysqlConnection): boolean;
  /** Called when the connection fails before. */
  readonly onResult: (error: unknown) => void;
}

/** A packet to be sent: its bytes, of which the first four are left free for the driver. */
export interface MysqlRequest {
  readonly buffer: Buffer;
  length(): number;
  writeHeader(sequenceId: number): void;
}

/** A statement of `mysql2` as text, running. */
export interface MysqlCommand {
  on(event: 'fields', listener: (fields: readonly { readonly name: string }[] | undefined) => void): this;
  on(event: 'result', listener: (row: unknown) => void): this;
  on(event: 'error', listener: (error: unknown) => void): this;
  on(event: 'end', listener: () => void): this;
}

/** The bytes of what the server sent, beside others. */
export interface MysqlPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

/** What the server sent: the answer to a step, or a part of it. */
export interface MysqlReply extends MysqlPacket {
  isError(): boolean;
  asError(encoding: string): Error;
}

/** The server's greeting. */
interface Handshake {
  readonly serverVersion: string;
  readonly connectionId: number;
}

export interface MysqlLink {
  readonly connection: MysqlConnection;
  /** The TCP socket, beneath TLS where there is TLS. */
  readonly socket: Socket;
  readonly handshake: Handshake;
  readonly isEncrypted: boolean;
}

/** How many statements a session keeps prepared: a server has 16,382 for all its sessions, unless told otherwise. */
export const mostPrepared = 100;

const defaultConnectTimeout = 5000;

/** More than any server says before the client is logged in; what says more is no database. */
const maxGreetingBytes = 1024 * 1024;

/**
 * Connects, logs in and runs `setUp`, all within `connectTimeout`.
 *
 * Whatever way a server cannot be reached, closed port, filtered or unknown host, silence, the error is the same, so
 * that nothing is learnt of a network by asking for addresses in it.
 */
export async function openMysqlLink(
  options: ConnectOptions,
  setUp: (link: MysqlLink) => Promise<void> = async () => undefined,
): Promise<MysqlLink> {
  const timeout = options.connectTimeout ?? defaultConnectTimeout;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  let link: MysqlLink | undefined;
  try {
    link = await logIn(options, deadline.signal);
    await Promise.race([setUp(link), rejection(deadline.signal)]);
    takeTurns(link.connection.stream);
    return link;
  } catch (error) {
    link?.socket.destroy();
    throw connectError(error, options, timeout);
  } finally {
    clearTimeout(timer);
  }
}

async function logIn(options: ConnectOptions, deadline: AbortSignal): Promise<MysqlLink> {
  const encryption = encryptionOf(options);
  if (encryption === undefined) return await attempt(options, undefined, deadline);
  try {
    return await attempt(options, encryption, deadline);
  } catch (error) {
    if (!mayGoInClear(options, error)) throw error;
    const link = await attempt(options, undefined, deadline);
    rememberClear(options);
    return link;
  }
}

/** One connection, logged in. */
async function attempt(
  options: ConnectOptions,
  encryption: TlsSettings | undefined,
  deadline: AbortSignal,
): Promise<MysqlLink> {
  const createConnection = await driver();
  deadline.throwIfAborted();
  const socket = connect({
    host: options.address ?? options.host,
    port: options.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  // Certificates of servers known by an IP address are checked against this, in place of a server name.
  Object.assign(socket, { _host: options.host });
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<MysqlLink>((resolve, reject) => {
      deadline.addEventListener('abort', () => reject(deadline.reason), { once: true });
      watch = setInterval(() => {
        if (socket.bytesRead > maxGreetingBytes) reject(new Error('The greeting does not end.'));
      }, 50);
      socket.once('close', () => reject(new Error('The server closed the connection.')));
      const connection = createConnection(options, socket, encryption);
      // Stays for good: an error event without a listener would end the process.
      connection.on('error', reject);
      connection.once('connect', (handshake) => {
        resolve({ connection, socket, handshake, isEncrypted: encryption !== undefined });
      });
    });
  } catch (error) {
    // Of the two families, PostgreSQL is the one that waits for the client to begin.
    const isOther = deadline.aborted && (await isPostgres(socket));
    socket.destroy();
    throw isOther ? otherFamily(options, 'postgresql') : error;
  } finally {
    clearInterval(watch);
  }
}

type CreateConnection = (
  options: ConnectOptions,
  socket: Socket,
  encryption: TlsSettings | undefined,
) => MysqlConnection;

async function driver(): Promise<CreateConnection> {
  const { createConnection } = await loadMysql2();
  return (options, socket, encryption) =>
    createConnection({
      stream: () => socket,
      host: options.host,
      port: options.port,
      user: options.user,
      password: options.password,
      ...(encryption === undefined ? {} : { ssl: encryption }),
      connectTimeout: 0,
      charset: 'utf8mb4',
      rowsAsArray: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      jsonStrings: true,
      disableEval: true,
      multipleStatements: false,
      // More than are kept, so that the driver closes none of them by itself.
      maxPreparedStatements: mostPrepared + 10,
      // A server must not get at files of ours, nor have function names parsed differently. Attributes of queries are not used.
      flags: ['-LOCAL_FILES', '-IGNORE_SPACE', '-CLIENT_QUERY_ATTRIBUTES'],
      authPlugins: { client_ed25519: ed25519Plugin(options.password) },
    }) as unknown as MysqlConnection;
}

/** `mysql2` itself, an optional peer. */
async function loadMysql2(): Promise<typeof import('mysql2')> {
  try {
    const { default: mysql2 } = await import('mysql2');
    return mysql2;
  } catch (error) {
    throw new DataJointError(
      'Connections to MySQL and MariaDB need the package mysql2. Install it: npm install mysql2',
      {
        cause: error,
      },
    );
  }
}

/** Runs one statement of ours over the text protocol. */
export async function runText(link: MysqlLink, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    link.socket.once('close', () => reject(new Error('The server closed the connection.')));
    link.connection.query(text).on('error', reject).on('end', resolve);
  });
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function connectError(error: unknown, options: ConnectOptions, timeout: number): DataJointError {
  if (error instanceof DataJointError) return error;
  const { errno, code } = (error ?? {}) as { readonly errno?: unknown; readonly code?: unknown };
  const place = `${options.host}:${options.port}`;
  if (errno === 3159) {
    return new UnreachableError(`The database at ${place} takes encrypted connections only.`, { cause: error });
  }
  if (typeof errno === 'number' && errno >= 1000) {
    const translated = translateMysqlError(error);
    if (translated instanceof AuthenticationError || translated instanceof OverloadedError) return translated;
  }
  switch (code) {
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return new UnreachableError(`The database at ${place} offers no encryption, and it is required.`, {
        cause: error,
      });
    case 'HANDSHAKE_SSL_ERROR':
      return new UnreachableError(
        options.tls === 'verify-full'
          ? `The database at ${place} could not prove with a certificate that it is ${options.host}.`
          : `No encrypted connection to the database at ${place} could be made.`,
        { cause: error },
      );
    case 'AUTH_SWITCH_PLUGIN_ERROR':
    case 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED':
      return new AuthenticationError('The database asks this user to log in in a way that is not supported.', {
        cause: error,
      });
    default:
      return new UnreachableError(
        `The database at ${place} could not be reached within ${timeout / 1000} s. Check the address and that it is up.`,
        { cause: error },
      );
  }
}
