import type { Readable } from 'node:stream';
import { MissingExternalFile, StoreError } from '../errors.ts';
import { objectPath } from './object-path.ts';
import { type ByteRange, type ListedObject, maxListed, maxObjectBytes, type ObjectStat, type Store } from './store.ts';
import { missing, tooLarge, tooMany, unusable } from './store-faults.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

interface Session {
  readonly sdk: Sdk;
  readonly client: InstanceType<Sdk['S3Client']>;
}

/** Milliseconds until a server that cannot be reached, or says nothing, is given up. */
const patience = { connectionTimeout: 3_000, socketTimeout: 15_000 };

/** Milliseconds for which a server that could not be reached is left alone. */
const rest = 3_000;

export interface S3StoreOptions {
  /** With `http://` or `https://`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** What stands before every path, with its slash; may be empty. */
  readonly prefix: string;
  /** The keys; without them those that the machine's surroundings give. A function, so that no print shows them. */
  readonly credentials: () => { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** A store in a bucket of S3, or of a server that speaks its language. */
export class S3Store implements Store {
  readonly name: string;
  readonly #options: S3StoreOptions;
  #session: Promise<Session> | undefined;
  /** Until when the server is not asked again: a page of values would wait for each of them. */
  #restUntil = 0;

  constructor(name: string, options: S3StoreOptions) {
    this.name = name;
    this.#options = options;
  }

  async read(path: string, maxBytes = maxObjectBytes): Promise<Uint8Array> {
    const { Body, ContentLength = 0 } = await this.#get(path);
    if (ContentLength > maxBytes) {
      (Body as Readable | undefined)?.destroy();
      throw tooLarge(this.name, path, ContentLength, maxBytes);
    }
    return await this.#used(path, async () => (await Body?.transformToByteArray()) ?? new Uint8Array());
  }

  async stream(path: string, range?: ByteRange): Promise<Readable> {
    const { Body } = await this.#get(path, range);
    return Body as Readable;
  }

  async stat(path: string): Promise<ObjectStat | undefined> {
    const Key = this.#key(path);
    try {
      return await this.#used(path, async () => {
        const { sdk, client } = await this.#open();
        const head = await client.send(new sdk.HeadObjectCommand({ Bucket: this.#options.bucket, Key }));
        const { ContentLength: size = 0, ETag, LastModified } = head;
        return { size, version: ETag ?? `${LastModified?.getTime()}-${size}` };
      });
    } catch (error) {
      if (error instanceof MissingExternalFile) return undefined;
      throw error;
    }
  }

  async list(path: string): Promise<readonly ListedObject[]> {
    const Prefix = `${this.#key(path)}/`;
    return await this.#used(path, async () => {
      const { sdk, client } = await this.#open();
      const listed: ListedObject[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = { Bucket: this.#options.bucket, Prefix, ...(ContinuationToken ? { ContinuationToken } : {}) };
        const answer = await client.send(new sdk.ListObjectsV2Command(page));
        for (const { Key = '', Size = 0 } of answer.Contents ?? []) {
          if (listed.length === maxListed) throw tooMany(this.name, path);
          listed.push({ path: Key.slice(Prefix.length), size: Size });
        }
        ContinuationToken = answer.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return listed.filter((object) => object.path !== '');
    });
  }

  async write(path: string, content: Uint8Array, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    const Key = this.#key(path);
    await this.#used(path, async () => {
      const { sdk, client } = await this.#open();
      const { bucket: Bucket } = this.#options;
      await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: content, Metadata: { ...metadata } }));
    });
  }

  async remove(path: string): Promise<void> {
    const Key = this.#key(path);
    await this.#used(path, async () => {
      const { sdk, client } = await this.#open();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: this.#options.bucket, Key }));
    });
  }

  #key(path: string): string {
    return this.#options.prefix + objectPath(path, this.name).join('/');
  }

  async #get(path: string, range?: ByteRange) {
    const Key = this.#key(path);
    const part = range && { Range: `bytes=${range.first}-${range.last}` };
    return await this.#used(path, async () => {
      const { sdk, client } = await this.#open();
      return await client.send(new sdk.GetObjectCommand({ Bucket: this.#options.bucket, Key, ...part }));
    });
  }

  /** The client is loaded when the first object is asked for. */
  #open(): Promise<Session> {
    this.#session ??= this.#connect();
    return this.#session;
  }

  async #connect(): Promise<Session> {
    const sdk = await import('@aws-sdk/client-s3').catch((cause: unknown) => {
      throw new StoreError('Stores in S3 need the package @aws-sdk/client-s3. Install it beside @pharus/datajoint.', {
        cause,
      });
    });
    const { endpoint, credentials } = this.#options;
    const given = credentials();
    const client = new sdk.S3Client({
      endpoint,
      // Servers other than Amazon's take any region, and have buckets in paths rather than names of hosts.
      region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 2,
      requestHandler: patience,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...(given === undefined ? {} : { credentials: given }),
    });
    return { sdk, client };
  }

  async #used<T>(path: string, run: () => Promise<T>): Promise<T> {
    if (Date.now() < this.#restUntil) throw unusable(this.name, new Error('It could not be reached a moment ago.'));
    try {
      return await run();
    } catch (error) {
      if (error instanceof StoreError || error instanceof MissingExternalFile) throw error;
      const { name, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
      if ($metadata?.httpStatusCode === undefined) this.#restUntil = Date.now() + rest;
      throw name === 'NoSuchKey' || name === 'NotFound' ? missing(this.name, path, error) : unusable(this.name, error);
    }
  }
}
