import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a request came to. */
export interface Answer {
  readonly status: number;
  /** From the arrival of the request's headers to the end of the answer. */
  readonly milliseconds: number;
  /** The client's address. */
  readonly ip: string;
}

/** The status, which nobody is sent, of a request whose client left before it had the whole answer. */
export const left = 499;

/** Tells of each request, once, when it is over. The framework would not tell of those whose client has left. */
export function observeAnswers(
  app: FastifyInstance,
  observers: readonly ((request: FastifyRequest, answer: Answer) => void)[],
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const began = performance.now();
    // Nobody knows it any more when the connection has gone.
    const { ip } = request;
    request.state.end.whenOver(() => {
      const status = reply.raw.writableFinished ? reply.statusCode : left;
      const answer = { status, milliseconds: performance.now() - began, ip };
      for (const observe of observers) observe(request, answer);
    });
    done();
  });
}
