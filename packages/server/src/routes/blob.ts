import {
  type Attribute,
  blobJson,
  type Cell,
  didYouMean,
  InvalidRestriction,
  InvalidValueError,
  isOpaque,
  RecordNotFoundError,
  readAttachment,
  type Table,
  UnknownAttributeError,
  UnreadableValueError,
} from '@pharus/datajoint';
import {
  BlobError,
  type BlobValue,
  describe,
  follow,
  meanOf,
  minmaxOf,
  NdArray,
  ObjectArray,
  RecordArray,
  slice,
  toNpy,
  unpack,
} from '@pharus/datajoint/blob';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { RequestError } from '../errors/request-error.ts';
import { type BlobRequest, parseBlobQuery } from '../parse/blob-query.ts';
import type { Query } from '../parse/record-query.ts';
import { restrictionIn } from '../parse/restriction.ts';
import { sendFile } from '../respond/file.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

interface BlobRoute {
  Params: { schema: string; table: string; attribute: string };
  Querystring: Query;
}

/** `GET .../blob/{attribute}`: the value of one record that no record shows. */
export const blobRoutes =
  ({ authenticate, connect, signal }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get<BlobRoute>('/schema/:schema/table/:table/blob/:attribute', async (request, reply) => {
      const credentials = await authenticate(request);
      const asked = parseBlobQuery(request.query);
      const database = await connect(request, credentials);
      const { attribute, bytes } = await freshlyOnChange(database, async () => {
        const { schema, table, attribute: name } = request.params;
        const rows = await database.schema(schema).table(table);
        const found = attributeOf(rows, name);
        const restricted = rows.restrict(await restrictionIn(database, asked.key));
        return { attribute: found, bytes: await onlyValue(restricted, found, signal(request)) };
      });
      const { kind } = attribute.storage;
      if (kind === 'external') throw new RequestError('NOT_IMPLEMENTED_YET', storesMissing);
      if (kind === 'attach') {
        const { content, name } = readAttachment(bytes);
        return sendFile(request, reply, content, name);
      }
      if (kind !== 'blob' || asked.format === 'raw') return sendFile(request, reply, bytes, `${attribute.name}.bin`);
      const value = partOf(attribute, bytes, asked);
      if (asked.isDescription) return { ...describe(value), stored: bytes.length };
      if (asked.format === 'npy') return sendFile(request, reply, npyOf(value), `${attribute.name}.npy`);
      return sendFile(request, reply, Buffer.from(blobJson(value)), `${attribute.name}.json`);
    });
  };

const storesMissing =
  'The value is in a store outside the database, and reading stores is not available in this release.';

function attributeOf({ heading }: Table, name: string): Attribute {
  const attribute = heading.get(name);
  if (attribute === undefined) {
    throw new UnknownAttributeError(
      `\`${name.slice(0, 80)}\` is not in the table heading.${didYouMean(name, heading.names)}`,
    );
  }
  if (isOpaque(attribute)) return attribute;
  throw new RequestError(
    'INVALID_REQUEST',
    `Expected the name of a blob or attachment; \`${name}\` (${attribute.type}) is in the record itself.`,
  );
}

/** @throws RecordNotFoundError where there is no such record, or its value is NULL; InvalidRestriction for several. */
async function onlyValue(rows: Table, attribute: Attribute, signal: AbortSignal): Promise<Uint8Array> {
  const found: Cell[] = [];
  for await (const batch of rows.first({ limit: 2 }).cells([attribute.name], { signal })) {
    found.push(...batch.map(([cell]) => cell as Cell));
  }
  const [cell] = found;
  if (found.length > 1) throw new InvalidRestriction('Expected a key that one record meets, got one that several do.');
  if (cell === undefined) throw new RecordNotFoundError('There is no record with this key.');
  if (cell === null) throw new RecordNotFoundError(`\`${attribute.name}\` of this record is NULL.`);
  return cell instanceof Uint8Array ? cell : Buffer.from(String(cell));
}

function partOf(attribute: Attribute, bytes: Uint8Array, { path, slice: selection, reduce }: BlobRequest): BlobValue {
  try {
    let value = follow(unpack(bytes, { dims: 'auto' }), path);
    if (value === undefined)
      throw new RequestError(
        'INVALID_REQUEST',
        `Expected a path that leads to a value, got ${JSON.stringify(path.join('/').slice(0, 80))}.`,
      );
    if (selection === undefined && reduce === undefined) return value;
    if (!(value instanceof NdArray)) {
      throw new InvalidValueError(
        `Only arrays of numbers can be sliced and reduced; this is a ${describe(value, { depth: 0 }).kind}.`,
      );
    }
    if (selection !== undefined) value = slice(value, ...selection);
    if (reduce === undefined) return value;
    return (reduce.by === 'mean' ? meanOf : minmaxOf)(value as NdArray, reduce.places);
  } catch (error) {
    if (error instanceof BlobError) {
      throw new UnreadableValueError(`The blob of attribute \`${attribute.name}\` cannot be read: ${error.message}`, {
        cause: error,
      });
    }
    if (error instanceof RangeError) throw new RequestError('INVALID_REQUEST', error.message, { cause: error });
    throw error;
  }
}

function npyOf(value: BlobValue): Uint8Array {
  if (value instanceof NdArray || value instanceof ObjectArray || value instanceof RecordArray) {
    try {
      return toNpy(value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new InvalidValueError(error.message, { cause: error });
    }
  }
  throw new InvalidValueError(`Only an array can be a .npy file; this is a ${describe(value, { depth: 0 }).kind}.`);
}
