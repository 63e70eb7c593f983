import type { SpecSheet } from '@pharus/spec-sheet';
import type { FastifyRequest } from 'fastify';
import { authenticate } from './auth/authenticate.ts';
import type { Credentials } from './auth/credentials.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import type { RsaKeys } from './auth/rsa-keys.ts';
import type { Tickets } from './auth/tickets.ts';
import { tokenAuthority } from './auth/token.ts';
import type { Config } from './config.ts';
import type { RouteDependencies } from './dependencies.ts';
import { RequestError } from './errors/request-error.ts';
import type { Audit, Author } from './observe/audit.ts';
import type { Metrics } from './observe/metrics.ts';
import { ticketIn } from './parse/ticket-path.ts';
import { clientSignal } from './respond/client-signal.ts';
import type { AttributeFirst } from './routes/attribute-first.ts';
import { formatDatabaseAddress } from './sessions/database-address.ts';
import type { Sessions } from './sessions/sessions.ts';

export interface DependencyOptions {
  readonly config: Config;
  readonly keys: RsaKeys;
  readonly sessions: Sessions;
  readonly specSheet: SpecSheet | undefined;
  readonly attributeFirst: AttributeFirst;
  readonly metrics: Metrics;
  readonly audit: Audit;
  readonly throttle: LoginThrottle;
  readonly tickets: Tickets;
}

/** Loginless clients send no token or, for want of one, the word `undefined`. */
function hasToken({ headers }: FastifyRequest): boolean {
  return !/^(?:\S+ (?:undefined|null))?$/.test(headers.authorization?.trim() ?? '');
}

/** Puts together what routes work with. */
export function createDependencies(options: DependencyOptions): RouteDependencies {
  const { config, keys, sessions, specSheet, attributeFirst, metrics, audit, throttle, tickets } = options;
  const tokens = tokenAuthority({ keys, lifetime: config.tokenLifetime, defaultBackend: config.defaultBackend });
  /** Found once for the credentials of a token. */
  const authors = new WeakMap<Credentials, Author>();

  function identify(request: FastifyRequest): Credentials | Promise<Credentials> {
    if (specSheet?.isLoginless === true && !hasToken(request)) {
      throw new RequestError(
        'NOT_IMPLEMENTED_YET',
        'Answering without a login, as the spec sheet wants it, is not available in this release; log in first.',
      );
    }
    const credentials = ticketOf(request) ?? authenticate(request, tokens);
    return credentials instanceof Promise
      ? credentials.then((each) => writeDown(request, each))
      : writeDown(request, credentials);
  }

  /** Whose request it is, for the log and for what it writes. */
  function writeDown(request: FastifyRequest, credentials: Credentials): Credentials {
    const author = authorOf(credentials);
    request.state.author = author;
    request.log = request.log.child(author);
    return credentials;
  }

  /** Who asked for the ticket of a request that has no token; undefined where there is no ticket either. */
  function ticketOf(request: FastifyRequest): Promise<Credentials> | undefined {
    const { method, headers, url } = request;
    if (headers.authorization !== undefined || (method !== 'GET' && method !== 'HEAD')) return undefined;
    const found = url.includes('ticket=') ? ticketIn(url) : undefined;
    if (found === undefined) return undefined;
    // No parameter of any route.
    delete (request.query as { ticket?: unknown }).ticket;
    return tickets.take(found.ticket, found.path.slice(config.prefix.length), { isUsed: method === 'GET' });
  }

  function authorOf(credentials: Credentials): Author {
    const known = authors.get(credentials);
    if (known !== undefined) return known;
    const author = { user: credentials.username, database: formatDatabaseAddress(credentials.address) };
    authors.set(credentials, author);
    return author;
  }

  return Object.freeze({
    config,
    sessions,
    tokens,
    tickets,
    throttle,
    specSheet,
    attributeFirst,
    metrics,

    authenticate(request) {
      request.state.credentials ??= identify(request);
      return request.state.credentials;
    },

    async connect(request, credentials) {
      const lease = sessions.acquire(credentials);
      const { database, release } = lease instanceof Promise ? await lease : lease;
      request.state.end.whenOver(release);
      return database;
    },

    wrote(request, written) {
      const { author } = request.state;
      if (author === undefined) throw new Error('A write of nobody.');
      audit(request, author, written);
      for (const { action, rows } of written) metrics.wrote(action, rows);
    },

    signal: clientSignal,
  } satisfies RouteDependencies);
}
