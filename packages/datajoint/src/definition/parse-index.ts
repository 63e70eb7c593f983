import type { Generation } from '../dialect/storage.ts';
import type { DeclaredIndex, DeclaredIndexPart } from './declaration.ts';
import { type DefinitionLine, quoted } from './definition-line.ts';

/** Whether a line declares an index; to the older generation whatever begins with the word is one. */
export function isIndex(text: string, generation: Generation): boolean {
  return generation === 'legacy'
    ? /^(?:unique\s+)?index/i.test(text)
    : /^(?:unique\s+)?index\s*\(.*\)\s*(?:#.*)?$/i.test(text);
}

/** Reads a line that declares an index. @throws DefinitionError */
export function parseIndex(line: DefinitionLine): DeclaredIndex {
  const { text } = line;
  const [opening, unique] = /^(unique\s+)?index\s*\(/i.exec(text) ?? [];
  const end = opening === undefined ? -1 : closing(text, opening.length);
  if (opening === undefined || end < 0 || !/^\s*(?:#.*)?$/.test(text.slice(end + 1))) {
    throw line.error(0, `Expected index (attribute, ...) or unique index (attribute, ...); got ${quoted(text)}.`);
  }
  const parts = splitParts(text.slice(opening.length, end)).map((part) => parsePart(part, line, opening.length));
  if (parts.length === 0) throw line.error(opening.length, 'Expected the attributes of the index in the parentheses.');
  return Object.freeze({ isUnique: unique !== undefined, parts: Object.freeze(parts), place: line.place() });
}

function parsePart(text: string, line: DefinitionLine, at: number): DeclaredIndexPart {
  if (/^`?[a-z_]\w*`?$/.test(text)) return { kind: 'attribute', name: text.replaceAll('`', '') };
  const [, name, path, type] =
    /^([a-z_]\w*)\.([\w.[\]]+)(?::\s*([a-z]\w*(?:\s*\(\s*\d+(?:\s*,\s*\d+)?\s*\))?))?$/i.exec(text) ?? [];
  if (name !== undefined && path !== undefined) return { kind: 'json', name, path: jsonPath(path), type };
  if (text.startsWith('(') && closing(text, 1) === text.length - 1) {
    return { kind: 'expression', text: text.slice(1, -1).trim() };
  }
  throw line.error(
    at,
    `Expected attributes, paths into JSON (document.path:type) or expressions in parentheses; got ${quoted(text)}.`,
  );
}

/** `a.b[0]` as steps. */
function jsonPath(text: string): readonly (string | number)[] {
  const steps = text.matchAll(/\[(\d+)\]|([^.[\]]+)/g);
  return Array.from(steps, ([, index, name]) => (index === undefined ? (name as string) : Number(index)));
}

/** Where the parenthesis closes that was opened before a position, or -1. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

function splitParts(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop()}${character}`);
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
