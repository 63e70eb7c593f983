import type { Order } from './order.ts';

export interface TopOptions {
  /** How many rows, at most; all of them where nothing is said. */
  readonly limit?: number | undefined;
  /** `KEY` where nothing is said. */
  readonly order?: Order | undefined;
  /** How many rows are passed over first. */
  readonly offset?: number | undefined;
}

/** The first rows in an order, as something to restrict by. */
export class Top {
  readonly limit: number | undefined;
  readonly order: Order;
  readonly offset: number;

  constructor({ limit, order = 'KEY', offset = 0 }: TopOptions = { limit: 1 }) {
    this.limit = limit;
    this.order = order;
    this.offset = offset;
    Object.freeze(this);
  }
}
