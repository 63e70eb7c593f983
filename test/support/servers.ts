import type { TestProject } from 'vitest/node';
import { startMariadb } from './mariadb.ts';
import { startMysql, whyNoMysql } from './mysql.ts';
import { preparePglite } from './pglite.ts';
import { startPostgres } from './postgres.ts';
import { type Product, productNames, products } from './products.ts';
import type { TestServer } from './test-server.ts';

/** A backend of the matrix: a server, or the reason why there is none. */
export type Availability =
  | { readonly server: TestServer; readonly reason?: never }
  | { readonly reason: string; readonly server?: never };

/** What `inject('servers')` answers: the backends of the matrix by name. */
export type Servers = { readonly [product in Product]: Availability };

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
  const wanted = (process.env.TEST_BACKENDS || productNames.join()).split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !Object.hasOwn(products, name));
  if (unknown.length > 0) {
    throw new Error(`TEST_BACKENDS holds ${unknown.join(', ')}; it takes ${productNames.join(', ')}.`);
  }
  const started: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((end) => end()));
  };
  const begin = async (product: Product): Promise<Availability> => {
    if (!wanted.includes(product)) return { reason: 'TEST_BACKENDS leaves it out' };
    if (product === 'pglite') return { server: await preparePglite() };
    const variable = `TEST_${product.toUpperCase()}_URL`;
    const url = process.env[variable];
    if (url) return { server: fromUrl(variable, url, product) };
    const reason = product === 'mysql' ? whyNoMysql() : undefined;
    if (reason !== undefined) return { reason };
    const server = await starters[product]();
    started.push(server.stop);
    // Only what can be told to the processes the tests run in.
    const { version, host, port, user, password, directory, generalLogFile } = server;
    return {
      server: { product, version, host, port, user, password, directory, ...(generalLogFile && { generalLogFile }) },
    };
  };
  const outcomes = await Promise.allSettled(
    productNames.map(async (product) => [product, await begin(product)] as const),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  for (const [product, availability] of found) announce(products[product].title, availability);
  return { answer: Object.fromEntries(found) as Servers, stop };
}

const starters = { mariadb: startMariadb, mysql: startMysql, postgres: startPostgres } as const;

function fromUrl(variable: string, text: string, product: Exclude<Product, 'pglite'>): TestServer {
  const scheme = products[product].family;
  if (!URL.canParse(text)) throw new Error(`${variable} must be ${scheme}://user:password@host:port.`);
  const url = new URL(text);
  const database = url.pathname.slice(1);
  return {
    product,
    version: 'as given',
    host: url.hostname,
    port: Number(url.port || (scheme === 'mysql' ? 3306 : 5432)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(database !== '' && { database }),
  };
}

function announce(name: string, { server, reason }: Availability): void {
  if (server === undefined) console.log(`${name}: not available because ${reason}`);
  else console.log(`${name}: ${server.version} at ${server.host}${server.port === 0 ? '' : `:${server.port}`}`);
}
