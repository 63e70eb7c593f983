import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';
import { freePort, stopServer, type TestServer, watchOver } from './test-server.ts';

/** A PostgreSQL started by the tests themselves; they may do anything to it. */
export interface PostgresServer extends TestServer {
  readonly product: 'postgres';
  /** As the server spells it, `15.14 (Debian 15.14-0+deb12u1)`. */
  readonly version: string;
  /** Its temporary directory: `data`, `server.log`, and the socket. */
  readonly directory: string;
  /** Runs SQL as the administrator with `psql`; answers what it prints, a row a line, cells between bars. */
  psql(sql: string, database?: string): Promise<string>;
  /** Sends a signal to the server's main process, and to those of the sessions given. */
  signal(name: NodeJS.Signals, sessions?: readonly number[]): Promise<void>;
  /** Stops the server and removes its directory. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Settings, `{ssl: 'on'}`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Who is let in how, in place of everybody with a SCRAM password: lines of `pg_hba.conf`. */
  readonly hba?: readonly string[];
  /** A certificate and its key to encrypt with. */
  readonly certificate?: { readonly certFile: string; readonly keyFile: string };
}

/** Administrator of every server the tests start; they listen on 127.0.0.1 only and live for one run. */
const password = 'simple';

/** Starts a PostgreSQL of its own, with empty data, that is gone after `stop()`. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const initdb = await findOrInstall('initdb');
  const directory = await mkdtemp(join(tmpdir(), 'pharus-postgres-'));
  const owner = await ownerOf(directory);
  const data = join(directory, 'data');
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    // Lets sessions go at once, and not when they want to.
    server?.kill('SIGINT');
    if (server !== undefined) await stopServer(server);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await giveFile(join(directory, 'password'), password, owner);
    const initialise = [initdb, '-D', data, '-U', 'postgres', `--pwfile=${directory}/password`, '--no-sync'];
    const [program = initdb, ...args] = owner === undefined ? initialise : [...asUser(owner), ...initialise];
    await run(program, [...args, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8']);
    if (options.hba !== undefined) await giveFile(join(data, 'pg_hba.conf'), `${options.hba.join('\n')}\n`, owner);
    const port = await freePort();
    const settings = { ...(await certified(options, data, owner)), ...options.settings };
    const log = openSync(join(directory, 'server.log'), 'a');
    server = spawn(
      await findOrInstall('postgres'),
      ['-D', data, ...Object.entries({ ...defaults(port, directory), ...settings }).flatMap(setting)],
      { stdio: ['ignore', log, log], ...(owner ?? {}) },
    );
    closeSync(log);
    watchOver(server, directory);
    const psql = await psqlFor(port);
    const version = await whenReady(server, () => psql('SHOW server_version'));
    const signal = async (name: NodeJS.Signals, sessions: readonly number[] = []): Promise<void> => {
      const main = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      for (const pid of [main, ...sessions]) process.kill(pid, name);
    };
    const place = { host: '127.0.0.1', port, user: 'postgres', password };
    return { product: 'postgres', version, ...place, directory, psql, signal, stop };
  } catch (error) {
    const log = readFileSync(join(directory, 'server.log'), { encoding: 'utf8', flag: 'a+' });
    await stop();
    throw new Error(`The private PostgreSQL did not come up. The end of its log:\n${log.slice(-2000)}`, {
      cause: error,
    });
  }
}

const defaults = (port: number, directory: string): Readonly<Record<string, string>> => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  unix_socket_directories: directory,
  max_connections: '300',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
});

const setting = ([name, value]: [string, string]): string[] => ['-c', `${name}=${value}`];

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL does not run as root: then, who it runs as. The directory is made theirs. */
async function ownerOf(directory: string): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (flag: string): Promise<number> =>
    Number(await run('id', [flag, 'postgres']).catch(() => run('id', [flag, 'nobody'])));
  const owner = { uid: await idOf('-u'), gid: await idOf('-g') };
  await chown(directory, owner.uid, owner.gid);
  return owner;
}

const asUser = ({ uid, gid }: Owner): string[] => ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];

async function giveFile(path: string, text: string, owner: Owner | undefined): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o600);
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

async function certified(
  { certificate }: PostgresOptions,
  data: string,
  owner: Owner | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (certificate === undefined) return {};
  await giveFile(join(data, 'server.crt'), await readFile(certificate.certFile, 'utf8'), owner);
  await giveFile(join(data, 'server.key'), await readFile(certificate.keyFile, 'utf8'), owner);
  return { ssl: 'on' };
}

async function psqlFor(port: number): Promise<PostgresServer['psql']> {
  const program = await findOrInstall('psql');
  return async (sql, database = 'postgres') => {
    const place = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', database];
    const env = { PGPASSWORD: password, PGCONNECT_TIMEOUT: '10' };
    return (await run(program, ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...place, '-c', sql], env)).trim();
  };
}

async function whenReady(server: ChildProcess, ask: () => Promise<string>): Promise<string> {
  const giveUp = Date.now() + 60_000;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error('The server ended while starting.');
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Where PostgreSQL's programs are; on Debian and Ubuntu, root gets them installed. */
export async function findOrInstall(program: 'initdb' | 'postgres' | 'psql'): Promise<string> {
  const found = find(program);
  if (found !== undefined) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], quiet);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql-15'], quiet);
    const installed = find(program);
    if (installed !== undefined) return installed;
  }
  throw new Error(
    `The tests need ${program} and did not find it: install PostgreSQL's server and client (Debian: postgresql-15).`,
  );
}

/** Debian keeps the server's programs apart from the others, by version; 15 is taken where it is there. */
function find(program: string): string | undefined {
  const versions = '/usr/lib/postgresql';
  const installed = list(versions).sort((a, b) => Number(b === '15') - Number(a === '15') || Number(b) - Number(a));
  const directories = [
    ...installed.map((version) => join(versions, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return directories.map((directory) => join(directory, program)).find(isExecutable);
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
