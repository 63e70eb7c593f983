import type { FastifyInstance } from 'fastify';

/** Milliseconds between looks for connections that have become idle. */
const LOOK = 50;

/**
 * Closes each connection as soon as its last answer has left, once the server is closing. The platform closes those
 * that are idle at that moment and waits for clients to close the others, which may keep them for a minute.
 */
export function drainOnClose(app: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    timer = setInterval(() => app.server.closeIdleConnections(), LOOK);
  });
  app.addHook('onClose', async () => clearInterval(timer));
}
