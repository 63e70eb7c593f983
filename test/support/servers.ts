import type { TestProject } from 'vitest/node';
import { startMariadb } from './mariadb.ts';
import { startMysql, whyNoMysql } from './mysql.ts';
import type { PrivateServer, TestServer } from './test-server.ts';

/** A backend of the matrix: a server, or the reason why there is none. */
export type Availability =
  | { readonly server: TestServer; readonly reason?: never }
  | { readonly reason: string; readonly server?: never };

/** What `inject('servers')` answers: the backends of the matrix by name. */
export type Servers = { readonly mariadb: Availability; readonly mysql: Availability };

declare module 'vitest' {
  export interface ProvidedContext {
    servers: Servers;
  }
}

/** What the projects of one run share: every project loads this module anew, so it lives on the process. */
interface SharedRun {
  users: number;
  readonly servers: Promise<{ readonly answer: Servers; readonly stop: () => Promise<void> }>;
}

const key = Symbol.for('pharus.test.servers');
const process_ = globalThis as { [key]?: SharedRun };

/** Starts, once per run, the servers of the backends matrix (or takes those named by the environment). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  process_[key] ??= { users: 0, servers: bringUp() };
  const shared = process_[key];
  shared.users += 1;
  const { answer, stop } = await shared.servers;
  project.provide('servers', answer);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete process_[key];
    await stop();
  };
}

async function bringUp(): Promise<{ answer: Servers; stop: () => Promise<void> }> {
  const wanted = (process.env.TEST_BACKENDS || 'mariadb,mysql').split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => name !== 'mariadb' && name !== 'mysql');
  if (unknown.length > 0) throw new Error(`TEST_BACKENDS holds ${unknown.join(', ')}; it takes mariadb and mysql.`);
  const started: PrivateServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const begin = async (product: 'mariadb' | 'mysql'): Promise<Availability> => {
    if (!wanted.includes(product)) return { reason: 'TEST_BACKENDS leaves it out' };
    const variable = product === 'mariadb' ? 'TEST_MARIADB_URL' : 'TEST_MYSQL_URL';
    const url = process.env[variable];
    if (url) return { server: fromUrl(variable, url, product) };
    const reason = product === 'mysql' ? whyNoMysql() : undefined;
    if (reason !== undefined) return { reason };
    const server = product === 'mariadb' ? await startMariadb() : await startMysql();
    started.push(server);
    const { version, host, port, user, password, directory, generalLogFile } = server;
    return { server: { product, version, host, port, user, password, directory, generalLogFile } };
  };
  const [mariadb, mysql] = await Promise.allSettled([begin('mariadb'), begin('mysql')]);
  for (const outcome of [mariadb, mysql]) {
    if (outcome.status === 'fulfilled') continue;
    await stop();
    throw outcome.reason;
  }
  const answer = { mariadb: fulfilled(mariadb), mysql: fulfilled(mysql) };
  announce('MariaDB', answer.mariadb);
  announce('MySQL', answer.mysql);
  return { answer, stop };
}

function fulfilled(outcome: PromiseSettledResult<Availability>): Availability {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function fromUrl(variable: string, text: string, product: 'mariadb' | 'mysql'): TestServer {
  if (!URL.canParse(text)) throw new Error(`${variable} must be mysql://user:password@host:port.`);
  const url = new URL(text);
  return {
    product,
    version: 'as given',
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function announce(name: string, { server, reason }: Availability): void {
  if (server === undefined) console.log(`${name}: not available because ${reason}`);
  else console.log(`${name}: ${server.version} at ${server.host}:${server.port}`);
}
