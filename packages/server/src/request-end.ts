import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Has things done when a request is over: its answer has been sent, or its client has left. */
export class RequestEnd {
  readonly #runs: (() => void)[] = [];
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Runs something then; now, where it is over. */
  whenOver(run: () => void): void {
    if (this.#isOver) run();
    else this.#runs.push(run);
  }

  /** It is over. Saying so again does nothing. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const run of this.#runs) run();
  }
}

/**
 * The requests of each connection that are not over. Of those that wait behind another one when their client leaves, the
 * platform says nothing.
 */
const open = new WeakMap<Socket, Set<RequestEnd>>();

/** The end of a request that has just arrived. */
export function endOf(socket: Socket, answer: ServerResponse): RequestEnd {
  const end = new RequestEnd();
  const all = open.get(socket) ?? watch(socket);
  all.add(end);
  answer.on('close', () => {
    all.delete(end);
    end.end();
  });
  return end;
}

function watch(socket: Socket): Set<RequestEnd> {
  const all = new Set<RequestEnd>();
  open.set(socket, all);
  socket.once('close', () => {
    for (const end of all) end.end();
    all.clear();
  });
  return all;
}
