import type { Socket } from 'node:net';
import { sqlStateOf, translatePostgresError } from '../dialect/postgres/errors.ts';
import { AuthenticationError, DataJointError, OverloadedError, UnreachableError } from '../errors.ts';
import type { ConnectOptions } from './driver.ts';
import type { PostgresClient, PostgresClientConfig } from './postgres-client.ts';
import { PostgresMessages } from './postgres-messages.ts';
import { EncryptionError, openPostgresSocket, type PostgresSocket } from './postgres-socket.ts';
import { takeTurns } from './stream-turns.ts';

/** A session of `pg`, logged in and set up. */
export interface PostgresLink {
  readonly client: PostgresClient;
  /** TLS where there is TLS. */
  readonly socket: Socket;
  readonly isEncrypted: boolean;
  /** As the server spells it, `15.14 (Debian 15.14-0+deb12u1)`. */
  readonly version: string;
  /** What comes from the server. */
  readonly messages: PostgresMessages;
  /** Whether another program is between here and the server, which may have several sessions serve this one in turn. */
  readonly isPooled: boolean;
}

const defaultConnectTimeout = 5000;

/** More than any server says before the client is logged in; what says more is no database. */
const maxGreetingBytes = 1024 * 1024;

/**
 * Connects, logs in and runs `setUp`, all within `connectTimeout`.
 *
 * Whatever way a server cannot be reached, closed port, filtered or unknown host, silence, the error is the same, so
 * that nothing is learnt of a network by asking for addresses in it.
 */
export async function openPostgresLink(options: ConnectOptions, setUp: string): Promise<PostgresLink> {
  return await withDeadline(options, async (deadline) => {
    const Client = await loadClient();
    const link = await logIn(Client, options, await openPostgresSocket(options, deadline), deadline);
    try {
      const answers = await Promise.race([link.client.query(`${setUp}; ${whoAmI}`), rejection(deadline)]);
      return { ...link, isPooled: !isOwnSession(answers, link.client) };
    } catch (error) {
      link.socket.destroy();
      throw error;
    }
  });
}

/** Asks the server, over a connection of its own, to stop what a session is running. */
export async function cancelPostgresQuery(options: ConnectOptions, link: PostgresLink): Promise<void> {
  const { processID, secretKey } = link.client;
  const tls = link.isEncrypted ? options.tls : 'off';
  await withDeadline(options, async (deadline) => {
    const { socket } = await openPostgresSocket({ ...options, tls }, deadline);
    try {
      // The server closes once it has passed the request on.
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.end(cancelRequest(processID, secretKey)).resume();
      await Promise.race([closed, rejection(deadline)]);
    } finally {
      socket.destroy();
    }
  });
}

function cancelRequest(processId: number, secretKey: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(secretKey, 12);
  return request;
}

