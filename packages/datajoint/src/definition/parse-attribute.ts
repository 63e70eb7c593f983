import type { Generation } from '../dialect/storage.ts';
import { readQuoted } from '../sql/read-literal.ts';
import type { DeclaredAttribute, DeclaredDefault } from './declaration.ts';
import { type DefinitionLine, indexOutsideQuotes, quoted } from './definition-line.ts';
import { parseType } from './parse-type.ts';

const form = 'name : type, name = default : type, or name : type # comment';

/** Reads a line that declares an attribute, DataJoint's own hidden ones too. @throws DefinitionError */
export function parseAttribute(line: DefinitionLine, generation: Generation, inKey: boolean): DeclaredAttribute {
  const { text } = line;
  const [name] = /^[a-z_][a-z0-9_]*/.exec(text) ?? [];
  if (name === undefined) throw line.error(0, badName(text));
  const afterName = skipBlanks(text, name.length);
  const hasDefault = text[afterName] === '=';
  const colon = hasDefault ? indexOutsideQuotes(text, ':', afterName) : afterName;
  if (colon < 0 || text[colon] !== ':') {
    const expected = hasDefault ? '":" and a type after the default' : '":" or "=" after the attribute\'s name';
    const at = hasDefault ? text.length : afterName;
    throw line.error(at, `Expected ${expected}, as in ${form}; got ${rest(text, at)}.`);
  }
  const typeAt = skipBlanks(text, colon + 1);
  const { type: typeText, commentAt } = splitType(text, typeAt, line);
  const type = parseType(typeText, generation, line, typeAt);
  const comment = text
    .slice(commentAt + 1)
    .replace(/#+$/, '')
    .trim();
  if (comment.startsWith(':')) {
    throw line.error(commentAt, 'A comment must not start with a colon: that marks a type.');
  }
  const defaultAt = skipBlanks(text, afterName + 1);
  const value = hasDefault
    ? parseDefault(text.slice(defaultAt, colon).trim(), line, defaultAt)
    : ({ kind: 'required' } as const);
  if (value.kind === 'null' && inKey) {
    throw line.error(defaultAt, 'An attribute of the primary key cannot be null: move it below "---".');
  }
  if ((value.kind === 'literal' || value.kind === 'now') && isSerialized(type.text)) {
    throw line.error(defaultAt, 'The default of a blob or an attachment can only be null.');
  }
  return Object.freeze({ kind: 'attribute', name, inKey, type, default: value, comment, place: line.place() });
}

function badName(text: string): string {
  const [word = text[0] ?? ''] = /^\w+/.exec(text) ?? [];
  const what = /^\w/.test(text) ? `the name ${quoted(word)}` : quoted(word);
  return (
    `Expected an attribute (${form}), a foreign key (-> Table), an index or "---"; got ${what}. ` +
    'Names of attributes are lower-case letters, digits and underscores, a letter first.'
  );
}

/** The type, which ends at a `#` outside quotes or with its angle bracket; and where the comment begins. */
function splitType(
  text: string,
  typeAt: number,
  line: DefinitionLine,
): { readonly type: string; readonly commentAt: number } {
  if (text[typeAt] === '<') {
    const end = text.indexOf('>', typeAt);
    const after = end < 0 ? -1 : skipBlanks(text, end + 1);
    if (end < 0) throw line.error(typeAt, `Expected ">" to end the type ${quoted(text.slice(typeAt))}.`);
    if (after < text.length && text[after] !== '#') {
      throw line.error(
        after,
        `Expected the end of the line or a comment (# ...) after the type; got ${rest(text, after)}.`,
      );
    }
    return { type: text.slice(typeAt, end + 1), commentAt: after };
  }
  if (!/^[a-z]/i.test(text.slice(typeAt, typeAt + 1))) {
    throw line.error(typeAt, `Expected a type after ":", as in ${form}; got ${rest(text, typeAt)}.`);
  }
  const end = indexOutsideQuotes(text, '#', typeAt);
  const commentAt = end < 0 ? text.length : end;
  return { type: text.slice(typeAt, commentAt).trim(), commentAt };
}

/** `null`; `CURRENT_TIMESTAMP`, with a precision or without; a text in quotes; anything else stands for itself. */
function parseDefault(text: string, line: DefinitionLine, at: number): DeclaredDefault {
  if (text === '')
    throw line.error(at, 'Expected a default after "=": null, a number, CURRENT_TIMESTAMP or a quoted text.');
  if (/^null$/i.test(text)) return { kind: 'null' };
  const [now, precision] = /^current_timestamp\s*(?:\(\s*(\d?)\s*\))?$/i.exec(text) ?? [];
  if (now !== undefined) return { kind: 'now', precision: precision ? Number(precision) : undefined };
  if (text[0] !== '"' && text[0] !== "'") return { kind: 'literal', text };
  const literal = readQuoted(text, 0);
  if (literal === undefined || literal.end !== text.length) {
    throw line.error(at, `Expected one text in quotes as the default; got ${quoted(text)}.`);
  }
  return { kind: 'literal', text: literal.value };
}

const isSerialized = (type: string): boolean =>
  /^(?:(?:tiny|small|medium|long)?blob\b|attach\b|<blob|<attach|bytes$)/i.test(type);

const rest = (text: string, at: number): string => (at < text.length ? quoted(text.slice(at)) : 'the end of the line');

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (/\s/.test(text[index] ?? '')) index += 1;
  return index;
}
