import { type ForeignKey, isRenamed, type TableName } from '../dependencies/foreign-key.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { Heading } from '../heading/heading.ts';

/** A secondary index: its attributes in order, as `describe` needs it. */
export interface Index {
  readonly attributes: readonly string[];
  readonly unique: boolean;
  readonly nullable: boolean;
}

export interface DescribeInput {
  readonly heading: Heading;
  /** In the order the database lists them. */
  readonly indexes: readonly Index[];
  /** The foreign keys the table holds, in the order the database lists them. */
  readonly parents: readonly ForeignKey[];
  /** How a parent is written: its class where one is at hand, else its full name. */
  readonly nameOf: (parent: TableName) => string;
}

/**
 * The table's definition, byte for byte as the Python library of the table's generation prints it.
 *
 * A foreign key stands where its last attribute stands; its attributes have no lines of their own. Lines of attributes
 * without a comment keep their trailing blanks.
 */
export function describe({ heading, indexes, parents, nameOf }: DescribeInput): string {
  const lines = heading.comment === '' ? [] : [`# ${heading.comment}`];
  const left = new Map(indexes.map((index) => [indexKey(index.attributes), index]));
  const seen = new Set<string>();
  let divided = false;
  for (const attribute of heading.attributes) {
    if (!attribute.inKey && !divided) {
      lines.push('---');
      divided = true;
    }
    seen.add(attribute.name);
    const covering = parents.filter((parent) => parent.attributes.some(([child]) => child === attribute.name));
    for (const parent of covering) {
      if (parent.attributes.every(([child]) => seen.has(child))) {
        lines.push(`->${foreignKeyOptions(parent, heading, left)} ${reference(parent, nameOf)}`);
      }
    }
    if (covering.length === 0) lines.push(attributeLine(attribute));
  }
  for (const index of left.values()) {
    lines.push(`${index.unique ? 'UNIQUE ' : ''}INDEX (${index.attributes.join(', ')})`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

const indexKey = (attributes: readonly string[]): string => JSON.stringify(attributes);

/** The options of a foreign key; an index on just its attributes is the key's own and is used up. */
function foreignKeyOptions(parent: ForeignKey, heading: Heading, left: Map<string, Index>): string {
  const key = indexKey(parent.attributes.map(([child]) => child));
  const index = left.get(key);
  left.delete(key);
  const isUnique = index?.unique === true;
  const options =
    heading.generation === 'legacy'
      ? [isUnique && 'unique', index?.nullable === true && 'nullable']
      : [
          parent.attributes.some(([child]) => heading.get(child)?.nullable === true) && 'nullable',
          isUnique && 'unique',
        ];
  const named = options.filter((option) => option !== false);
  return named.length === 0 ? '' : ` [${named.join(', ')}]`;
}

function reference(parent: ForeignKey, nameOf: (parent: TableName) => string): string {
  const name = nameOf(parent.parent);
  if (!isRenamed(parent)) return name;
  const renamed = parent.attributes.filter(([child, original]) => child !== original);
  return `${name}.proj(${renamed.map(([child, original]) => `${child}="${original}"`).join(',')})`;
}

function attributeLine({ name, default: value, type, autoincrement, comment }: Attribute): string {
  const declared = padded(value === null ? name : `${name}=${value}`, 20);
  const typed = padded(autoincrement ? `${type} auto_increment` : type, 28);
  return `${declared} : ${typed} ${comment === '' ? '' : `# ${comment}`}`;
}

/** Pads by characters, not by the two units that some of them take. */
function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}
