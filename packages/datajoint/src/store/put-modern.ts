import { randomBytes } from 'node:crypto';
import { InvalidValueError } from '../errors.ts';
import type { ObjectOwner } from '../heading/codec/object-writer.ts';
import { base32, md5, subfolders } from './hash.ts';
import { segmentsOf } from './ownership.ts';
import { putShared, type Settle } from './put-object.ts';
import type { OpenStore } from './stores.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What a column holds of an object, and what puts it into its store. */
export interface Put {
  readonly metadata: object;
  put(): Promise<Settle>;
}

/** Content that is kept by its hash, once for each schema. */
export function byHash(content: Uint8Array, schema: string, { store, settings }: OpenStore): Put {
  const hash = base32(md5(content));
  const folders = subfolders(hash, settings.subfolding ?? []);
  const path = [...segmentsOf(settings.hashPrefix), schema, ...folders, hash].join('/');
  return { metadata: { hash, path, schema, size: content.length }, put: () => putShared(store, path, content) };
}

/** The path of an object that is kept under the key of its row: another one each time. */
export function pathUnderKey(
  field: string,
  extension: string,
  { schema, table, key }: ObjectOwner,
  { settings }: OpenStore,
): string {
  const pattern = [...(settings.partitionPattern ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const parts = new Map(
    key.map(([attribute, value]) => [attribute.name, `${attribute.name}=${keyText(attribute.storage.kind, value)}`]),
  );
  const first = pattern.flatMap((name) => parts.get(name ?? '') ?? []);
  const rest = [...parts].filter(([name]) => !pattern.includes(name)).map(([, part]) => part);
  const file = `${field}_${token(settings.tokenLength)}${extension}`;
  return [...segmentsOf(settings.schemaPrefix), ...first, schema, table, ...rest, file].join('/');
}

/** @throws InvalidValueError for a path in the sections that DataJoint keeps for itself, or outside its own. */
export function expectFilepath(path: string, { settings }: OpenStore): void {
  for (const prefix of [settings.hashPrefix, settings.schemaPrefix]) {
    if (prefix !== '' && path.startsWith(`${segmentsOf(prefix).join('/')}/`)) {
      throw new InvalidValueError(
        `Expected a path outside ${JSON.stringify(prefix)}, which DataJoint keeps for itself.`,
      );
    }
  }
  const own = settings.filepathPrefix;
  if (own && !path.startsWith(`${segmentsOf(own).join('/')}/`)) {
    throw new InvalidValueError(`Expected a path in ${JSON.stringify(own)}, where this store has its files.`);
  }
}

function token(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** A value of a key in a path, as Python spells it. */
function keyText(kind: string, value: unknown): string {
  const text =
    kind === 'datetime'
      ? String(value)
          .replace(' ', 'T')
          .replace(/\.\d+$/, '')
          .replaceAll(':', '-')
      : String(value);
  if (text.length > 100) return quoted(`${[...text].slice(0, 50).join('')}_${md5(text).toString('hex').slice(0, 8)}`);
  return /[/\\:*?"<>|]/.test(text) ? quoted(text) : text;
}

/** As Python's `urllib.parse.quote(text, safe='')`. */
function quoted(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
