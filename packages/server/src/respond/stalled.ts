import type { FastifyInstance } from 'fastify';

/**
 * Cuts off clients that take nothing of their answer for a while: what is read for them waits, and with it a session of
 * the database that others want. A client that waits for the database is left alone.
 *
 * @param patience milliseconds; 0 for no limit.
 */
export function dropStalled(app: FastifyInstance, patience: number): void {
  if (patience === 0) return;
  app.addHook('onRequest', (request, { raw }, done) => {
    raw.setTimeout(patience, () => {
      if (!raw.writableNeedDrain) return;
      request.log.warn('the client took nothing of its answer and was cut off');
      raw.destroy();
    });
    done();
  });
}
