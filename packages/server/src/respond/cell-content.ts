import {
  type Attribute,
  type Cell,
  type Executor,
  type OpenedObject,
  readAttachment,
  type StoredArray,
  type StoredObject,
  UnreadableValueError,
} from '@pharus/datajoint';
import { BlobError, type BlobValue, type Description, describe, unpack } from '@pharus/datajoint/blob';
import { contentOf, type FileContent, storedContent } from './file.ts';

/** What a cell that no record shows holds, ready to be looked into and sent. */
export type CellContent =
  | {
      readonly kind: 'file';
      readonly name: string;
      /** What a record calls it: an attachment, bytes without a name of their own, a file in a store. */
      readonly form: 'attach' | 'bytes' | 'file';
      content(): Promise<FileContent>;
    }
  | { readonly kind: 'directory'; readonly object: StoredObject }
  | {
      readonly kind: 'value';
      /** As it is stored. */
      content(): Promise<FileContent>;
      /** The form it is stored in: a packed blob, or numpy's. */
      readonly form: 'blob' | 'npy';
      describe(): Promise<Description & { readonly stored: number }>;
      value(): Promise<BlobValue>;
    };

/** What is in the database, or in a store to which the cell refers. @throws UnreadableValueError, StoreError, MissingExternalFile */
export async function openCell(
  attribute: Attribute,
  cell: Exclude<Cell, null>,
  executor: Executor,
): Promise<CellContent> {
  if (attribute.storage.kind !== 'external') {
    return contentIn(attribute, cell instanceof Uint8Array ? cell : Buffer.from(String(cell)));
  }
  const [opened] = (await attribute.objects?.open(attribute, [cell], executor)) ?? [];
  if (opened instanceof UnreadableValueError) throw opened;
  if (opened === undefined || opened === null) throw new UnreadableValueError('Expected stores, got none.');
  return await contentOutside(attribute, opened);
}

function contentIn(attribute: Attribute, bytes: Uint8Array): CellContent {
  const { kind } = attribute.storage;
  if (kind === 'blob') return packed(attribute, bytes);
  if (kind === 'attach') return attached(readAttachment(bytes));
  return { kind: 'file', form: 'bytes', name: `${attribute.name}.bin`, content: async () => contentOf(bytes) };
}

function attached({ name, content }: ReturnType<typeof readAttachment>): CellContent {
  return { kind: 'file', form: 'attach', name, content: async () => contentOf(content) };
}

async function contentOutside(attribute: Attribute, { codec, object, value }: OpenedObject): Promise<CellContent> {
  switch (codec) {
    case 'blob':
      return packed(attribute, await object.read());
    case 'npy':
      return stored(object as StoredArray);
    case 'attach':
      return attached((await value()) as ReturnType<typeof readAttachment>);
    case 'hash':
      return { kind: 'file', form: 'bytes', name: `${attribute.name}.bin`, content: () => storedContent(object) };
    default:
      if (object.isDirectory) return { kind: 'directory', object };
      return { kind: 'file', form: 'file', name: object.name, content: () => storedContent(object) };
  }
}

function packed(attribute: Attribute, blob: Uint8Array): CellContent {
  const value = async (): Promise<BlobValue> => {
    try {
      return unpack(blob, { dims: 'auto' });
    } catch (error) {
      if (!(error instanceof BlobError)) throw error;
      throw new UnreadableValueError(`The blob of attribute \`${attribute.name}\` cannot be read: ${error.message}`, {
        cause: error,
      });
    }
  };
  return {
    kind: 'value',
    form: 'blob',
    content: async () => contentOf(blob),
    value,
    describe: async () => ({ ...describe(await value()), stored: blob.length }),
  };
}

/** An array in a store says what it is without being read. */
function stored(array: StoredArray): CellContent {
  return {
    kind: 'value',
    form: 'npy',
    content: () => storedContent(array),
    value: () => array.load(),
    describe: async () => {
      const { size } = await array.verify();
      return { kind: 'ndarray', dtype: array.dtype, shape: array.shape, stored: size };
    },
  };
}
