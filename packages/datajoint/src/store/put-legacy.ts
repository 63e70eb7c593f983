import type { Executor } from '../connection/executor.ts';
import { InvalidValueError } from '../errors.ts';
import { type PreparedObject, StoredReference } from '../heading/codec/object-writer.ts';
import { sql } from '../sql/sql.ts';
import { md5 } from './hash.ts';
import { legacyPath } from './legacy-objects.ts';
import { putShared } from './put-object.ts';
import type { OpenStore } from './stores.ts';

/** What a table is told of an object beside its hash and size. */
interface Tracking {
  readonly attachment_name?: string;
  readonly filepath?: string;
  readonly contents_hash?: Uint8Array;
}

/** Tracks a packed blob, and says where it goes. */
export async function trackBlob(
  blob: Uint8Array,
  schema: string,
  place: OpenStore,
  executor: Executor,
): Promise<PreparedObject> {
  const hash = md5(blob);
  await track(hash, blob.length, {}, schema, place, executor);
  return prepared(hash, legacyPath(schema, hash.toString('hex'), place), blob, place);
}

/** Tracks a file with its name, and says where it goes. */
export async function trackAttachment(
  { name, content }: { readonly name: string; readonly content: Uint8Array },
  schema: string,
  place: OpenStore,
  executor: Executor,
): Promise<PreparedObject> {
  const hash = md5(name, '\0', content);
  await track(hash, content.length, { attachment_name: name }, schema, place, executor);
  return prepared(hash, legacyPath(schema, hash.toString('hex'), place, `.${name}`), content, place);
}

function prepared(hash: Uint8Array, path: string, content: Uint8Array, { store }: OpenStore): PreparedObject {
  return { reference: new StoredReference(hash), put: () => putShared(store, path, content) };
}

/** Tracks a file that is in the store already. @throws InvalidValueError when it is known with another content. */
export async function trackFilepath(
  path: string,
  schema: string,
  place: OpenStore,
  executor: Executor,
): Promise<PreparedObject> {
  const content = await place.store.read(path);
  const hash = md5(path);
  const contents = md5(content);
  const { rows } = await executor.execute(
    sql`SELECT ${sql.id('contents_hash')} FROM ${trackingTable(schema, place)} WHERE ${sql.id('hash')} = ${hash}`,
  );
  const known = rows[0]?.[0];
  if (known instanceof Uint8Array && !contents.equals(known)) {
    throw new InvalidValueError(`A different version of ${JSON.stringify(path)} has already been placed.`);
  }
  if (rows.length === 0) {
    await track(hash, content.length, { filepath: path, contents_hash: contents }, schema, place, executor);
  }
  return { reference: new StoredReference(hash), put: async () => async () => undefined };
}

function trackingTable(schema: string, { store }: OpenStore) {
  return sql.id(schema, `~external_${store.name}`);
}

async function track(
  hash: Uint8Array,
  size: number,
  more: Tracking,
  schema: string,
  place: OpenStore,
  executor: Executor,
): Promise<void> {
  const row = Object.entries({ hash, size: BigInt(size), ...more });
  const names = sql.join(row.map(([name]) => sql.id(name)));
  const values = sql.join(row.map(([, value]) => sql`${value}`));
  const touched = sql`${sql.id('timestamp')} = CURRENT_TIMESTAMP`;
  await executor.execute(
    sql`INSERT INTO ${trackingTable(schema, place)} (${names}) VALUES (${values}) ON DUPLICATE KEY UPDATE ${touched}`,
  );
}
