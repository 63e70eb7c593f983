import type { FastifyRequest } from 'fastify';

interface Watched {
  readonly signal: AbortSignal;
  uses: number;
}

/** The platform keeps some bytes for each signal that is made of another, for as long as that one lives. */
const mostUses = 1000;

/** By the connection: to make a signal costs more than to look for a table's attributes. */
const watched = new WeakMap<object, Watched>();

/** Aborts when the client of a request leaves. Requests that follow each other on a connection share it. */
export function clientSignal({ raw: { socket } }: FastifyRequest): AbortSignal {
  const known = watched.get(socket);
  if (known !== undefined && known.uses < mostUses) {
    known.uses += 1;
    return known.signal;
  }
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (socket.destroyed) abort();
  else socket.once('close', abort);
  watched.set(socket, { signal: controller.signal, uses: 1 });
  return controller.signal;
}
