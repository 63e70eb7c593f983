import { createHash, type Hash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { BlobError } from '../blob/blob-error.ts';
import { fromNpy } from '../blob/npy-read.ts';
import { UnreadableValueError } from '../errors.ts';
import type { StoredArray, StoredObject } from '../heading/codec/object-reader.ts';
import type { ByteRange, ObjectStat, Store } from './store.ts';
import { missing } from './store-faults.ts';

export interface ObjectFacts {
  readonly path: string;
  /** Default: the last part of the path. */
  readonly name?: string | undefined;
  readonly size?: number | undefined;
  readonly isDirectory?: boolean | undefined;
  readonly checksum?: Checksum | undefined;
}

/** MD5 of a content, in hexadecimal digits, and what was hashed before it. */
export interface Checksum {
  readonly md5: string;
  readonly before?: string | undefined;
}

/** Objects whose whole content has been found right, as they were then: none is read twice to be sent in pieces. */
const verified = new WeakMap<Store, Set<string>>();
const mostVerified = 1000;

/** A file or directory in a store, as an attribute refers to it. */
export class FileObject implements StoredObject {
  readonly store: string;
  readonly path: string;
  readonly name: string;
  readonly size: number | undefined;
  readonly isDirectory: boolean;
  readonly #store: Store;
  readonly #checksum: Checksum | undefined;

  constructor(store: Store, { path, name, size, isDirectory = false, checksum }: ObjectFacts) {
    this.store = store.name;
    this.path = path;
    this.name = name ?? path.split('/').findLast((part) => part !== '') ?? '';
    this.size = size;
    this.isDirectory = isDirectory;
    this.#store = store;
    this.#checksum = checksum;
  }

  async read(maxBytes?: number): Promise<Uint8Array> {
    const content = await this.#store.read(this.path, maxBytes);
    const checksum = this.#checksum;
    if (checksum !== undefined && hashOf(checksum).update(content).digest('hex') !== checksum.md5) throw changed(this);
    return content;
  }

  async stream(range?: ByteRange): Promise<Readable> {
    const content = await this.#store.stream(this.path, range);
    const checksum = this.#checksum;
    if (checksum === undefined || range !== undefined) return content;
    const hash = hashOf(checksum);
    const checked = new Transform({
      transform: (chunk: Uint8Array, _encoding, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
      flush: (done) => done(hash.digest('hex') === checksum.md5 ? null : changed(this)),
    });
    // Errors come out of the end that is read.
    return pipeline(content, checked, () => undefined);
  }

  async verify(): Promise<ObjectStat> {
    const found = await this.#store.stat(this.path);
    if (found === undefined) throw missing(this.store, this.path);
    if (this.#checksum === undefined) return found;
    const known = verified.get(this.#store) ?? new Set();
    verified.set(this.#store, known);
    const entry = [this.path, found.version, this.#checksum.md5].join('\0');
    if (!known.has(entry)) {
      for await (const _ of await this.stream());
      if (known.size >= mostVerified) known.clear();
      known.add(entry);
    }
    return found;
  }

  list() {
    return this.#store.list(this.path);
  }

  at(path: string): StoredObject {
    return new FileObject(this.#store, { path: `${this.path}/${path}` });
  }
}

/** An array in a file of numpy's. */
export class ArrayObject extends FileObject implements StoredArray {
  readonly dtype: string;
  readonly shape: readonly number[];

  constructor(store: Store, facts: ObjectFacts & { readonly dtype: string; readonly shape: readonly number[] }) {
    super(store, facts);
    this.dtype = facts.dtype;
    this.shape = facts.shape;
  }

  async load(maxBytes?: number) {
    try {
      return fromNpy(await this.read(maxBytes));
    } catch (error) {
      if (!(error instanceof BlobError)) throw error;
      throw new UnreadableValueError(`The array ${JSON.stringify(this.path)} cannot be read: ${error.message}`, {
        cause: error,
      });
    }
  }
}

function hashOf({ before = '' }: Checksum): Hash {
  return createHash('md5').update(before);
}

/** For an object whose content is not what was put there. */
function changed({ store, path }: { readonly store: string; readonly path: string }): UnreadableValueError {
  return new UnreadableValueError(
    `The object ${JSON.stringify(path)} in the store ${JSON.stringify(store)} has changed since it was put there: its checksum is wrong.`,
    { details: { store, path } },
  );
}
