import type { QueryExpression } from '@pharus/datajoint';
import { selectAttributes } from '../parse/attributes.ts';
import type { ExportRequest } from '../parse/export-query.ts';
import { fetched, scanArrays, withContents } from './contents.ts';
import type { CellBatches } from './encoder.ts';
import type { ExportFormat } from './format.ts';

/** An expression's rows as a file. Waits for the first of them, so that whatever is wrong with the query is said before the answer begins. */
export async function exportContent(
  expression: QueryExpression,
  {
    order,
    attributes,
    limit,
    blobs = 'stored',
  }: Pick<ExportRequest, 'order' | 'attributes' | 'limit'> & Partial<Pick<ExportRequest, 'blobs'>>,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array | string>> {
  const { attributes: selected, names } = selectAttributes(expression.heading, attributes);
  const rows = expression.ordered(expression.totalOrder(order), { limit });
  const encode = await format.encoder();
  const cells = rows.cells(names, { signal, isUnlimited: true });
  if (blobs === 'stored') return encode(selected, await begun(cells, signal));
  const arrays = format.isColumnar ? await scanArrays(rows, selected, signal) : undefined;
  return encode(withContents(selected), await begun(fetched(cells, selected, rows.executor), signal), arrays);
}

async function begun(batches: CellBatches, signal: AbortSignal): Promise<CellBatches> {
  const iterator = batches[Symbol.asyncIterator]();
  const first = await iterator.next();
  // A client that leaves before its answer has begun would leave a query behind that nobody ends.
  const leave = (): void => void iterator.return?.()?.catch(() => undefined);
  signal.addEventListener('abort', leave, { once: true });
  return continued(first, iterator, () => signal.removeEventListener('abort', leave));
}

async function* continued<T>(first: IteratorResult<T>, rest: AsyncIterator<T>, end: () => void): AsyncGenerator<T> {
  let hasEnded = first.done === true;
  try {
    for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
    hasEnded = true;
  } finally {
    end();
    if (!hasEnded) await rest.return?.();
  }
}
