import type { Generation } from '../dialect/storage.ts';
import type { Declaration, DeclaredAttribute, DeclaredForeignKey, DeclaredIndex } from './declaration.ts';
import { DefinitionLine } from './definition-line.ts';
import { parseAttribute } from './parse-attribute.ts';
import { isForeignKey, parseForeignKey } from './parse-foreign-key.ts';
import { isIndex, parseIndex } from './parse-index.ts';

/** Far beyond any table: a definition comes from outside, too. */
const longest = 200_000;

const reserved = 'Names that start with an underscore are kept for DataJoint itself: leave the underscore out.';

/**
 * Reads the definition of a table: its comment (`# ...` on the first line), the attributes and foreign keys of the
 * primary key, `---`, the other ones, and indexes.
 *
 * @param generation whose grammar and types: they differ.
 * @throws DefinitionError naming line and column, what was expected and what came.
 */
export function parseDefinition(definition: string, generation: Generation): Declaration {
  if (definition.length > longest) {
    throw new DefinitionLine('', 1).error(0, `Expected at most ${longest} characters; got ${definition.length}.`);
  }
  const lines = definition.split('\n').map((raw, index) => new DefinitionLine(raw, index + 1));
  const written = lines.filter(({ text }) => text !== '');
  const comment = tableComment(written[0]);
  const items: (DeclaredAttribute | DeclaredForeignKey)[] = [];
  const indexes: DeclaredIndex[] = [];
  let inKey = true;
  for (const line of written) {
    const { text } = line;
    if (text.startsWith('#')) continue;
    if (text.startsWith('---') || (generation === 'legacy' && text.startsWith('___'))) inKey = false;
    else if (isForeignKey(text)) items.push(parseForeignKey(line, inKey));
    else if (isIndex(text, generation)) indexes.push(parseIndex(line));
    else if (text.startsWith('_')) throw line.error(0, reserved);
    else items.push(parseAttribute(line, generation, inKey));
  }
  if (generation === 'legacy' && !items.some((item) => item.inKey)) {
    throw (written.at(-1) ?? new DefinitionLine('', 1)).error(
      0,
      'A table must have a primary key: expected an attribute or a foreign key before "---".',
    );
  }
  return Object.freeze({ generation, comment, items: Object.freeze(items), indexes: Object.freeze(indexes) });
}

function tableComment(first: DefinitionLine | undefined): string {
  if (first === undefined || !first.text.startsWith('#')) return '';
  const comment = first.text.slice(1).trim();
  if (comment.startsWith(':')) throw first.error(1, 'The comment of a table must not start with a colon.');
  return comment;
}
