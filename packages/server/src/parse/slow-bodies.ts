import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface Patience {
  /** Milliseconds within which a request arrives whole. */
  readonly whole: number;
  /** Milliseconds that a large one may be silent. */
  readonly silence: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether bodies may be so large that they take their time, as long as they keep coming. */
    takesTime?: boolean;
  }
}

/**
 * Has requests refused that arrive too slowly. The platform knows one time for all, in which a file of a gigabyte would
 * have to arrive, too.
 */
export function refuseSlowBodies(
  app: FastifyInstance,
  { whole, silence }: Patience,
  refuse: (request: FastifyRequest) => void,
): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    if (!hasBody(raw)) return done();
    const { takesFiles, takesTime } = request.routeOptions.config;
    // A request that is complete may wait for its answer as long as that takes.
    const late = (): void => {
      if (raw.complete === false) refuse(request);
    };
    const isLarge = takesFiles === true || takesTime === true;
    const timer = isLarge ? watchSilence(raw, silence, late) : setTimeout(late, whole);
    timer.unref();
    const stop = (): void => clearTimeout(timer);
    raw.once('end', stop).once('close', stop);
    done();
  });
}

/** Without these headers, the end of the headers is that of the request. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

function watchSilence(request: IncomingMessage, silence: number, late: () => void): NodeJS.Timeout {
  const { socket } = request;
  let seen = socket.bytesRead;
  return setInterval(() => {
    // What has arrived and is not taken yet waits for us.
    const isOurs = request.readableLength > 0;
    if (socket.bytesRead === seen && !isOurs) late();
    seen = socket.bytesRead;
  }, silence);
}
