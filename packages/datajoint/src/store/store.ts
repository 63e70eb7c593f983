import type { Readable } from 'node:stream';

/** A place outside the database where objects are kept: a directory, or a bucket. Paths are relative to it. */
export interface Store {
  readonly name: string;
  /** The whole of an object. @throws MissingExternalFile, StoreError */
  read(path: string): Promise<Uint8Array>;
  /** An object as it comes. @throws MissingExternalFile, StoreError when it is asked for or while it is read. */
  stream(path: string): Promise<Readable>;
  /** Bytes of an object; undefined where there is none. */
  size(path: string): Promise<number | undefined>;
  /** The paths of the objects in a directory and below it, relative to it, and their sizes; none where there is none. */
  list(path: string): Promise<readonly ListedObject[]>;
  /** Puts an object there, whole or not at all, in the place of one that is there. */
  write(path: string, content: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
}

export interface ListedObject {
  readonly path: string;
  readonly size: number;
}

/** Objects beyond this are for streams: one would fill the memory. */
export const maxObjectBytes = 2 ** 30;

/** A directory with more objects in it is refused. */
export const maxListed = 100_000;
