/**
 * Facts in the texts of MySQL's and MariaDB's errors.
 *
 * Both products print names between back-ticks or single quotes; MariaDB doubles a back-tick inside a name, newer
 * MySQLs do not. A text that does not look as expected gives fewer facts, never wrong ones.
 */
export interface ForeignKeyFacts {
  readonly childSchema?: string;
  readonly childTable?: string;
  readonly constraint?: string;
  /** The child's attributes, in the foreign key's order. */
  readonly attributes?: readonly string[];
  readonly parentSchema?: string;
  readonly parentTable?: string;
  /** The parent's attributes, in the same order. */
  readonly parentAttributes?: readonly string[];
}

/** The foreign key an error 1216, 1217, 1451, 1452, 1701 or 3730 speaks of. What was cut off or withheld is left out. */
export function foreignKeyFacts(text: string): ForeignKeyFacts {
  const named = /\(`(.+?)`\.`(.+?)`, CONSTRAINT `(.+?)`(?=\)|$| FOREIGN KEY \()/s.exec(text);
  if (named === null) return {};
  const [matched, childSchema = '', childTable = '', constraint = ''] = named;
  const child = { childSchema: name(childSchema), childTable: name(childTable), constraint: name(constraint) };
  const columns = / FOREIGN KEY \(`(.+?)`\) REFERENCES (?:`(.+?)`\.)?`(.+?)` \(`(.+?)`\)(?= ON |\)|$)/s.exec(
    text.slice(named.index + matched.length),
  );
  if (columns === null) return child;
  const [, attributes = '', parentSchema, parentTable = '', parentAttributes = ''] = columns;
  return {
    ...child,
    attributes: names(attributes),
    // The server leaves it out where it is the child's.
    parentSchema: name(parentSchema ?? childSchema),
    parentTable: name(parentTable),
    parentAttributes: names(parentAttributes),
  };
}

/** The key an error 1062 names and the value that is there already; parts of a composite key are joined by `-`. */
export function duplicateFacts(text: string): { readonly key?: string; readonly value?: string } {
  // The value may hold anything, a quote too: the last ` for key ` ends it.
  const [, value, key] = /'(.*)' for key '(.*)'/s.exec(text) ?? [];
  // MySQL 8 says `table.key`.
  return key === undefined || value === undefined ? {} : { key: afterLastDot(key), value };
}

/** The attribute an error names, and the row of the insert (from 1). */
export function attributeFacts(text: string): { readonly attribute?: string; readonly row?: number } {
  const row = / at row (\d+)$/.exec(text)?.[1];
  return { ...attributeOf(text), ...(row === undefined ? {} : { row: Number(row) }) };
}

function attributeOf(text: string): { readonly attribute?: string } {
  // MariaDB: for column `db`.`table`.`name`.
  const quoted = /for column `.+?`\.`.+?`\.`(.+?)`(?= at row |$)/s.exec(text)?.[1];
  if (quoted !== undefined) return { attribute: name(quoted) };
  // "... column 'name' ...", "Field 'name' doesn't ...". A wrong value is quoted before it, so the last one counts.
  const [, plain] =
    /.*(?:[Cc]olumn|[Ff]ield) '(.+?)'(?=\.?$| (?:at row|in|cannot|doesn't|specified))/s.exec(text) ?? [];
  return plain === undefined ? {} : { attribute: afterLastDot(plain) };
}

/** What an error 3819 or 4025 names: the constraint, and the attribute whose own constraint it is, if one. */
export function checkFacts(text: string): { readonly constraint?: string; readonly attribute?: string } {
  const [, mysql] = /Check constraint '(.+)' is violated/s.exec(text) ?? [];
  if (mysql !== undefined) return { constraint: mysql };
  const [, constraint, table] = /CONSTRAINT `(.+?)` failed for `.+?`\.`(.+)`$/s.exec(text) ?? [];
  if (constraint === undefined || table === undefined) return {};
  const attribute = constraint.startsWith(`${table}.`) ? { attribute: name(constraint.slice(table.length + 1)) } : {};
  return { constraint: name(constraint), ...attribute };
}

/** The schema and table of "Table 'schema.table' doesn't exist" and "Unknown table 'schema.table'". */
export function tableFacts(text: string): { readonly schema?: string; readonly table?: string } {
  const [, schema, table] = /[Tt]able '(.+?)\.(.+)'(?=$| doesn't exist)/s.exec(text) ?? [];
  return schema === undefined || table === undefined ? {} : { schema, table };
}

/** The schema of "Unknown database 'schema'". */
export function schemaFacts(text: string): { readonly schema?: string } {
  const [, schema] = /'(.+)'/s.exec(text) ?? [];
  return schema === undefined ? {} : { schema };
}

export interface PrivilegeFacts {
  /** The statement's verb, `SELECT`. */
  readonly command?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly attribute?: string;
}

/** What an error 1044, 1142 or 1143 says is not allowed. MySQL leaves the table's schema out. */
export function privilegeFacts(text: string): PrivilegeFacts {
  const command = /^([A-Z ]+) command denied/.exec(text)?.[1];
  const withCommand = command === undefined ? {} : { command };
  const [, attribute, tableOfAttribute] = /for column '(.+)' in table '(.+)'$/s.exec(text) ?? [];
  if (attribute !== undefined && tableOfAttribute !== undefined) {
    return { ...withCommand, table: tableOfAttribute, attribute };
  }
  const [, schema, table] = /for table `(.+?)`\.`(.+)`$/s.exec(text) ?? [];
  if (schema !== undefined && table !== undefined) return { ...withCommand, schema: name(schema), table: name(table) };
  const [, plainTable] = /for table '(.+)'$/s.exec(text) ?? [];
  if (plainTable !== undefined) return { ...withCommand, table: plainTable };
  const [, database] = / to database '(.+)'$/s.exec(text) ?? [];
  return database === undefined ? withCommand : { ...withCommand, schema: database };
}

const name = (quoted: string): string => quoted.replaceAll('``', '`');

const names = (list: string): string[] => list.split('`, `').map(name);

const afterLastDot = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
