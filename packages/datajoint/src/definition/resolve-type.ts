import type { ColumnType, Ddl } from '../dialect/ddl.ts';
import type { Generation } from '../dialect/storage.ts';
import { didYouMean } from '../suggest.ts';
import type { DeclaredAttribute, DeclaredType } from './declaration.ts';
import { DefinitionLine, definitionError } from './definition-line.ts';
import { parseType } from './parse-type.ts';

/**
 * What codecs of the program's own are stored as, by name: a type of the same generation, such as `<blob>` or `longblob`.
 * The older generation calls them adapters.
 */
export type Codecs = Readonly<Record<string, string>>;

/** How an attribute's values are stored. */
export interface ResolvedType {
  readonly column: ColumnType;
  /** The store outside the database that an `~external_...` table keeps track of (older generation). */
  readonly external: string | undefined;
}

/** Codecs that keep their values in the table where no store is named, and those that always need one. */
const inTable: Readonly<Record<string, 'bytes'>> = { blob: 'bytes', attach: 'bytes' };
const inStore = ['blob', 'attach', 'hash', 'object', 'npy', 'filepath'];

/** Codecs may be stored as codecs, but not for ever. */
const deepest = 8;

/** @throws DefinitionError for a codec that nobody knows and a type that the database has not. */
export function resolveType(
  attribute: DeclaredAttribute,
  generation: Generation,
  codecs: Codecs,
  ddl: Ddl,
): ResolvedType {
  let { type } = attribute;
  for (let depth = 0; type.kind === 'codec' && depth < deepest; depth += 1) {
    const known = generation === '2' ? builtIn(type, attribute) : undefined;
    if (known !== undefined) return { column: { kind: 'core', core: { name: known } }, external: undefined };
    type = storedAs(type, attribute, generation, codecs);
  }
  switch (type.kind) {
    case 'core':
      return { column: { kind: 'core', core: type.core }, external: undefined };
    case 'attach':
      return { column: { kind: 'native', text: 'longblob' }, external: undefined };
    case 'external':
      return { column: { kind: 'core', core: { name: 'uuid' } }, external: type.store };
    case 'native':
      if (ddl.nativeType(type.text) === undefined) {
        throw definitionError(
          attribute.place,
          `The type ${JSON.stringify(type.text)} of ${attribute.name} is none of this database. Use one of DataJoint's own.`,
        );
      }
      return { column: { kind: 'native', text: type.text }, external: undefined };
    case 'codec':
      throw definitionError(attribute.place, `The codec <${type.name}> of ${attribute.name} is stored as itself.`);
  }
}

type Codec = Extract<DeclaredType, { kind: 'codec' }>;

function builtIn({ name, store }: Codec, { place }: DeclaredAttribute): 'bytes' | 'json' | undefined {
  if (!inStore.includes(name)) return undefined;
  if (store !== undefined) return 'json';
  if (inTable[name] !== undefined) return 'bytes';
  throw definitionError(place, `<${name}> keeps its values in a store: expected <${name}@> or <${name}@store>.`);
}

function storedAs(codec: Codec, { place }: DeclaredAttribute, generation: Generation, codecs: Codecs): DeclaredType {
  const text = Object.hasOwn(codecs, codec.name) ? codecs[codec.name] : undefined;
  if (text === undefined) {
    const known = generation === '2' ? [...inStore, ...Object.keys(codecs)] : Object.keys(codecs);
    const what = generation === '2' ? 'codec' : 'adapter';
    throw definitionError(
      place,
      `The ${what} <${codec.name}> is not known: name what it is stored as among the codecs of the declaration.` +
        didYouMean(codec.name, known),
    );
  }
  const inner = parseType(text, generation, new DefinitionLine(text, place.line), 0);
  return inner.kind === 'codec' && inner.store === undefined && codec.store !== undefined
    ? { ...inner, store: codec.store }
    : inner;
}
