import type { CoreType } from '../dialect/ddl.ts';
import type { Generation } from '../dialect/storage.ts';
import { readQuotedList } from '../sql/read-literal.ts';
import { didYouMean } from '../suggest.ts';
import type { DeclaredType, TypeKind } from './declaration.ts';
import { type DefinitionLine, quoted } from './definition-line.ts';

const plain = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'bool',
  'uuid',
  'bytes',
  'json',
  'date',
] as const;

/** The words of the databases' own types, as far as DataJoint lets them be declared. */
const nativeWords: Readonly<Record<Generation, RegExp>> = {
  legacy:
    /^(?:(?:tiny|small|medium|big)?int|integer|serial|decimal|numeric|double|float|real|(?:var)?char|json|enum|bool(?:ean)?|date|datetime|time|timestamp|year|(?:tiny|small|medium|long)?blob)$/i,
  2: /^(?:(?:tiny|small|medium|big)?int|integer|serial|decimal|numeric|dec|fixed|double|float|real|(?:var)?char|time|timestamp|year|(?:tiny|small|medium|long)?(?:blob|text))$/i,
};

/** Characters and enums say how many or which. */
function isNative(word: string, rest: string, generation: Generation): boolean {
  if (!nativeWords[generation].test(word)) return false;
  return !/^(?:(?:var)?char|enum)$/i.test(word) || /^\s*\(.+\)$/s.test(rest);
}

const suggestions: Readonly<Record<Generation, readonly string[]>> = {
  legacy: [
    'int',
    'smallint',
    'tinyint',
    'bigint',
    'float',
    'double',
    'decimal',
    'varchar',
    'char',
    'enum',
    'date',
  ].concat(['datetime', 'timestamp', 'time', 'year', 'bool', 'longblob', 'blob', 'json', 'uuid', 'attach']),
  2: [...plain, 'varchar', 'char', 'enum', 'decimal', 'datetime', '<blob>', '<attach>'],
};

/**
 * Reads the type of an attribute, which stands at a position of a line.
 *
 * DataJoint 2 has types of its own, which mean the same on every database, and codecs in angle brackets; it also takes
 * the database's. The older generation takes MySQL's, some names of its own and adapters in angle brackets.
 * @throws DefinitionError
 */
export function parseType(text: string, generation: Generation, line: DefinitionLine, at: number): DeclaredType {
  const [, word = '', rest = ''] = /^([a-z][a-z0-9]*)(.*)$/is.exec(text) ?? [];
  const type: TypeKind | undefined =
    readCodec(text, generation) ??
    (generation === 'legacy' ? readLegacy(text) : readCore(text, word.toLowerCase(), rest.trim())) ??
    (isNative(word, rest, generation) ? { kind: 'native' } : undefined);
  if (type === undefined) {
    const known = suggestions[generation];
    throw line.error(
      at,
      `Unsupported attribute type ${quoted(text)}: expected a type such as ${known[2]}, varchar(30) or ${known.at(-1)}.` +
        didYouMean(word === '' ? text : word, known),
    );
  }
  return Object.freeze({ text, ...type });
}

function readCodec(text: string, generation: Generation): TypeKind | undefined {
  const [, spec] = /^<(.+)>$/s.exec(text) ?? [];
  if (spec === undefined) return undefined;
  if (generation === 'legacy') return { kind: 'codec', name: spec, store: undefined };
  const at = spec.indexOf('@');
  return at < 0
    ? { kind: 'codec', name: spec, store: undefined }
    : { kind: 'codec', name: spec.slice(0, at), store: spec.slice(at + 1) };
}

function readLegacy(text: string): TypeKind | undefined {
  if (/^uuid$/i.test(text)) return { kind: 'core', core: { name: 'uuid' } };
  if (/^attach$/i.test(text)) return { kind: 'attach' };
  const [, store] = /^(?:blob|attach|filepath)@([a-z][-\w]*)$/i.exec(text) ?? [];
  return store === undefined ? undefined : { kind: 'external', store };
}

function readCore(text: string, word: string, rest: string): TypeKind | undefined {
  const core = coreType(word, rest, text);
  return core === undefined ? undefined : { kind: 'core', core };
}

function coreType(word: string, rest: string, text: string): CoreType | undefined {
  if (rest === '') {
    if (word === 'jsonb') return { name: 'json' };
    if (word === 'datetime') return { name: 'datetime', precision: undefined };
    return plain.find((name) => name === word) === undefined ? undefined : { name: word as (typeof plain)[number] };
  }
  const [, inside] = /^\((.+)\)$/s.exec(rest) ?? [];
  if (inside === undefined) return undefined;
  if (word === 'enum') {
    const values = readQuotedList(inside);
    return values === undefined ? undefined : { name: 'enum', values };
  }
  const [, first, second] = /^(\d{1,9})(?:\s*,\s*(\d{1,9}))?$/.exec(inside) ?? [];
  if (first === undefined) return undefined;
  if (word === 'decimal' && second !== undefined) {
    return { name: 'decimal', precision: Number(first), scale: Number(second) };
  }
  if (second !== undefined || /\(\s|\s\)/.test(text)) return undefined;
  if (word === 'datetime') return { name: 'datetime', precision: Number(first) };
  return word === 'char' || word === 'varchar' ? { name: word, length: Number(first) } : undefined;
}
