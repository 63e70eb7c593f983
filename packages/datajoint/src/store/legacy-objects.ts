import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { MissingExternalFile, StoreError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import { Attachment } from '../heading/codec/attachment.ts';
import { blobOf, type Value } from '../heading/codec/value.ts';
import { sql } from '../sql/sql.ts';
import type { ExternalType } from './external-type.ts';
import { changed, expectChecksum, FileObject } from './file-object.ts';
import { md5, subfolders } from './hash.ts';
import type { OpenStore, Stores } from './stores.ts';

/** What the tracking table knows of an object. */
interface Tracked {
  readonly attachmentName: string | undefined;
  readonly filepath: string | undefined;
  /** MD5 in hexadecimal digits. */
  readonly contentsHash: string | undefined;
  readonly size: number;
}

type ReadValue = () => Promise<Value>;

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

  /** How each cell is read. */
  async readers(
    { codec, store }: ExternalType,
    attribute: Attribute,
    cells: readonly Cell[],
    executor: Executor,
  ): Promise<readonly ReadValue[]> {
    const place = this.#stores.get(store, 'legacy');
    const { schema = '' } = attribute;
    const hashes = cells.map(hashOf);
    const tracked = (wanted: readonly string[]) => readTracked(schema, place.store.name, wanted, executor);
    if (codec === 'blob') return hashes.map((hash) => () => readBlob(attribute, schema, hash, place, tracked));
    const rows = await tracked(hashes);
    return hashes.map((hash) => async () => {
      const row = rows.get(hash);
      if (row === undefined) throw untracked(place);
      return codec === 'attach' ? await readAttached(schema, hash, row, place) : fileOf(row, place);
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

async function readBlob(
  attribute: Attribute,
  schema: string,
  hash: string,
  place: OpenStore,
  tracked: (hashes: readonly string[]) => Promise<ReadonlyMap<string, Tracked>>,
): Promise<Value> {
  const path = legacyPath(schema, hash, place);
  const bytes = await place.store.read(path).catch(async (error: unknown) => {
    if (!(error instanceof MissingExternalFile)) throw error;
    // Blobs that came from DataJoint 0.11 are where their row says.
    const row = (await tracked([hash])).get(hash);
    if (row?.filepath === undefined) throw error;
    const migrated = await place.store.read(row.filepath);
    expectChecksum(migrated, row.contentsHash, { store: place.store.name, path: row.filepath });
    return migrated;
  });
  if (md5(bytes).toString('hex') !== hash) {
    const row = (await tracked([hash])).get(hash);
    if (row?.filepath === undefined) throw changed({ store: place.store.name, path });
  }
  return blobOf(attribute, bytes);
}

async function readAttached(schema: string, hash: string, row: Tracked, place: OpenStore): Promise<Value> {
  const name = row.attachmentName;
  if (name === undefined) throw untracked(place);
  const path = legacyPath(schema, hash, place, `.${name}`);
  const content = await place.store.read(path);
  if (md5(name, '\0', content).toString('hex') !== hash) throw changed({ store: place.store.name, path });
  return new Attachment(name, content);
}

function fileOf({ filepath, size, contentsHash }: Tracked, place: OpenStore): Value {
  if (filepath === undefined) throw untracked(place);
  return new FileObject(place.store, { path: filepath, size, checksum: contentsHash });
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
