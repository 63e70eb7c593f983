import type { Readable } from 'node:stream';
import type { NdArray } from '../../blob/ndarray.ts';
import type { ObjectArray } from '../../blob/values.ts';
import type { Cell } from '../../connection/driver.ts';
import type { Executor } from '../../connection/executor.ts';
import type { Attribute } from '../attribute.ts';
import type { Value } from './value.ts';

/** What opens the values of external attributes: the stores. */
export interface ObjectReader {
  /**
   * The values of one attribute for some of its cells, in their order. A value that cannot be read is the error that says
   * why, in its place.
   * @param executor for what the older generation keeps of its objects in the database.
   */
  read(attribute: Attribute, cells: readonly Cell[], executor: Executor): Promise<readonly Value[]>;
}

/** A file or directory in a store. Nothing is opened before it is asked for. */
export interface StoredObject {
  /** The store's name. */
  readonly store: string;
  /** Relative to the store. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** Bytes; undefined where the database does not say. */
  readonly size: number | undefined;
  readonly isDirectory: boolean;
  /** The whole content, its checksum verified where the database has one. @throws MissingExternalFile, StoreError */
  read(): Promise<Uint8Array>;
  /** The content as it comes; a wrong checksum is an error at its end. @throws MissingExternalFile, StoreError */
  stream(): Promise<Readable>;
  /** The objects in a directory and below it: their paths relative to it, and their bytes. */
  list(): Promise<readonly { readonly path: string; readonly size: number }[]>;
}

/** An array in a file of numpy's in a store: `<npy@>`. */
export interface StoredArray extends StoredObject {
  /** As numpy names it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The array itself. @throws MissingExternalFile, StoreError, UnreadableValueError */
  load(): Promise<NdArray | ObjectArray>;
}
