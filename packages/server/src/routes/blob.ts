import {
  type Attribute,
  blobJson,
  type Cell,
  didYouMean,
  InvalidRestriction,
  InvalidValueError,
  isOpaque,
  MissingExternalFile,
  RecordNotFoundError,
  type StoredObject,
  type Table,
  UnknownAttributeError,
} from '@pharus/datajoint';
import {
  type BlobValue,
  describe,
  follow,
  NdArray,
  ObjectArray,
  RecordArray,
  reduceInTurns,
  slice,
  toNpy,
} from '@pharus/datajoint/blob';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { RequestError } from '../errors/request-error.ts';
import { type BlobRequest, parseBlobQuery } from '../parse/blob-query.ts';
import type { Query } from '../parse/record-query.ts';
import { restrictionIn } from '../parse/restriction.ts';
import { type CellContent, openCell } from '../respond/cell-content.ts';
import { contentOf, sendFile, storedContent } from '../respond/file.ts';
import { pngOf } from '../respond/png.ts';
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
      const content = await freshlyOnChange(database, async () => {
        const { schema, table, attribute: name } = request.params;
        const rows = await database.schema(schema).table(table);
        const attribute = attributeOf(rows, name);
        const restricted = rows.restrict(await restrictionIn(database, asked.key));
        return await openCell(attribute, await onlyValue(restricted, attribute, signal(request)), rows.executor);
      });
      switch (content.kind) {
        case 'file':
          return await answerFile(request, reply, content, asked);
        case 'directory':
          return await answerDirectory(request, reply, content.object, asked);
        case 'value':
          return await answerValue(request, reply, content, asked);
      }
    });
  };

type Content<Kind> = Extract<CellContent, { kind: Kind }>;

async function answerFile(
  request: FastifyRequest<BlobRoute>,
  reply: FastifyReply,
  { name, form, content }: Content<'file'>,
  { path, slice, reduce, format, isDescription }: BlobRequest,
): Promise<unknown> {
  if (path.length > 0 || slice !== undefined || reduce !== undefined || (format ?? 'raw') !== 'raw') {
    throw new InvalidValueError(
      `Only blobs and arrays can be looked into, sliced, reduced and converted; this is the file ${JSON.stringify(name.slice(0, 80))}.`,
    );
  }
  const file = await content();
  if (isDescription) return { kind: form, ...(form !== 'bytes' && { name }), stored: file.size };
  return await sendFile(request, reply, file, name);
}

/** What is in a directory, or one of the files there. */
async function answerDirectory(
  request: FastifyRequest<BlobRoute>,
  reply: FastifyReply,
  directory: StoredObject,
  asked: BlobRequest,
): Promise<unknown> {
  const { path } = asked;
  if (path.length > 0) {
    const object = directory.at(path.join('/'));
    const content = { kind: 'file', form: 'file', name: object.name, content: () => storedContent(object) } as const;
    return await answerFile(request, reply, content, { ...asked, path: [] });
  }
  const items = await directory.list();
  if (items.length === 0) throw new MissingExternalFile('The directory is missing in its store, or empty.');
  return { kind: 'directory', name: directory.name, items };
}

async function answerValue(
  request: FastifyRequest<BlobRoute>,
  reply: FastifyReply,
  content: Content<'value'>,
  asked: BlobRequest,
): Promise<unknown> {
  const { format, isDescription } = asked;
  const name = request.params.attribute;
  const isWhole = asked.path.length === 0 && asked.slice === undefined && asked.reduce === undefined;
  if (isDescription && isWhole) return await content.describe();
  if (format === 'raw')
    return await sendFile(request, reply, await content.content(), `${name}.${extensions[content.form]}`);
  if (format === 'npy' && content.form === 'npy' && isWhole) {
    return await sendFile(request, reply, await content.content(), `${name}.npy`);
  }
  const value = await partOf(await content.value(), asked);
  if (isDescription) return describe(value);
  const bytes = await (format === 'png' ? pngIn(value) : format === 'npy' ? npyOf(value) : jsonOf(value));
  return await sendFile(request, reply, contentOf(bytes), `${name}.${format ?? 'json'}`);
}

/** Endings of what is sent as it is stored. */
const extensions = { blob: 'bin', npy: 'npy' } as const;

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
async function onlyValue(rows: Table, attribute: Attribute, signal: AbortSignal): Promise<Exclude<Cell, null>> {
  const found: Cell[] = [];
  for await (const batch of rows.first({ limit: 2 }).cells([attribute.name], { signal })) {
    found.push(...batch.map(([cell]) => cell as Cell));
  }
  const [cell] = found;
  if (found.length > 1) throw new InvalidRestriction('Expected a key that one record meets, got one that several do.');
  if (cell === undefined) throw new RecordNotFoundError('There is no record with this key.');
  if (cell === null) throw new RecordNotFoundError(`\`${attribute.name}\` of this record is NULL.`);
  return cell;
}

async function partOf(whole: BlobValue, { path, slice: selection, reduce }: BlobRequest): Promise<BlobValue> {
  const value = follow(whole, path);
  if (value === undefined) {
    throw new RequestError(
      'INVALID_REQUEST',
      `Expected a path that leads to a value, got ${JSON.stringify(path.join('/').slice(0, 80))}.`,
    );
  }
  if (selection === undefined && reduce === undefined) return value;
  if (!(value instanceof NdArray)) {
    throw new InvalidValueError(`Only arrays of numbers can be sliced and reduced; this is a ${kindOf(value)}.`);
  }
  try {
    const part = selection === undefined ? value : slice(value, ...selection);
    return reduce === undefined ? part : await reduceInTurns(part, reduce.by, reduce.places);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RequestError('INVALID_REQUEST', error.message, { cause: error });
  }
}

/** Elements of an array that are written as JSON: as text they take many times their room. */
const mostAsJson = 2 ** 22;

function jsonOf(value: BlobValue): Uint8Array {
  const { bytes = 0 } = describe(value, { depth: 0 });
  if (value instanceof NdArray ? value.size > mostAsJson : bytes > mostAsJson * 8) {
    throw new InvalidValueError(
      `Expected at most ${mostAsJson} elements to be written as JSON; this is ${value instanceof NdArray ? value : `a ${kindOf(value)} of ${bytes} bytes`}. Take format=npy or raw, a slice, or reduce it.`,
    );
  }
  return Buffer.from(blobJson(value));
}

async function pngIn(value: BlobValue): Promise<Uint8Array> {
  if (!(value instanceof NdArray)) {
    throw new InvalidValueError(`Only an array of numbers can be an image; this is a ${kindOf(value)}.`);
  }
  return await pngOf(value).catch(refuseRange);
}

function npyOf(value: BlobValue): Uint8Array {
  if (!(value instanceof NdArray || value instanceof ObjectArray || value instanceof RecordArray)) {
    throw new InvalidValueError(`Only an array can be a .npy file; this is a ${kindOf(value)}.`);
  }
  try {
    return toNpy(value);
  } catch (error) {
    return refuseRange(error);
  }
}

function refuseRange(error: unknown): never {
  if (error instanceof RangeError) throw new InvalidValueError(error.message, { cause: error });
  throw error;
}

function kindOf(value: BlobValue): string {
  return describe(value, { depth: 0 }).kind;
}
