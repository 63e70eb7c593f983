import type { Generation } from '../dialect/storage.ts';
import { StoreError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';

/** A store as DataJoint users configure it: an entry of `stores` in `datajoint.json` or `dj_local_conf.json`. */
export type StoreSettings = FileSettings | S3Settings;

interface CommonSettings {
  readonly name: string;
  /** Empty: the root of the bucket. */
  readonly location: string;
  /** Lengths of the directories' names that the names of objects are spread over; each generation has its default. */
  readonly subfolding: readonly number[] | undefined;
  readonly hashPrefix: string;
  readonly schemaPrefix: string;
  readonly filepathPrefix: string | undefined;
  readonly partitionPattern: string | undefined;
  readonly tokenLength: number;
}

interface FileSettings extends CommonSettings {
  readonly protocol: 'file';
}

export interface S3Settings extends CommonSettings {
  readonly protocol: 's3';
  /** With `http://` or `https://`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: () => { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

type Raw = Readonly<Record<string, unknown>>;

const common = [
  'protocol',
  'location',
  'subfolding',
  'partition_pattern',
  'token_length',
  'hash_prefix',
  'schema_prefix',
  'filepath_prefix',
  'stage',
];
const known: Readonly<Record<string, readonly string[]>> = {
  file: common,
  s3: [...common, 'endpoint', 'bucket', 'access_key', 'secret_key', 'secure', 'proxy_server'],
};

/**
 * Reads and checks one store's entry.
 *
 * @param generation whose library the file is for: S3 is spoken without encryption by default in the older one.
 * @throws StoreError that names the store and the key; never a secret.
 */
export function readStoreSettings(name: string, entry: unknown, generation: Generation): StoreSettings {
  const fault = (problem: string): StoreError => new StoreError(`Store ${JSON.stringify(name)}: ${problem}`);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw fault('expected an object of settings.');
  const raw = entry as Raw;
  const protocol = String(raw.protocol ?? '').toLowerCase();
  const keys = known[protocol];
  if (keys === undefined) {
    throw fault(`expected the protocol "file" or "s3", got ${JSON.stringify(raw.protocol ?? null)}.`);
  }
  const unknown = Object.keys(raw).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw fault(`there is no setting ${JSON.stringify(unknown)}.${didYouMean(unknown, keys)}`);
  const text = (key: string, isRequired = false): string | undefined => {
    const value = raw[key];
    if (typeof value === 'string' && (value !== '' || !isRequired)) return value;
    if (value === undefined || value === null) {
      if (isRequired) throw fault(`expected the setting ${JSON.stringify(key)}, got none.`);
      return undefined;
    }
    throw fault(`expected a text for ${JSON.stringify(key)}.`);
  };
  const shared = {
    name,
    subfolding: readSubfolding(raw.subfolding, fault),
    hashPrefix: text('hash_prefix') ?? '_hash',
    schemaPrefix: text('schema_prefix') ?? '_schema',
    filepathPrefix: text('filepath_prefix'),
    partitionPattern: text('partition_pattern'),
    tokenLength: Math.min(16, Math.max(4, Number(raw.token_length ?? 8) || 8)),
  };
  if (protocol === 'file') return { ...shared, protocol: 'file', location: text('location', true) as string };
  if (raw.proxy_server)
    throw fault('"proxy_server" is not supported. Name an endpoint that can be reached without one.');
  const [accessKeyId, secretAccessKey] = [text('access_key') || undefined, text('secret_key') || undefined];
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw fault('expected both "access_key" and "secret_key", or neither for the keys of the surroundings.');
  }
  const endpoint = text('endpoint', true) as string;
  const isSecure = raw.secure === undefined ? generation === '2' : raw.secure === true;
  return {
    ...shared,
    protocol: 's3',
    location: text('location') ?? '',
    bucket: text('bucket', true) as string,
    endpoint: /^https?:\/\//.test(endpoint) ? endpoint : `${isSecure ? 'https' : 'http'}://${endpoint}`,
    credentials: () => (accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined),
  };
}

function readSubfolding(value: unknown, fault: (problem: string) => StoreError): readonly number[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length <= 16 && value.every((length) => Number.isInteger(length) && length > 0)) {
    return value as number[];
  }
  throw fault('expected a list of whole numbers above 0 for "subfolding".');
}
