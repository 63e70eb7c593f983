import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Cuts off clients that take nothing of their answer for a while: what is read for them waits, and with it a session of
 * the database that others want. A client that waits for the database is left alone.
 *
 * @param patience milliseconds; 0 for no limit.
 */
export function dropStalled(app: FastifyInstance, patience: number): void {
  if (patience === 0) return;
  /** The last answer of each connection. */
  const last = new WeakMap<Socket, FastifyReply>();
  app.addHook('onRequest', (request, reply, done) => {
    last.set(request.raw.socket, reply);
    done();
  });
  app.server.setTimeout(patience, (socket) => {
    const reply = last.get(socket);
    // Whoever listens has to close connections that nobody uses any more, too.
    const isUnused = reply === undefined || reply.raw.writableFinished;
    const isStalled = reply?.raw.writableNeedDrain === true;
    if (isStalled) warnOf(reply);
    if (isUnused || isStalled) socket.destroy();
  });
}

function warnOf({ request, log }: FastifyReply): void {
  const { method, url, ip, state } = request;
  const facts = { ...state?.author, method, path: url.split('?', 1)[0], ip };
  log.warn(facts, 'the client took nothing of its answer and was cut off');
}
