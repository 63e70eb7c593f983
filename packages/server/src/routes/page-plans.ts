import type { Table } from '@pharus/datajoint';
import type { FastifyRequest } from 'fastify';
import type { PagePlan } from '../respond/page.ts';

/** Plans that are kept of a table at most, and the longest query that one is kept of, in characters. */
const most = 100;
const longest = 1000;

/** Plans of pages by the words in which they were asked for, as long as the table they are of is known. */
export class PagePlans {
  readonly #plans = new WeakMap<Table, Map<string, PagePlan>>();

  /** The plan that was kept, or one that is made now. */
  async of(table: Table, request: FastifyRequest, make: () => Promise<PagePlan>): Promise<PagePlan> {
    const query = request.url.slice(request.url.indexOf('?') + 1);
    const plans = this.#plans.get(table) ?? new Map<string, PagePlan>();
    const known = plans.get(query);
    if (known !== undefined) return known;
    const plan = await make();
    if (query.length > longest) return plan;
    this.#plans.set(table, plans.set(query, plan));
    const oldest = plans.keys().next().value;
    if (plans.size > most && oldest !== undefined) plans.delete(oldest);
    return plan;
  }
}
