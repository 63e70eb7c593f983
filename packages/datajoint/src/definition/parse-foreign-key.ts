import type { DeclaredForeignKey, Reference } from './declaration.ts';
import { type DefinitionLine, quoted } from './definition-line.ts';

const forms = '-> Table, -> [nullable, unique] Table, or -> Table.proj(new_name="name")';

/** Whether a line declares a foreign key: it has an arrow, with neither quotes nor a comment before. */
export function isForeignKey(text: string): boolean {
  const arrow = text.indexOf('->');
  return arrow >= 0 && !/["'#]/.test(text.slice(0, arrow));
}

/**
 * Reads a line that declares a foreign key. The table is named as in the program (`Session`, `Session.Trial`, `master`,
 * `module.Table`), or by its full name in the database, as a printed definition has it.
 * @throws DefinitionError
 */
export function parseForeignKey(line: DefinitionLine, inKey: boolean): DeclaredForeignKey {
  const { text } = line;
  if (!text.startsWith('->')) {
    throw line.error(0, `Expected "->" at the start of a foreign key (${forms}); got ${quoted(text)}.`);
  }
  const optionsAt = 2 + (/^\s*/.exec(text.slice(2))?.[0].length ?? 0);
  const [optionsText, options = ''] = /^\[([^\]]*)\]\s*/.exec(text.slice(optionsAt)) ?? [''];
  const named = optionsText === '' ? [] : options.split(',').map((option) => option.trim().toLowerCase());
  const wrong = named.find((option) => option !== 'nullable' && option !== 'unique');
  if (wrong !== undefined) {
    throw line.error(optionsAt, `Expected the options nullable or unique; got ${quoted(wrong)}.`);
  }
  if (named.includes('nullable') && inKey) {
    throw line.error(optionsAt, 'A foreign key of the primary key cannot be nullable: move it below "---".');
  }
  const at = optionsAt + optionsText.length;
  const { reference, renamed } = parseReference(withoutComment(text.slice(at)), line, at);
  return Object.freeze({
    kind: 'foreignKey',
    inKey,
    reference,
    renamed,
    isNullable: named.includes('nullable'),
    isUnique: named.includes('unique'),
    place: line.place(at),
  });
}

const quotedName = '`([^`]+)`\\s*\\.\\s*`([^`]+)`|"([^"]+)"\\s*\\.\\s*"([^"]+)"';
const word = '[A-Za-z_]\\w*';
const table = new RegExp(`^(?:${quotedName}|(${word}(?:\\s*\\.\\s*(?!proj\\s*\\()${word})*))(?:\\s*\\(\\s*\\))?`);

function parseReference(
  text: string,
  line: DefinitionLine,
  at: number,
): Pick<DeclaredForeignKey, 'reference' | 'renamed'> {
  const found = table.exec(text);
  if (found === null) throw line.error(at, `Expected a table after "->" (${forms}); got ${quoted(text) || 'nothing'}.`);
  const [whole, schema, name, otherSchema, otherName, words] = found;
  const reference: Reference =
    words === undefined
      ? { stored: { schema: (schema ?? otherSchema) as string, table: (name ?? otherName) as string } }
      : { words: words.split('.').map((part) => part.trim()) };
  const after = text.slice(whole.length).trim();
  if (after === '') return { reference, renamed: [] };
  const projected = /^\.\s*proj\s*\(([\s\S]*)\)$/.exec(after)?.[1];
  const afterAt = at + text.length - after.length;
  if (projected === undefined) {
    throw line.error(afterAt, `Expected nothing or .proj(...) after the table (${forms}); got ${quoted(after)}.`);
  }
  return { reference, renamed: parseRenames(projected, line, afterAt) };
}

/** `new="name", other='name'`. Attributes merely kept say nothing about a foreign key: it is made of the primary key. */
function parseRenames(
  text: string,
  line: DefinitionLine,
  at: number,
): readonly (readonly [attribute: string, original: string])[] {
  const renamed: (readonly [string, string])[] = [];
  for (const argument of text.split(',').map((piece) => piece.trim())) {
    if (argument === '' || argument === '...' || /^(['"])[a-z]\w*\1$/.test(argument)) continue;
    const [, attribute, , original] = /^([A-Za-z]\w*)\s*=\s*(['"])\s*([a-z_]\w*)\s*\2$/.exec(argument) ?? [];
    if (attribute === undefined || original === undefined) {
      throw line.error(at, `Expected new_name="name" between the parentheses of proj; got ${quoted(argument)}.`);
    }
    renamed.push(Object.freeze([attribute, original] as const));
  }
  return Object.freeze(renamed);
}

/** Without what follows a `#`; a stored table's name may hold one, in its quotes. */
function withoutComment(text: string): string {
  const masked = text.replace(/`[^`]*`|"[^"]*"|'[^']*'/g, (name) => '_'.repeat(name.length));
  const comment = masked.indexOf('#');
  return (comment < 0 ? text : text.slice(0, comment)).trimEnd();
}
