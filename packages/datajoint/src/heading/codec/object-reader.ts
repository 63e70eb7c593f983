import type { Readable } from 'node:stream';
import type { NdArray } from '../../blob/ndarray.ts';
import type { ObjectArray } from '../../blob/values.ts';
import type { Cell } from '../../connection/driver.ts';
import type { Executor } from '../../connection/executor.ts';
import type { UnreadableValueError } from '../../errors.ts';
import type { Attribute } from '../attribute.ts';
import type { Value } from './value.ts';

/** What opens the values of external attributes: the stores. */
export interface ObjectReader {
  /**
   * What the cells of one attribute refer to, in their order: null for NULL, and for what cannot be found the error that
   * says why. Nothing is read yet.
   * @param executor for what the older generation keeps of its objects in the database.
   */
  open(
    attribute: Attribute,
    cells: readonly Cell[],
    executor: Executor,
  ): Promise<readonly (OpenedObject | UnreadableValueError | null)[]>;
  /**
   * The values of one attribute for some of its cells, in their order. A value that cannot be read is the error that says
   * why, in its place.
   * @param executor for what the older generation keeps of its objects in the database.
   */
  read(attribute: Attribute, cells: readonly Cell[], executor: Executor): Promise<readonly Value[]>;
}

/** The codecs whose values are kept in stores. */
export const externalCodecs = ['blob', 'attach', 'hash', 'object', 'npy', 'filepath'] as const;

/** An object that a cell refers to. */
export interface OpenedObject {
  readonly codec: (typeof externalCodecs)[number];
  readonly object: StoredObject;
  /** What it holds; of `object`, `filepath` and `npy` what opens it. @throws MissingExternalFile, StoreError, UnreadableValueError */
  value(maxBytes?: number): Promise<Value>;
}

/** A file or directory in a store. Nothing is opened before it is asked for. */
export interface StoredObject {
  /** The store's name. */
  readonly store: string;
  /** Relative to the store. */
  readonly path: string;
  /** Of the file, without directories. */
  readonly name: string;
  /** Bytes; undefined where the database does not say. */
  readonly size: number | undefined;
  readonly isDirectory: boolean;
  /**
   * The whole content, its checksum verified where the database has one.
   * @param maxBytes of which it may have no more; a gigabyte by default.
   * @throws MissingExternalFile, StoreError
   */
  read(maxBytes?: number): Promise<Uint8Array>;
  /** The content as it comes, or a range of it; a wrong checksum of the whole is an error at its end. @throws MissingExternalFile, StoreError */
  stream(range?: { readonly first: number; readonly last: number }): Promise<Readable>;
  /**
   * How large the object is now, and a text that is another when its content is. Reads it through once, where the database
   * has a checksum. @throws MissingExternalFile, StoreError, UnreadableValueError
   */
  verify(): Promise<{ readonly size: number; readonly version: string }>;
  /** The objects in a directory and below it: their paths relative to it, and their bytes. */
  list(): Promise<readonly { readonly path: string; readonly size: number }[]>;
  /** An object in a directory, by its path relative to it. */
  at(path: string): StoredObject;
}

/** An array in a file of numpy's in a store: `<npy@>`. */
export interface StoredArray extends StoredObject {
  /** As numpy names it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The array itself. @throws MissingExternalFile, StoreError, UnreadableValueError */
  load(maxBytes?: number): Promise<NdArray | ObjectArray>;
}
