import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { MissingExternalFile, StoreError } from '../errors.ts';
import { objectPath } from './object-path.ts';
import { type ByteRange, type ListedObject, maxListed, maxObjectBytes, type ObjectStat, type Store } from './store.ts';
import { missing, tooLarge, tooMany, unusable } from './store-faults.ts';

/** A store in a directory of this machine. */
export class FileStore implements Store {
  readonly name: string;
  readonly #location: string;

  constructor(name: string, location: string) {
    this.name = name;
    this.#location = location;
  }

  async read(path: string, maxBytes = maxObjectBytes): Promise<Uint8Array> {
    return await this.#opened(path, async () => {
      const file = await open(this.#place(path));
      try {
        const { size } = await this.#regular(path, await file.stat());
        if (size > maxBytes) throw tooLarge(this.name, path, size, maxBytes);
        return await file.readFile();
      } finally {
        await file.close();
      }
    });
  }

  async stream(path: string, range?: ByteRange): Promise<Readable> {
    return await this.#opened(path, async () => {
      const place = this.#place(path);
      await this.#regular(path, await stat(place));
      return createReadStream(place, range && { start: range.first, end: range.last });
    });
  }

  async stat(path: string): Promise<ObjectStat | undefined> {
    try {
      const found = await this.#opened(path, () => stat(this.#place(path), { bigint: true }));
      if (!found.isFile()) return undefined;
      return { size: Number(found.size), version: `${found.ino}-${found.mtimeNs}-${found.size}` };
    } catch (error) {
      if (error instanceof MissingExternalFile) return undefined;
      throw error;
    }
  }

  async list(path: string): Promise<readonly ListedObject[]> {
    const top = this.#place(path);
    const listed: ListedObject[] = [];
    try {
      for await (const entry of await opendir(top, { recursive: true })) {
        if (!entry.isFile()) continue;
        if (listed.length === maxListed) throw tooMany(this.name, path);
        const place = join(entry.parentPath ?? entry.path, entry.name);
        listed.push({ path: relative(top, place).split(sep).join('/'), size: (await stat(place)).size });
      }
    } catch (error) {
      if (!isMissing(error)) throw this.#failed(error);
    }
    return listed.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async write(path: string, content: Uint8Array): Promise<void> {
    const place = this.#place(path);
    const unfinished = `${place}.${randomUUID()}.saving`;
    try {
      // A store whose directory is gone is more likely a disk that is not there than one that wants to be made.
      if (!(await stat(this.#location)).isDirectory()) throw new Error('The location is no directory.');
      await mkdir(dirname(place), { recursive: true });
      const file = await open(unfinished, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, place);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw this.#failed(error);
    }
  }

  async remove(path: string): Promise<void> {
    await this.#opened(path, () => rm(this.#place(path), { force: true }));
  }

  #place(path: string): string {
    return join(this.#location, ...objectPath(path, this.name));
  }

  async #regular<T extends { isFile(): boolean }>(path: string, found: T): Promise<T> {
    if (!found.isFile()) throw missing(this.name, path);
    return found;
  }

  async #opened<T>(path: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw isMissing(error) ? missing(this.name, path, error) : this.#failed(error);
    }
  }

  #failed(error: unknown): unknown {
    if (error instanceof StoreError || error instanceof MissingExternalFile) return error;
    return unusable(this.name, error);
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '');
}
