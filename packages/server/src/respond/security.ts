import type { FastifyInstance } from 'fastify';
import { type Config, isLoopbackHost } from '../config.ts';
import { RequestError } from '../errors/request-error.ts';
import { normalizeHost } from '../sessions/database-address.ts';

/** What every answer carries; in small letters, as the framework keeps them, which would make them small each time. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Answers hold data of one user; routes with public files say otherwise.
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * Gives every answer its security headers and refuses requests for hosts this server is not known by: otherwise a page
 * from anywhere could have its own name point at this machine and talk to the server as if from the same origin.
 */
export function secure(app: FastifyInstance, config: Config): void {
  const known = new Set(config.publicHosts);
  const isKnown = (header: string): boolean => {
    const host = header.replace(/:[0-9]*$/, '');
    return known.has('*') || isLoopbackHost(host) || known.has(normalizeHost(host) ?? '');
  };
  /** The one that was asked for last, which is asked for again as a rule. */
  let lastKnown: string | undefined;
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    const { host = '' } = request.raw.headers;
    if (host !== lastKnown) {
      if (!isKnown(host)) return done(misdirected());
      lastKnown = host;
    }
    done();
  });
}

const misdirected = (): RequestError =>
  new RequestError(
    'MISDIRECTED_REQUEST',
    'Expected a request for a host this server answers for, got another one; its operator can name it in PHARUS_PUBLIC_HOSTS.',
  );
