import type { SpecSheet } from '@pharus/spec-sheet';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from './auth/authenticate.ts';
import type { Credentials } from './auth/credentials.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import type { RsaKeys } from './auth/rsa-keys.ts';
import { tokenAuthority } from './auth/token.ts';
import type { Config } from './config.ts';
import type { RouteDependencies } from './dependencies.ts';
import { RequestError } from './errors/request-error.ts';
import type { Audit, Author } from './observe/audit.ts';
import type { Metrics } from './observe/metrics.ts';
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
  /** The reply of a request that is being answered. */
  replyOf(request: FastifyRequest): FastifyReply;
}

/** Loginless clients send no token or, for want of one, the word `undefined`. */
function hasToken({ headers }: FastifyRequest): boolean {
  return !/^(?:\S+ (?:undefined|null))?$/.test(headers.authorization?.trim() ?? '');
}

/** Puts together what routes work with. */
export function createDependencies(options: DependencyOptions): RouteDependencies {
  const { config, keys, sessions, specSheet, attributeFirst, metrics, audit, throttle, replyOf } = options;
  const tokens = tokenAuthority({ keys, lifetime: config.tokenLifetime, defaultBackend: config.defaultBackend });
  const known = new WeakMap<FastifyRequest, Promise<Credentials>>();
  const authors = new WeakMap<FastifyRequest, Author>();
  const aborts = new WeakMap<FastifyRequest, AbortSignal>();

  async function identify(request: FastifyRequest): Promise<Credentials> {
    if (specSheet?.isLoginless === true && !hasToken(request)) {
      throw new RequestError(
        'NOT_IMPLEMENTED_YET',
        'Answering without a login, as the spec sheet wants it, is not available in this release; log in first.',
      );
    }
    const credentials = await authenticate(request, tokens);
    const author = { user: credentials.username, database: formatDatabaseAddress(credentials.address) };
    authors.set(request, author);
    request.log = request.log.child(author);
    return credentials;
  }

  return Object.freeze({
    config,
    sessions,
    tokens,
    throttle,
    specSheet,
    attributeFirst,
    metrics,

    authenticate(request) {
      const credentials = known.get(request) ?? identify(request);
      known.set(request, credentials);
      return credentials;
    },

    async connect(request, credentials) {
      const { database, release } = await sessions.acquire(credentials);
      const { raw } = replyOf(request);
      // A client that has left already will not close again.
      if (raw.destroyed) release();
      else raw.once('close', release);
      return database;
    },

    wrote(request, written) {
      const author = authors.get(request);
      if (author === undefined) throw new Error('A write of nobody.');
      audit(request, author, written);
      for (const { action, rows } of written) metrics.wrote(action, rows);
    },

    signal(request) {
      const signal = aborts.get(request);
      if (signal !== undefined) return signal;
      const controller = new AbortController();
      const { raw } = replyOf(request);
      const abort = (): void => {
        if (!raw.writableFinished) controller.abort();
      };
      if (raw.destroyed) abort();
      else raw.once('close', abort);
      aborts.set(request, controller.signal);
      return controller.signal;
    },
  } satisfies RouteDependencies);
}
