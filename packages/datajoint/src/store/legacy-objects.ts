import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { MissingExternalFile, StoreError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Attachment } from '../heading/codec/attachment.ts';
import type { OpenedObject } from '../heading/codec/object-reader.ts';
import { blobOf } from '../heading/codec/value.ts';
import { sql } from '../sql/sql.ts';
import type { ExternalType } from './external-type.ts';
import { FileObject } from './file-object.ts';
import { subfolders } from './hash.ts';
import { expectReferable } from './ownership.ts';
import type { OpenStore, Stores } from './stores.ts';

/** What the tracking table knows of an object. */
interface Tracked {
  readonly attachmentName: string | undefined;
  readonly filepath: string | undefined;
  /** MD5 in hexadecimal digits. */
  readonly contentsHash: string | undefined;
  readonly size: number;
}

/** Rows of the tracking table asked for at once. */
const most = 1000;
const subfolding = [2, 2];

/**
 * Objects of DataJoint 0.12 to 0.14: the column holds a hash, `~external_<store>` of the same schema what there is to
 * know of it. Source of the layout: the Python library's `external` module.
 */
export class LegacyObjects {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** What each cell refers to. */
  async open(
    { codec, store }: ExternalType,
    attribute: Attribute,
    cells: readonly Cell[],
    executor: Executor,
  ): Promise<readonly (() => OpenedObject)[]> {
    const place = this.#stores.get(store, 'legacy');
    const { schema = '' } = attribute;
    const hashes = cells.map(hashOf);
    const tracked = (wanted: readonly string[]) => readTracked(schema, place.store.name, wanted, executor);
    if (codec === 'blob') {
      return hashes.map((hash) => () => {
        const object = new LegacyBlob(place, schema, hash, async () => (await tracked([hash])).get(hash));
        return { codec, object, value: async (maxBytes) => blobOf(attribute, await object.read(maxBytes)) };
      });
    }
    const rows = await tracked(hashes);
    return hashes.map((hash) => () => {
      const row = rows.get(hash);
      if (row === undefined) throw untracked(place);
      const object = codec === 'attach' ? attachedIn(schema, hash, row, place) : fileIn(schema, row, place);
      if (codec !== 'attach') return { codec, object, value: async () => object };
      return { codec, object, value: async (maxBytes) => new Attachment(object.name, await object.read(maxBytes)) };
    });
  }
}

function hashOf(cell: Cell): string {
  if (cell instanceof Uint8Array && cell.length === 16) return Buffer.from(cell).toString('hex');
  throw new StoreError('Expected a hash of 16 bytes in an external attribute, got another value.');
}

/** `<schema>/<ab>/<cd>/<abcd...>`, where a name may follow. */
export function legacyPath(schema: string, hash: string, { settings }: OpenStore, suffix = ''): string {
  const folders = subfolders(hash, settings.subfolding ?? subfolding);
  return [schema, ...folders, hash + suffix].join('/');
}

/** A packed blob. Those that came from DataJoint 0.11 are where their row says, if not where their hash does. */
class LegacyBlob extends FileObject {
  readonly #place: OpenStore;
  readonly #schema: string;
  readonly #tracked: () => Promise<Tracked | undefined>;

  constructor(place: OpenStore, schema: string, hash: string, tracked: () => Promise<Tracked | undefined>) {
    super(place.store, { path: legacyPath(schema, hash, place), checksum: { md5: hash } });
    this.#place = place;
    this.#schema = schema;
    this.#tracked = tracked;
  }

  override async read(maxBytes?: number): Promise<Uint8Array> {
    try {
      return await super.read(maxBytes);
    } catch (error) {
      if (!(error instanceof MissingExternalFile)) throw error;
      const row = await this.#tracked();
      if (row?.filepath === undefined) throw error;
      return await fileIn(this.#schema, row, this.#place).read(maxBytes);
    }
  }
}

function attachedIn(schema: string, hash: string, { attachmentName: name }: Tracked, place: OpenStore): FileObject {
  if (name === undefined) throw untracked(place);
  const checksum = { md5: hash, before: `${name}\0` };
  return new FileObject(place.store, { path: legacyPath(schema, hash, place, `.${name}`), name, checksum });
}

function fileIn(schema: string, row: Tracked, place: OpenStore): FileObject {
  const { filepath: path, size, contentsHash } = row;
  if (path === undefined) throw untracked(place);
  expectReferable(path, schema, place, { hasChecksum: contentsHash !== undefined });
  return new FileObject(place.store, {
    path,
    size,
    checksum: contentsHash === undefined ? undefined : { md5: contentsHash },
  });
}

function untracked({ store }: OpenStore): StoreError {
  return new StoreError(`Expected the object's row in ${JSON.stringify(`~external_${store.name}`)}, found none.`);
}

async function readTracked(
  schema: string,
  store: string,
  hashes: readonly string[],
  executor: Executor,
): Promise<ReadonlyMap<string, Tracked>> {
  const found = new Map<string, Tracked>();
  const wanted = [...new Set(hashes)];
  for (let start = 0; start < wanted.length; start += most) {
    const some = wanted.slice(start, start + most).map((hash) => sql`${Buffer.from(hash, 'hex')}`);
    const columns = sql.join(
      ['hash', 'size', 'attachment_name', 'filepath', 'contents_hash'].map((name) => sql.id(name)),
    );
    const { rows } = await executor.execute(
      sql`SELECT ${columns} FROM ${sql.id(schema, `~external_${store}`)} WHERE ${sql.id('hash')} IN (${sql.join(some)})`,
    );
    for (const [hash, size, name, filepath, contents] of rows) {
      found.set(hexOf(hash) ?? '', {
        size: Number(size),
        attachmentName: name === null ? undefined : String(name),
        filepath: filepath === null ? undefined : String(filepath),
        contentsHash: hexOf(contents),
      });
    }
  }
  return found;
}

function hexOf(cell: Cell | undefined): string | undefined {
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : undefined;
}
