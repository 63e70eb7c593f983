import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Product } from './products.ts';

/** Address and administrator of a database server the tests may do anything to. */
export interface TestServer {
  readonly product: Product;
  /** As the server spells it, `10.11.11-MariaDB-...`. */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The database in which the schemas are, where a server has several (PostgreSQL); default `postgres`. */
  readonly database?: string;
  /** Where the tests started it themselves: its temporary directory (data, socket, logs). */
  readonly directory?: string;
  /** Where the tests started it themselves: the file its general log goes to once that is turned on. */
  readonly generalLogFile?: string;
}

/** A server started by the tests themselves. */
export interface PrivateServer extends TestServer {
  readonly directory: string;
  readonly generalLogFile: string;
  /** Stops the server and removes its directory. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** More options for the server, `--require-secure-transport=ON`. */
  readonly args?: readonly string[];
  /** More environment, `{TZ: 'America/New_York'}`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Write every statement to `generalLogFile` from the start. */
  readonly generalLog?: boolean;
}

/** A TCP port on 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)));
    });
  });
}

/**
 * Watches over a server from outside: where this process dies without stopping it (a killed test run), the server is
 * killed and its directory removed. Ends by itself once the server has.
 */
export function watchOver(server: ChildProcess, directory: string): void {
  const script = `while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done
kill -0 "$2" 2>/dev/null || exit 0
kill "$2"; n=0; while kill -0 "$2" 2>/dev/null && [ $n -lt 20 ]; do sleep 0.5; n=$((n+1)); done
kill -9 "$2" 2>/dev/null; rm -rf "$3"`;
  const guard = spawn('sh', ['-c', script, 'sh', String(process.pid), String(server.pid), directory], {
    detached: true,
    stdio: 'ignore',
  });
  guard.unref();
}

/** Ends a server: politely first, then not. */
export async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGTERM');
  const force = setTimeout(() => server.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(force);
}
