import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Lets no answer of `record` overtake an `attribute` request of the same token and table that came before it: LabBook
 * sends both at once and shows an empty table when the records arrive first.
 */
export class AttributeFirst {
  readonly #answering = new Map<string, Set<Promise<void>>>();

  /** Notes an `attribute` request, until it has been answered or its client has left. */
  announce(request: FastifyRequest, reply: FastifyReply): void {
    const key = keyOf(request);
    const waiting = this.#answering.get(key) ?? new Set();
    const answered = new Promise<void>((resolve) => {
      reply.raw.once('close', resolve);
      reply.raw.once('finish', resolve);
    });
    waiting.add(answered);
    this.#answering.set(key, waiting);
    void answered.then(() => {
      waiting.delete(answered);
      if (waiting.size === 0 && this.#answering.get(key) === waiting) this.#answering.delete(key);
    });
  }

  /** Resolves when the `attribute` requests that came before have been answered. */
  async wait(request: FastifyRequest): Promise<void> {
    await Promise.all(this.#answering.get(keyOf(request)) ?? []);
  }
}

function keyOf({ headers, params }: FastifyRequest): string {
  const { schema, table } = params as { schema: string; table: string };
  return JSON.stringify([headers.authorization, schema, table]);
}
