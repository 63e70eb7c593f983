import type { Readable } from 'node:stream';

/** A place outside the database where objects are kept: a directory, or a bucket. Paths are relative to it. */
export interface Store {
  readonly name: string;
  /**
   * The whole of an object.
   * @param maxBytes of which it may have no more; {@link maxObjectBytes} by default.
   * @throws MissingExternalFile, StoreError
   */
  read(path: string, maxBytes?: number): Promise<Uint8Array>;
  /** An object, or a range of it, as it comes. @throws MissingExternalFile, StoreError when it is asked for or while it is read. */
  stream(path: string, range?: ByteRange): Promise<Readable>;
  /** What there is to know of an object without reading it; undefined where there is none. */
  stat(path: string): Promise<ObjectStat | undefined>;
  /** The paths of the objects in a directory and below it, relative to it, and their sizes; none where there is none. */
  list(path: string): Promise<readonly ListedObject[]>;
  /** Puts an object there, whole or not at all, in the place of one that is there. */
  write(path: string, content: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /** Takes an object away; where there is none it is well. */
  remove(path: string): Promise<void>;
}

/** Bytes from the first to the last, which belongs to them. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface ObjectStat {
  /** Bytes. */
  readonly size: number;
  /** Another text as soon as the content is another. */
  readonly version: string;
}

export interface ListedObject {
  readonly path: string;
  readonly size: number;
}

/** Objects beyond this are for streams: one would fill the memory. */
export const maxObjectBytes = 2 ** 30;

/** A directory with more objects in it is refused. */
export const maxListed = 100_000;
