import type { FastifyInstance } from 'fastify';
import type { RequestLog } from './request-log.ts';

/** One line per answered request: who asked for what, what came of it, and how many milliseconds it took. */
export function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const log = request.log as unknown as RequestLog;
    if (!log.isLevelEnabled('info')) return done();
    log.info(
      {
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ip: request.ip,
      },
      'answered',
    );
    done();
  });
}
