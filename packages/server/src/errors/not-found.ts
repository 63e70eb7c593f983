import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerError, wantsProblem } from './error-handler.ts';
import { RequestError } from './request-error.ts';

interface KnownRoute {
  readonly methods: readonly string[];
  readonly pattern: RegExp;
}

function patternOf(url: string): RegExp {
  const escaped = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${escaped.join('/')}$`);
}

/** Whether somebody looks at the server's own address, to see what it is. */
function isRoot({ method, url }: FastifyRequest, prefix: string): boolean {
  const path = (url.split('?', 1)[0] ?? '').replace(/\/$/, '');
  return (method === 'GET' || method === 'HEAD') && (path === '' || path === prefix);
}

const welcome = (prefix: string): object => ({
  message: 'This is Pharus, a web API for DataJoint pipelines. There is nothing at this address itself.',
  docs: `${prefix}/docs`,
  openapi: `${prefix}/openapi.json`,
  version: `${prefix}/version`,
});

/**
 * Answers requests that no route takes: `OPTIONS` of a known path with the methods it takes, any other wrong method with
 * 405 and the same list, the rest with 404, the server's own address with where to go from there. Call it
 * before any route is registered.
 */
export function answerUnknownRoutes(app: FastifyInstance, prefix: string): void {
  const known: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const methods = (Array.isArray(method) ? method : [method]).map((name) => name.toUpperCase());
    known.push({ methods, pattern: patternOf(url) });
  });

  const methodsOf = (request: FastifyRequest): string[] => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = known.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].filter((method) => method !== 'OPTIONS').sort();
  };

  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const methods = methodsOf(request);
    if (methods.length === 0) {
      if (isRoot(request, prefix) && !wantsProblem(request.headers.accept))
        return reply.code(404).send(welcome(prefix));
      const refusal = new RequestError(
        'NOT_FOUND',
        `Expected the address of a route, got one that is none; ${prefix}/docs lists them all.`,
      );
      return answerError(refusal, request, reply, prefix);
    }
    const allow = [...methods, 'OPTIONS'].join(', ');
    reply.header('Allow', allow);
    if (request.method === 'OPTIONS') return reply.code(200).type('text/plain; charset=utf-8').send('');
    const refusal = new RequestError(
      'METHOD_NOT_ALLOWED',
      `Expected one of ${allow} at this address, got ${request.method}.`,
    );
    return answerError(refusal, request, reply, prefix);
  };

  app.setNotFoundHandler(answer);
  // Before the body is read: what no route takes is not worth it, and its faults are not what is wrong.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answer(request, reply);
    else done();
  });
}
