import type { Socket } from 'node:net';
import { UnreachableError } from '../errors.ts';
import type { ConnectOptions } from './driver.ts';

/** PostgreSQL's question whether a server encrypts, with which its clients begin. */
export const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Milliseconds in which a server says whether it is PostgreSQL, which has had all the time to get ready. */
const patience = 300;

/** Whether a server begins as MySQL and MariaDB do, unasked: a first packet with version 10 of the protocol, or an error. */
export function isMysqlGreeting(bytes: Uint8Array): boolean {
  return bytes.length > 4 && bytes[3] === 0 && (bytes[4] === 10 || bytes[4] === 255);
}

/** Whether a server that waits for its client to begin answers PostgreSQL's first question. */
export async function isPostgres(socket: Socket): Promise<boolean> {
  if (socket.destroyed || socket.connecting || socket.bytesRead > 0) return false;
  return await new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, false);
    const answered = (isOne: boolean): void => {
      clearTimeout(timer);
      resolve(isOne);
    };
    socket.prependOnceListener('data', (answer: Buffer) => answered(/^[SN]$/.test(answer.toString('latin1'))));
    socket.once('close', () => answered(false));
    socket.write(sslRequest);
  });
}

/** The error of a server of the other family. */
export function otherFamily({ host, port }: ConnectOptions, found: 'mysql' | 'postgresql'): UnreachableError {
  const [name, other, path] =
    found === 'mysql' ? ['MySQL or MariaDB', 'PostgreSQL', ''] : ['PostgreSQL', 'MySQL or MariaDB', '/database'];
  return new UnreachableError(
    `The database at ${host}:${port} is ${name}, not ${other}. Its address is ${found}://${host}:${port}${path}.`,
  );
}
