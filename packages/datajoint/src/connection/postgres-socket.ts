import { connect, isIP, type Socket } from 'node:net';
import { connect as encrypt } from 'node:tls';
import type { ConnectOptions } from './driver.ts';
import { isMysqlGreeting, otherFamily, sslRequest } from './other-family.ts';

/** A connection on which nothing has been said yet but that it be encrypted. */
export interface PostgresSocket {
  readonly socket: Socket;
  readonly isEncrypted: boolean;
}

/** There is no encryption, and it is required; or it is there and failed. */
export class EncryptionError extends Error {
  readonly isOffered: boolean;

  constructor(isOffered: boolean, options?: ErrorOptions) {
    super(isOffered ? 'The encryption failed.' : 'The server offers no encryption.', options);
    this.isOffered = isOffered;
  }
}

/**
 * Connects, and encrypts as `options.tls` says. The socket comes paused. It is destroyed where this fails, for example
 * because of `deadline`.
 *
 * This is not left to `pg`, which connects to the name it verifies, does not go on in clear, and takes whatever was sent
 * in clear before the encryption as if it had been encrypted.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 */
export async function openPostgresSocket(options: ConnectOptions, deadline: AbortSignal): Promise<PostgresSocket> {
  const mode = options.tls ?? 'preferred';
  const socket = await dial(options, deadline);
  if (mode === 'off') return { socket, isEncrypted: false };
  if (!(await offersEncryption(socket, options, deadline))) {
    if (mode === 'preferred') return { socket, isEncrypted: false };
    socket.destroy();
    throw new EncryptionError(false);
  }
  try {
    return { socket: await encrypted(socket, options, deadline), isEncrypted: true };
  } catch (error) {
    // A server whose TLS is too old or too broken to agree on anything.
    if (mode !== 'preferred' || deadline.aborted) throw error;
    return { socket: await dial(options, deadline), isEncrypted: false };
  }
}

async function dial(options: ConnectOptions, deadline: AbortSignal): Promise<Socket> {
  deadline.throwIfAborted();
  const socket = connect({
    host: options.address ?? options.host,
    port: options.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  return await during(socket, deadline, (resolve) => socket.once('connect', () => resolve(socket.pause())));
}

async function offersEncryption(socket: Socket, options: ConnectOptions, deadline: AbortSignal): Promise<boolean> {
  return await during(socket, deadline, (resolve, reject) => {
    socket.once('data', (answer) => {
      socket.pause();
      const text = answer.toString('latin1');
      // More than the one letter would be something that was not encrypted, to be taken for what was.
      if (text === 'S' || text === 'N') resolve(text === 'S');
      else if (isMysqlGreeting(answer)) reject(otherFamily(options, 'mysql'));
      else reject(new Error('The server does not speak the protocol.'));
    });
    socket.write(sslRequest);
    socket.resume();
  });
}

async function encrypted(socket: Socket, options: ConnectOptions, deadline: AbortSignal): Promise<Socket> {
  try {
    const { host, tlsCa } = options;
    const secure = encrypt({
      socket,
      // What the certificate is checked against. Addresses are no server names (RFC 6066).
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: options.tls === 'verify-full',
      ...(tlsCa === undefined ? {} : { ca: tlsCa }),
    });
    return await during(secure, deadline, (resolve) => secure.once('secureConnect', () => resolve(secure.pause())));
  } catch (error) {
    socket.destroy();
    throw deadline.aborted ? error : new EncryptionError(true, { cause: error });
  }
}

/** Waits for something on a socket that can fail, close or take too long; it is destroyed then. */
async function during<T>(
  socket: Socket,
  deadline: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  // Stays for good: an error event without a listener would end the process.
  socket.on('error', ignore);
  let forget = ignore;
  try {
    return await new Promise<T>((resolve, reject) => {
      const onClose = (): void => reject(new Error('The server closed the connection.'));
      const onAbort = (): void => reject(deadline.reason);
      socket.on('error', reject).on('close', onClose);
      deadline.addEventListener('abort', onAbort);
      forget = () => {
        socket.off('error', reject).off('close', onClose);
        deadline.removeEventListener('abort', onAbort);
      };
      if (deadline.aborted) onAbort();
      else begin(resolve, reject);
    });
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    forget();
  }
}

const ignore = (): void => undefined;
