import type { LoginIncomplete, LoginResponse } from '@pharus/contract';
import { AuthenticationError, UnreachableError } from '@pharus/datajoint';
import type { FastifyRequest } from 'fastify';
import { Credentials } from '../auth/credentials.ts';
import type { Login } from '../auth/token.ts';
import { wantsProblem } from '../errors/error-handler.ts';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../parse/json.ts';
import { formatDatabaseAddress, parseDatabaseAddress } from '../sessions/database-address.ts';
import type { RouteFamily } from './route-family.ts';

const KEYS = ['databaseAddress', 'username', 'password'] as const;
const EXPECTED = 'Expected a JSON object with databaseAddress, username and password, all of them text';
const LONGEST = 1024;
const INCOMPLETE: LoginIncomplete = Object.freeze({ error: 'Invalid Request, check headers and/or json body' });

function readText(body: JsonObject, key: (typeof KEYS)[number]): string {
  const value = body[key];
  if (typeof value !== 'string') throw new RequestError('INVALID_REQUEST', `${EXPECTED}; ${key} is something else.`);
  if (value.length > LONGEST)
    throw new RequestError('INVALID_REQUEST', `${EXPECTED}; ${key} is longer than ${LONGEST} characters.`);
  if (/[\0\p{Surrogate}]/u.test(value))
    throw new RequestError('INVALID_REQUEST', `${EXPECTED}; ${key} holds a character that no login has.`);
  return value;
}

/** The login a body holds; `undefined` for an object that lacks keys, which has an answer of its own. */
function readLogin(body: JsonValue | undefined): Login | undefined {
  if (!isJsonObject(body)) throw new RequestError('INVALID_REQUEST', `${EXPECTED}; the body is something else.`);
  if (!KEYS.every((key) => key in body)) return undefined;
  return {
    databaseAddress: readText(body, 'databaseAddress').trim(),
    username: readText(body, 'username'),
    password: readText(body, 'password'),
  };
}

function refuseCode({ query }: FastifyRequest): void {
  if (!Object.hasOwn(query as object, 'code')) return;
  throw new RequestError(
    'NOT_IMPLEMENTED_YET',
    'Logging in with an authorization code (OpenID Connect) is not available in this release; log in with user name and password.',
  );
}

/** `POST /login` */
export const loginRoutes: RouteFamily =
  ({ config, sessions, tokens, throttle }) =>
  async (app) => {
    app.post('/login', async (request): Promise<LoginResponse | LoginIncomplete> => {
      refuseCode(request);
      const login = readLogin(request.body as JsonValue | undefined);
      if (login === undefined) {
        if (!wantsProblem(request.headers.accept)) return INCOMPLETE;
        throw new RequestError('INVALID_REQUEST', `${EXPECTED}; it lacks one of them.`);
      }
      const address = parseDatabaseAddress(login.databaseAddress, config.defaultBackend);
      const attempt = { ip: request.ip, databaseAddress: formatDatabaseAddress(address), username: login.username };
      throttle.check(attempt);
      try {
        await sessions.verify(new Credentials(address, login.username, login.password));
      } catch (error) {
        if (error instanceof AuthenticationError || error instanceof UnreachableError) throttle.failed(attempt);
        throw error;
      }
      throttle.succeeded(attempt);
      request.log.info({ user: login.username, database: attempt.databaseAddress }, 'logged in');
      return { jwt: await tokens.issue(login) };
    });
  };
