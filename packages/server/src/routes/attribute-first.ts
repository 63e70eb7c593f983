import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { RequestEnd } from '../request-end.ts';
import type { Peers } from '../workers/peers.ts';

/**
 * Lets no answer of `record` overtake an `attribute` request of the same token and table that came before it: LabBook
 * sends both at once and shows an empty table when the records arrive first.
 */
export class AttributeFirst {
  readonly #answering = new Map<string, Set<Promise<void>>>();
  readonly #peers: Pick<Peers, 'arrived' | 'turn'> | undefined;

  /** @param peers where such requests arrive, too. */
  constructor(peers?: Pick<Peers, 'arrived' | 'turn'>) {
    this.#peers = peers;
  }

  /** Notes a request as it arrives, before anything is waited for: the order is that of arrival. */
  arrive(request: FastifyRequest): void {
    if (request.method !== 'GET') return;
    const { url = '' } = request.state.route;
    if (url.endsWith('/table/:table/attribute')) this.#announce(keyOf(request), request.state.end);
    else if (url.endsWith('/table/:table/record')) {
      if (this.#answering.size === 0 && this.#peers === undefined) return;
      const key = keyOf(request);
      const elsewhere = this.#peers?.turn(hash(key));
      request.state.before = [...(this.#answering.get(key) ?? []), ...(elsewhere === undefined ? [] : [elsewhere])];
    }
  }

  /**
   * Resolves when the `attribute` requests that came before this one have been answered, or their clients have left;
   * undefined where none came. To be waited for before a database session is taken, which those requests may need.
   */
  turn({ state: { before } }: FastifyRequest): Promise<unknown> | undefined {
    return before && Promise.all(before);
  }

  #announce(key: string, end: RequestEnd): void {
    const waiting = this.#answering.get(key) ?? new Set();
    const answered = new Promise<void>((resolve) => end.whenOver(resolve));
    const tellPeers = this.#peers?.arrived(hash(key));
    waiting.add(answered);
    this.#answering.set(key, waiting);
    void answered.then(() => {
      tellPeers?.();
      waiting.delete(answered);
      if (waiting.size === 0 && this.#answering.get(key) === waiting) this.#answering.delete(key);
    });
  }
}

function keyOf({ headers, params }: FastifyRequest): string {
  const { schema, table } = params as { schema: string; table: string };
  return `${schema}\0${table}\0${headers.authorization}`;
}

/** What other processes may know of a key, which holds a token. */
const hash = (key: string): string => createHash('sha256').update(key).digest('base64');
