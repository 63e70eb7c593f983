/**
 * DataJoint's naming: the tier of a table by its prefix, class names and table names, parts and masters.
 *
 * Source: the naming rules of the Python library (0.12 to 2.3), checked against its recorded answers.
 */

export type Tier = 'manual' | 'lookup' | 'imported' | 'computed' | 'part';

/** The tiers in the order in which the API lists them. */
export const tiers: readonly Tier[] = ['manual', 'lookup', 'computed', 'imported', 'part'];

const base = '[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*';
const patterns: readonly (readonly [Exclude<Tier, 'part'>, RegExp])[] = [
  ['manual', new RegExp(`^${base}$`)],
  ['lookup', new RegExp(`^#${base}$`)],
  ['computed', new RegExp(`^__${base}$`)],
  ['imported', new RegExp(`^_${base}$`)],
];
const partPattern = new RegExp(`^((?:#|_|__)?${base})__(${base})$`);

/** The tier of a stored table name, or undefined for a name that DataJoint gives no class. */
export function tierOf(table: string): Tier | undefined {
  for (const [tier, pattern] of patterns) if (pattern.test(table)) return tier;
  return partPattern.test(table) ? 'part' : undefined;
}

/** Whether `populate` fills a table of this tier, and nobody by hand. */
export function isAutoPopulated(tier: Tier | undefined): tier is 'imported' | 'computed' {
  return tier === 'imported' || tier === 'computed';
}

/** Tables DataJoint keeps for itself (`~log`, `~jobs`, `~lineage`, `~external_...`, `~~...`). */
export function isHiddenTable(table: string): boolean {
  return table.startsWith('~');
}

/** Attributes DataJoint keeps for itself (`_job_start_time`, `_singleton` ...). */
export function isHiddenAttribute(attribute: string): boolean {
  return attribute.startsWith('_');
}

/** Whether a word is a class name: a capital, then letters and digits. */
export function isClassName(word: string): boolean {
  return /^[A-Z][A-Za-z0-9]*$/.test(word);
}

/**
 * `TableName` to `table_name`.
 * @throws RangeError for what is not a class name.
 */
export function snakeCase(className: string): string {
  if (!isClassName(className)) {
    throw new RangeError(
      `Expected a class name in CamelCase, letters and digits after a capital; got ${JSON.stringify(className)}.`,
    );
  }
  return className.replace(/\B[A-Z]/g, (capital) => `_${capital}`).toLowerCase();
}

/** `table_name` to `TableName`; prefixes fall away. The inverse of {@link snakeCase} for names DataJoint declares. */
export function camelCase(table: string): string {
  return table.replace(/(?:^|[_\W])+([a-zA-Z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** The name of a table as a client writes it, `Session` or `Session.Trial`; undefined where it has no tier. */
export function classNameOf(table: string): string | undefined {
  const tier = tierOf(table);
  if (tier === undefined) return undefined;
  if (tier !== 'part') return camelCase(table);
  const [, master, part] = partPattern.exec(table) as RegExpExecArray;
  return `${camelCase(master as string)}.${camelCase(part as string)}`;
}

/** A table as sentences name it: `Session.Trial`, after its schema unless that is the one that is spoken of. */
export function spokenName(
  { schema, table }: { readonly schema?: string | undefined; readonly table: string },
  spokenOf?: string,
): string {
  const name = classNameOf(table) ?? table;
  return schema === undefined || schema === spokenOf ? name : `${schema}.${name}`;
}

/** The stored name of the table a part belongs to; undefined for what is no part. */
export function masterOf(table: string): string | undefined {
  return tierOf(table) === 'part' ? partPattern.exec(table)?.[1] : undefined;
}

/**
 * The stored names a class name may have, one for each tier; empty for what is no class name.
 * `Session` gives `session`, `#session`, `_session`, `__session`; `Session.Trial` the parts of those.
 */
export function tableNamesOf(className: string): readonly string[] {
  const known = tableNames.get(className);
  if (known !== undefined) return known;
  const names = Object.freeze(possibleTableNames(className));
  // A pipeline has a few hundred classes; whoever asks for others shall not be remembered for ever.
  if (tableNames.size >= 1000) tableNames.clear();
  tableNames.set(className, names);
  return names;
}

/** Answers that were given: requests name the same tables again and again. */
const tableNames = new Map<string, readonly string[]>();

function possibleTableNames(className: string): string[] {
  const words = className.split('.');
  if (words.length > 2 || !words.every(isClassName)) return [];
  const stem = words.map(snakeCase).join('__');
  return ['', '#', '_', '__'].map((prefix) => prefix + stem).filter((name) => classNameOf(name) === className);
}

/** A name as it stands in sentences that are documented: in back-quotes, whatever the database. */
export function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
