import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver, DriverSession } from '@pharus/datajoint';
import type { FastifyInstance } from 'fastify';
import { createApp } from '../../packages/server/src/app.ts';
import { loadConfig } from '../../packages/server/src/config.ts';
import type { Lookup } from '../../packages/server/src/sessions/resolve.ts';
import type { Backend } from '../support/backend.ts';
import { connectThrough } from '../support/connect-to-backend.ts';

/** A statement as the server gave it to the database driver. */
export interface SentStatement {
  readonly user: string;
  readonly text: string;
  readonly params: readonly unknown[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as JSON; fails for a body that is none. */
  readonly json: Readonly<Record<string, unknown>>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'HEAD' | 'OPTIONS';

export interface Asked {
  readonly token?: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON; a string goes as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server in this process whose statements and log lines can be looked at. */
export interface Gateway {
  readonly app: FastifyInstance;
  /** All statements since the last `statements.length = 0`, those of the sessions' own set-up left out. */
  readonly statements: SentStatement[];
  readonly log: string[];
  ask(method: Method, path: string, asked?: Asked): Promise<Answer>;
  /** A token; fails where the login does. */
  login(login: Pick<Backend, 'address' | 'user' | 'password'>): Promise<string>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly lookup?: Lookup;
}

/** `restriction=` of some conditions, as LabBook sends it. */
export function restrict(...items: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(items)).toString('base64');
}

/** The condition that an attribute equals a value. */
export function is(attributeName: string, value: unknown): Record<string, unknown> {
  return { attributeName, operation: '=', value };
}

/** Path of a route of a table. */
export function tablePath(schema: string, table: string, route = 'record'): string {
  return `/schema/${encodeURIComponent(schema)}/table/${encodeURIComponent(table)}/${route}`;
}

/** Starts a server with a data directory of its own. */
export async function openGateway({ environment = {}, lookup }: GatewayOptions = {}): Promise<Gateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'pharus-gateway-'));
  const statements: SentStatement[] = [];
  const log: string[] = [];
  const all = { PHARUS_DATA_DIR: dataDir, PHARUS_LOG_LEVEL: 'debug', ...environment };
  const { config } = loadConfig({ environment: all });
  const app = await createApp({
    config,
    environment: all,
    logDestination: { write: (line: string) => void log.push(line) },
    createConnection: connectThrough(recording(statements)),
    ...(lookup && { lookup }),
  });
  await app.ready();

  const ask: Gateway['ask'] = async (method, path, { token, query, body, headers } = {}) => {
    const answer = await app.inject({
      method,
      url: path,
      ...(query && { query: query as Record<string, string | string[]> }),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: answer.statusCode,
      text: answer.payload,
      headers: answer.headers,
      get json() {
        return JSON.parse(answer.payload) as Record<string, unknown>;
      },
    };
  };

  return {
    app,
    statements,
    log,
    ask,
    async login({ address, user, password }) {
      const body = { databaseAddress: address, username: user, password };
      const answer = await ask('POST', '/login', { body });
      if (answer.status !== 200 || typeof answer.json.jwt !== 'string') {
        throw new Error(`The login of ${user} failed: ${answer.status} ${answer.text}`);
      }
      return answer.json.jwt;
    },
    async close() {
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Notes each statement on its way to the database. */
const recording =
  (statements: SentStatement[]) =>
  (driver: Driver): Driver => ({
    async connect(options) {
      const session = await driver.connect(options);
      const note = (statement: { readonly text: string; readonly params: readonly unknown[] }): void => {
        statements.push({ user: options.user, text: statement.text, params: statement.params });
      };
      return {
        get server() {
          return session.server;
        },
        get isUsable() {
          return session.isUsable;
        },
        execute(...given: Parameters<DriverSession['execute']>) {
          note(given[0]);
          return session.execute(...given);
        },
        stream(...given: Parameters<DriverSession['stream']>) {
          note(given[0]);
          return session.stream(...given);
        },
        ...(session.records && {
          records(...given: Parameters<NonNullable<DriverSession['records']>>) {
            note(given[0]);
            return (session.records as NonNullable<DriverSession['records']>)(...given);
          },
        }),
        close: () => session.close(),
        destroy: () => session.destroy(),
      };
    },
  });
