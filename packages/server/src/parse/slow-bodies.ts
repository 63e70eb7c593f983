import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
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

/** The last request of a connection that has a body; undefined once that has arrived whole. */
interface Arrival {
  request: FastifyRequest | undefined;
  readonly limit: number;
  /** Whether it may take its time as long as it keeps coming. */
  readonly isLarge: boolean;
  /** From when on the limit counts, in the time of `performance.now()`. */
  since: number;
  /** Bytes of its connection that had arrived by then. */
  seen: number;
}

/** Milliseconds between two looks at what has not arrived, at most. */
const pace = 1000;

/**
 * Has requests refused that arrive too slowly. The platform knows one time for all, in which a file of a gigabyte would
 * have to arrive, too.
 */
export function refuseSlowBodies(
  app: FastifyInstance,
  { whole, silence }: Patience,
  refuse: (request: FastifyRequest, socket: Socket) => void,
): void {
  const arrivals = new Map<Socket, Arrival>();
  app.addHook('onRequest', (request, _reply, done) => {
    if (hasBody(request.raw)) {
      const { socket } = request.raw;
      const { takesFiles, takesTime } = request.routeOptions.config;
      const isLarge = takesFiles === true || takesTime === true;
      const limit = isLarge ? silence : whole;
      arrivals.set(socket, { request, limit, isLarge, since: performance.now(), seen: socket.bytesRead });
    }
    done();
  });
  // When the body has been read, as a rule; some are read later.
  app.addHook('preValidation', (request, _reply, done) => {
    const arrival = hasArrived(request) ? arrivals.get(request.raw.socket) : undefined;
    // The next one may have begun already.
    if (arrival?.request === request) arrival.request = undefined;
    done();
  });
  const look = (): void => {
    for (const [socket, arrival] of arrivals) {
      const { request } = arrival;
      if (socket.destroyed) arrivals.delete(socket);
      // What is complete may wait for its answer as long as that takes.
      else if (request === undefined || hasArrived(request)) arrival.request = undefined;
      else if (isLate(socket, request.raw, arrival)) {
        arrivals.delete(socket);
        refuse(request, socket);
      }
    }
  };
  const timer = setInterval(look, Math.min(pace, whole / 5, silence / 5)).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** Without these headers, the end of the headers is that of the request. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** One that came over no connection, as in tests, does not know. */
const hasArrived = ({ raw }: FastifyRequest): boolean => raw.complete !== false;

/** @param socket the request's, which it no longer knows once it has been answered. */
function isLate(socket: Socket, { readableLength }: IncomingMessage, arrival: Arrival): boolean {
  const now = performance.now();
  // What has arrived and is not taken yet waits for us.
  const hasCome = socket.bytesRead !== arrival.seen || readableLength > 0;
  if (arrival.isLarge && hasCome) {
    arrival.since = now;
    arrival.seen = socket.bytesRead;
  }
  return now - arrival.since > arrival.limit;
}
