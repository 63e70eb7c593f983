import { createHash } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { BlobError } from '../blob/blob-error.ts';
import { fromNpy } from '../blob/npy-read.ts';
import { UnreadableValueError } from '../errors.ts';
import type { StoredArray, StoredObject } from '../heading/codec/object-reader.ts';
import { md5 } from './hash.ts';
import type { Store } from './store.ts';

export interface ObjectFacts {
  readonly path: string;
  readonly size?: number | undefined;
  readonly isDirectory?: boolean | undefined;
  /** The content's MD5 in hexadecimal digits. */
  readonly checksum?: string | undefined;
}

/** A file or directory in a store, as an attribute refers to it. */
export class FileObject implements StoredObject {
  readonly store: string;
  readonly path: string;
  readonly size: number | undefined;
  readonly isDirectory: boolean;
  readonly #store: Store;
  readonly #checksum: string | undefined;

  constructor(store: Store, { path, size, isDirectory = false, checksum }: ObjectFacts) {
    this.store = store.name;
    this.path = path;
    this.size = size;
    this.isDirectory = isDirectory;
    this.#store = store;
    this.#checksum = checksum;
  }

  get name(): string {
    return this.path.split('/').at(-1) ?? '';
  }

  async read(): Promise<Uint8Array> {
    const content = await this.#store.read(this.path);
    expectChecksum(content, this.#checksum, this);
    return content;
  }

  async stream(): Promise<Readable> {
    const content = await this.#store.stream(this.path);
    const checksum = this.#checksum;
    if (checksum === undefined) return content;
    const hash = createHash('md5');
    const checked = new Transform({
      transform: (chunk: Uint8Array, _encoding, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
      flush: (done) => done(hash.digest('hex') === checksum ? null : changed(this)),
    });
    // Errors come out of the end that is read.
    return pipeline(content, checked, () => undefined);
  }

  list() {
    return this.#store.list(this.path);
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

  async load() {
    try {
      return fromNpy(await this.read());
    } catch (error) {
      if (!(error instanceof BlobError)) throw error;
      throw new UnreadableValueError(`The array ${JSON.stringify(this.path)} cannot be read: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** @throws UnreadableValueError unless the content is what was put there. */
export function expectChecksum(
  content: Uint8Array,
  checksum: string | undefined,
  object: { readonly store: string; readonly path: string },
): void {
  if (checksum !== undefined && md5(content).toString('hex') !== checksum) throw changed(object);
}

/** For an object whose content is not what was put there. */
export function changed({ store, path }: { readonly store: string; readonly path: string }): UnreadableValueError {
  return new UnreadableValueError(
    `The object ${JSON.stringify(path)} in the store ${JSON.stringify(store)} has changed since it was put there: its checksum is wrong.`,
    { details: { store, path } },
  );
}
