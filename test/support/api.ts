import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../packages/server/src/app.ts';
import { loadConfig } from '../../packages/server/src/config.ts';
import { type JsonValue, parseJson } from '../../packages/server/src/parse/json.ts';
import type { Backend } from './backend.ts';
import { connectToBackend } from './connect-to-backend.ts';

/** An answer of the server. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The body as JSON, with every digit of its numbers. @throws SyntaxError where it is none */
  json(): JsonValue;
}

interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS';
  /** Escaped, with its query: `/schema/lab/table/Session/record?limit=7`. */
  readonly path: string;
  /** Sent as JSON; a text, and bytes, are sent as they stand. */
  readonly body?: unknown;
  /** The type is `application/json` where there is a body; another one replaces it, `undefined` leaves it out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Requests with one user's token. */
export interface ApiClient {
  readonly token: string;
  request(request: ApiRequest): Promise<ApiAnswer>;
  get(path: string, headers?: ApiRequest['headers']): Promise<ApiAnswer>;
  post(path: string, body: unknown): Promise<ApiAnswer>;
  patch(path: string, body: unknown): Promise<ApiAnswer>;
  delete(path: string): Promise<ApiAnswer>;
}

export interface Api {
  /** A client with that user's token; the password is proven against the database. @throws Error with the answer */
  login(login: Pick<Backend, 'address' | 'user' | 'password'>): Promise<ApiClient>;
  /** A client that sends this token, or none, whatever it is worth. */
  withToken(token: string | undefined): ApiClient;
  close(): Promise<void>;
}

/** The server inside this process: no socket, keys of its own in a directory that is gone after `close()`. */
export async function startApi(environment: Readonly<Record<string, string>> = {}): Promise<Api> {
  const directory = await mkdtemp(join(tmpdir(), 'pharus-api-'));
  const variables = { PHARUS_DATA_DIR: directory, PHARUS_LOG_LEVEL: 'silent', ...environment };
  const { config } = loadConfig({ environment: variables });
  const app = await createApp({ config, environment: variables, createConnection: connectToBackend });

  const send = async (token: string | undefined, request: ApiRequest): Promise<ApiAnswer> => {
    const { method, path, body, headers } = request;
    const payload =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const sent = {
      host: 'localhost',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    const {
      statusCode,
      headers: answered,
      body: text,
      rawPayload: bytes,
    } = await app.inject({
      method,
      url: config.prefix + path,
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
      ...(payload !== undefined && { payload }),
    });
    return { status: statusCode, headers: answered, text, bytes, json: () => parseJson(text) };
  };
  const withToken = (token: string | undefined): ApiClient => ({
    token: token ?? '',
    request: (request) => send(token, request),
    get: (path, headers = {}) => send(token, { method: 'GET', path, headers }),
    post: (path, body) => send(token, { method: 'POST', path, body }),
    patch: (path, body) => send(token, { method: 'PATCH', path, body }),
    delete: (path) => send(token, { method: 'DELETE', path }),
  });
  return {
    withToken,
    async login({ address, user, password }) {
      const body = { databaseAddress: address, username: user, password };
      const { status, text } = await send(undefined, { method: 'POST', path: '/login', body });
      const { jwt } = status === 200 ? (JSON.parse(text) as { jwt?: string }) : {};
      if (jwt === undefined) throw new Error(`The login was answered with ${status}: ${text}`);
      return withToken(jwt);
    },
    async close() {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The value of a `restriction` parameter, ready to stand in a URL. A text is taken as the JSON itself. */
export function encodeRestriction(restriction: unknown): string {
  const json = typeof restriction === 'string' ? restriction : JSON.stringify(restriction);
  return encodeURIComponent(Buffer.from(json, 'utf8').toString('base64'));
}

/** `/schema/lab/table/Session.Trial/record`, each name escaped. */
export function tablePath(
  schema: string,
  table: string,
  route: 'record' | 'record/plan' | 'attribute' | 'definition' | 'dependency' | 'heading' | 'export' | 'import',
): string {
  return `/schema/${encodeURIComponent(schema)}/table/${encodeURIComponent(table)}/${route}`;
}
