import type { Database } from '@pharus/datajoint';
import type { SpecSheet } from '@pharus/spec-sheet';
import type { FastifyRequest } from 'fastify';
import type { Credentials } from './auth/credentials.ts';
import type { LoginThrottle } from './auth/login-throttle.ts';
import type { Tickets } from './auth/tickets.ts';
import type { TokenAuthority } from './auth/token.ts';
import type { Config } from './config.ts';
import type { Written } from './observe/audit.ts';
import type { Metrics } from './observe/metrics.ts';
import type { AttributeFirst } from './routes/attribute-first.ts';
import type { Sessions } from './sessions/sessions.ts';

/**
 * What a route is given to work with. A route calls them in this order and never backwards:
 * `authenticate` → parse → `connect` → query → respond.
 */
export interface RouteDependencies {
  readonly config: Config;
  readonly sessions: Sessions;
  readonly tokens: TokenAuthority;
  readonly tickets: Tickets;
  readonly throttle: LoginThrottle;
  readonly specSheet: SpecSheet | undefined;
  readonly attributeFirst: AttributeFirst;
  readonly metrics: Metrics;
  /**
   * Whose request it is; at once where its token came before. Opens nothing.
   *
   * @throws RequestError MISSING_TOKEN, INVALID_TOKEN, FOREIGN_TOKEN or EXPIRED_TOKEN.
   */
  authenticate(request: FastifyRequest): Credentials | Promise<Credentials>;
  /**
   * The database as these credentials open it, held for the request: it is given back by itself when the answer has been
   * sent or the client has left.
   *
   * @throws RequestError HOST_NOT_ALLOWED
   * @throws UnreachableError, OverloadedError
   */
  connect(request: FastifyRequest, credentials: Credentials): Promise<Database>;
  /** Tells the log and the metrics of a write that was made. */
  wrote(request: FastifyRequest, written: readonly Written[]): void;
  /** Aborts when the client leaves; hand it to queries and streams. */
  signal(request: FastifyRequest): AbortSignal;
}