async function withDeadline<T>(options: ConnectOptions, open: (deadline: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = options.connectTimeout ?? defaultConnectTimeout;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  try {
    return await open(deadline.signal);
  } catch (error) {
    throw connectError(error, options, timeout);
  } finally {
    clearTimeout(timer);
  }
}

async function logIn(
  Client: new (config: PostgresClientConfig) => PostgresClient,
  options: ConnectOptions,
  { socket, isEncrypted }: PostgresSocket,
  deadline: AbortSignal,
): Promise<Omit<PostgresLink, 'isPooled'>> {
  const { user, password, database = 'postgres' } = options;
  const client = new Client({
    user,
    database,
    // A function, because an empty string would have it look in the environment and in files.
    password: () => password,
    stream: () => socket,
    ssl: false,
    sslnegotiation: 'postgres',
  });
  // In place of what the environment of this process may add.
  client.getStartupConf = () => ({ user, database, application_name: 'pharus' });
  let version = '';
  client.connection
    .on('parameterStatus', ({ parameterName, parameterValue }) => {
      if (parameterName === 'server_version') version = parameterValue;
    })
    .on('authenticationCleartextPassword', () => {
      if (!isEncrypted) socket.destroy(new Error('authentication in clear'));
    });
  // The socket is connected already.
  socket.connect = () => {
    process.nextTick(() => {
      socket.emit('connect');
      socket.resume();
    });
    return socket;
  };
  const guard = guardFromServer(socket);
  try {
    await new Promise<void>((resolve, reject) => {
      // Stays for good: an error event without a listener would end the process.
      client.on('error', reject);
      deadline.addEventListener('abort', () => reject(deadline.reason), { once: true });
      if (deadline.aborted) reject(deadline.reason);
      client.connect().then(() => resolve(), reject);
    });
    guard.isLoggedIn = true;
    takeTurns(socket);
    return { client, socket, isEncrypted, version, messages: guard.messages };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What the parser throws at bytes it does not understand is to end the connection, and not the process. */
function guardFromServer(socket: Socket): { isLoggedIn: boolean; readonly messages: PostgresMessages } {
  const emit: Socket['emit'] = socket.emit.bind(socket);
  const messages = new PostgresMessages((bytes) => emit('data', bytes));
  const guard = { isLoggedIn: false, messages };
  let size = 0;
  const guarded = (event: string, ...args: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...args);
    try {
      size += (args[0] as Buffer).length;
      if (!guard.isLoggedIn && size > maxGreetingBytes) throw new Error('The greeting does not end.');
      messages.take(args[0] as Buffer);
      return true;
    } catch (cause) {
      socket.destroy(new Error('received invalid response', { cause }));
      return true;
    }
  };
  socket.emit = guarded as Socket['emit'];
  return guard;
}

const whoAmI = 'SELECT pg_backend_pid()';

/** What lends sessions of the server to its clients has numbers of its own for them. */
function isOwnSession(answers: unknown, { processID }: PostgresClient): boolean {
  const [last] = [answers].flat().slice(-1) as { readonly rows?: readonly { readonly pg_backend_pid?: unknown }[] }[];
  return Number(last?.rows?.[0]?.pg_backend_pid) === processID;
}

/** `pg` itself, an optional peer. */
async function loadClient(): Promise<new (config: PostgresClientConfig) => PostgresClient> {
  try {
    const { default: pg } = await import('pg');
    return pg.Client as unknown as new (
      config: PostgresClientConfig,
    ) => PostgresClient;
  } catch (error) {
    throw new DataJointError('Connections to PostgreSQL need the package pg. Install it: npm install pg', {
      cause: error,
    });
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function connectError(error: unknown, options: ConnectOptions, timeout: number): DataJointError {
  if (error instanceof DataJointError) return error;
  const place = `${options.host}:${options.port}`;
  if (error instanceof EncryptionError) {
    const message = !error.isOffered
      ? `The database at ${place} offers no encryption, and it is required.`
      : options.tls === 'verify-full'
        ? `The database at ${place} could not prove with a certificate that it is ${options.host}.`
        : `No encrypted connection to the database at ${place} could be made.`;
    return new UnreachableError(message, { cause: error });
  }
  const state = sqlStateOf(error);
  if (state === '57P03') {
    return new UnreachableError(`The database at ${place} is starting or stopping. Try again shortly.`, {
      cause: error,
    });
  }
  // The privilege to connect to a database.
  if (state === '42501') {
    return new AuthenticationError('The database does not let this user in.', { cause: error });
  }
  if (state !== undefined) {
    const translated = translatePostgresError(error);
    if (translated instanceof AuthenticationError || translated instanceof OverloadedError) return translated;
  }
  const said = `${(error as Error | undefined)?.message} ${((error as Error | undefined)?.cause as Error)?.message}`;
  if (/client password must be a non-empty string/.test(said)) {
    return new AuthenticationError('The database refused the user name or the password.', { cause: error });
  }
  if (/authentication in clear|Unknown authenticationOk message type|SASL: Only mechanism/.test(said)) {
    return new AuthenticationError('The database asks this user to log in in a way that is not supported.', {
      cause: error,
    });
  }
  return new UnreachableError(
    `The database at ${place} could not be reached within ${timeout / 1000} s. Check the address and that it is up.`,
    { cause: error },
  );
}
