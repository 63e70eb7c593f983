import {
  ArrayScan,
  type Attribute,
  type Cell,
  type Executor,
  gathered,
  type OpenedObject,
  type QueryExpression,
  type StoredArray,
  UnreadableValueError,
} from '@pharus/datajoint';
import { pack } from '@pharus/datajoint/blob';
import { RequestError } from '../errors/request-error.ts';
import type { ArrayColumns, CellBatches } from './encoder.ts';

/** What is kept in stores as what it would be in the database: how the cells of such attributes are written. */
const kinds: Readonly<Partial<Record<OpenedObject['codec'], Attribute['storage']['kind']>>> = {
  blob: 'blob',
  npy: 'blob',
  attach: 'attach',
  hash: 'bytes',
};

/** The attributes of a file whose objects in stores stand in it themselves. Files and directories stay references. */
export function withContents(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.map((attribute) => {
    const kind = attribute.objects === undefined ? undefined : kinds[codecOf(attribute)];
    return kind === undefined
      ? attribute
      : { ...attribute, storage: { ...attribute.storage, kind } as Attribute['storage'] };
  });
}

function codecOf({ type }: Attribute): OpenedObject['codec'] {
  return (/^<?(\w+)@/.exec(type)?.[1] ?? '') as OpenedObject['codec'];
}

const atOnce = 8;

/** Rows with the bytes of objects in the place of what refers to them; of one that cannot be read, why, as JSON. */
export async function* fetched(
  batches: CellBatches,
  attributes: readonly Attribute[],
  executor: Executor,
): CellBatches & AsyncGenerator<readonly (readonly Cell[])[]> {
  const columns = [...attributes.entries()].filter(([, each]) => each.objects !== undefined && codecOf(each) in kinds);
  if (columns.length === 0) return yield* batches;
  for await (const batch of gathered(batches)) {
    // A row at a time in memory would be slow, all of a batch too much: so many.
    for (let start = 0; start < batch.length; start += atOnce) {
      const rows = batch.slice(start, start + atOnce).map((row) => [...row]);
      for (const [place, attribute] of columns) {
        const cells = rows.map((row) => row[place] as Cell);
        const opened = (await attribute.objects?.open(attribute, cells, executor)) ?? [];
        const contents = await Promise.all(opened.map(contentOf));
        for (const [index, row] of rows.entries()) row[place] = contents[index] as Cell;
      }
      yield rows;
    }
  }
}

async function contentOf(opened: OpenedObject | UnreadableValueError | null): Promise<Cell> {
  if (opened === null) return null;
  try {
    if (opened instanceof UnreadableValueError) throw opened;
    const { codec, object } = opened;
    if (codec === 'npy') return pack(await (object as StoredArray).load(mostBytes), { compress: false });
    if (codec !== 'attach') return await object.read(mostBytes);
    return ((await opened.value(mostBytes)) as { readonly bytes: Uint8Array }).bytes;
  } catch (error) {
    if (!(error instanceof UnreadableValueError)) throw error;
    return JSON.stringify({ $type: 'unreadable', code: error.code, text: error.message });
  }
}

/** Bytes of an object that stands in a file. */
const mostBytes = 64 << 20;

/**
 * Looks through the blobs of all rows, whether they are arrays of one kind, of which a file of columns can have a column.
 * @throws RequestError UNREADABLE_VALUE for an object in a store that cannot be read: columns have no place for a reason.
 */
export async function scanArrays(
  rows: QueryExpression,
  attributes: readonly Attribute[],
  signal: AbortSignal,
): Promise<ArrayColumns> {
  const contents = withContents(attributes);
  const scans = new Map(
    contents.filter(({ storage }) => storage.kind === 'blob').map(({ name }) => [name, new ArrayScan()]),
  );
  const looked = contents.filter(({ name, storage, objects }) => {
    return scans.has(name) || (objects !== undefined && storage.kind !== 'external');
  });
  if (looked.length === 0) return new Map();
  const names = looked.map(({ name }) => name);
  const batches = fetched(rows.cells(names, { signal, isUnlimited: true }), looked, rows.executor);
  for await (const batch of batches) {
    for (const row of batch) {
      for (const [place, { name, objects }] of looked.entries()) {
        const cell = row[place];
        if (cell instanceof Uint8Array) scans.get(name)?.see(cell);
        else if (objects !== undefined && typeof cell === 'string') expectReadable(name, cell);
      }
    }
    if (looked.every(({ name, objects }) => objects === undefined && scans.get(name)?.isMixed)) break;
  }
  return new Map(
    contents.flatMap((attribute) => {
      const column = scans.get(attribute.name)?.column(attribute);
      return column === undefined ? [] : [[attribute.name, column] as const];
    }),
  );
}

function expectReadable(name: string, cell: string): void {
  if (!cell.startsWith('{"$type":"unreadable"')) return;
  const { text } = JSON.parse(cell) as { readonly text: string };
  throw new RequestError(
    'UNREADABLE_VALUE',
    `A value of \`${name}\` cannot be read: ${text} Leave the attribute out (attributes=), restrict the rows, or take blobs=stored.`,
  );
}
