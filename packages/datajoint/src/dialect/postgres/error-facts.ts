/**
 * Facts in the fields and texts of PostgreSQL's errors.
 *
 * Schema, table, column and constraint come in fields of their own, whatever the server's language. What stands in the
 * texts only is read from the English ones; a text that does not look as expected gives fewer facts, never wrong ones.
 * @see https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
export interface PostgresErrorFields {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  /** Where in its work the server was, `unnamed portal parameter $3 = '...'`. */
  readonly where?: string | undefined;
}

export interface ForeignKeyFacts {
  readonly childSchema?: string;
  readonly childTable?: string;
  readonly constraint?: string;
  /** The child's attributes, in the foreign key's order; told where a parent is missing. */
  readonly attributes?: readonly string[];
  /** Without its schema, which the server does not tell. */
  readonly parentTable?: string;
  /** The parent's attributes; told where children are in the way. */
  readonly parentAttributes?: readonly string[];
}

/** The foreign key an error 23503, 23001 or 2BP01 speaks of. In both directions, the fields are those of the child. */
export function foreignKeyFacts({ message, detail, schema, table, constraint }: PostgresErrorFields): ForeignKeyFacts {
  const child = {
    ...(schema === undefined ? {} : { childSchema: schema }),
    ...(table === undefined ? {} : { childTable: table }),
    ...(constraint === undefined ? {} : { constraint }),
  };
  const [, absentFrom] = / is not present in table "(.+)"\.$/s.exec(detail ?? '') ?? [];
  const keyNames = keyOf(detail)?.attributes;
  if (absentFrom !== undefined) {
    return { ...child, ...(keyNames === undefined ? {} : { attributes: keyNames }), parentTable: absentFrom };
  }
  const [, parentTable] = /^update or delete on table "(.+?)" violates /s.exec(message) ?? [];
  if (parentTable !== undefined) {
    return { ...child, parentTable, ...(keyNames === undefined ? {} : { parentAttributes: keyNames }) };
  }
  return { ...child, ...dependentFacts(detail) };
}

/** Whether it is a parent that is missing, or children that are in the way; undefined in a language not read. */
export function isParentMissing({ message, detail }: PostgresErrorFields): boolean | undefined {
  if (/^insert or update on table /.test(message) || / is not present in table "/.test(detail ?? '')) return true;
  return /^update or delete on table /.test(message) || / referenced from table "/.test(detail ?? '')
    ? false
    : undefined;
}

/** The first foreign key in the detail of an error 2BP01: what depends on a table that is to be dropped. */
function dependentFacts(detail: string | undefined): ForeignKeyFacts {
  const path = '((?:"(?:[^"]|"")+"|[^\\s".]+)(?:\\.(?:"(?:[^"]|"")+"|[^\\s".]+))?)';
  const pattern = new RegExp(
    `^constraint (.+?) on table ${path} depends on (?:table|index|column .+ of table) ${path}$`,
    'm',
  );
  const [, constraint, child, parent] = pattern.exec(detail ?? '') ?? [];
  if (constraint === undefined || child === undefined || parent === undefined) return {};
  const [childTable = '', childSchema] = namesOf(child).reverse();
  const [parentTable = ''] = namesOf(parent).reverse();
  return {
    ...(childSchema === undefined ? {} : { childSchema }),
    childTable,
    constraint,
    parentTable,
  };
}

export interface DuplicateFacts {
  readonly schema?: string;
  readonly table?: string;
  /** `PRIMARY`, or the constraint's name. */
  readonly key?: string;
  readonly attributes?: readonly string[];
  /** The parts of a composite key are joined by a dash, as the other servers do. */
  readonly value?: string;
}

/** The key an error 23505 names and the value that is there already, which is withheld where it may not be read. */
export function duplicateFacts({ detail, schema, table, constraint }: PostgresErrorFields): DuplicateFacts {
  const isPrimary = constraint !== undefined && table !== undefined && isPrimaryKeyOf(constraint, table);
  return {
    ...(schema === undefined ? {} : { schema }),
    ...(table === undefined ? {} : { table }),
    ...(constraint === undefined ? {} : { key: isPrimary ? 'PRIMARY' : constraint }),
    ...keyOf(detail),
  };
}

/** The name the server gives to a primary key; it shortens the table's name in it. */
function isPrimaryKeyOf(constraint: string, table: string): boolean {
  const start = /^(.+)_pkey\d*$/s.exec(constraint)?.[1];
  return start !== undefined && (start === table || (constraint.length >= 50 && table.startsWith(start)));
}

/**
 * `Key (a, b)=(1, x) already exists.` and the like. An index's attributes are quoted where they need it, and may be
 * expressions, which are no attributes; a foreign key's are never quoted, so that they are told only where they are as
 * many as the values.
 */
function keyOf(detail: string | undefined): { attributes?: readonly string[]; value?: string } | undefined {
  const [, names, value, end] =
    /^Key \((.+?)\)=\((.*)\) (already exists|is not present in table|is (?:still )?referenced from table)\b/s.exec(
      detail ?? '',
    ) ?? [];
  if (names === undefined || value === undefined) return undefined;
  if (end !== 'already exists') {
    const attributes = names.split(', ');
    return attributes.length === value.split(', ').length ? { attributes, value } : { value };
  }
  const parts = (names.match(/"(?:[^"]|"")+"|[^,"]+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');
  if (parts.some((part) => /^[^"]*\(/.test(part))) return { value };
  const values = value.split(', ');
  return { attributes: parts.map(unquoted), value: values.length === parts.length ? values.join('-') : value };
}

/** The attribute an error is about: told in a field, in the text, or as the parameter that is its value. */
export function attributeFacts(
  { column, message, where }: PostgresErrorFields,
  attributes: readonly (string | undefined)[] = [],
): { readonly attribute?: string } {
  if (column !== undefined) return { attribute: column };
  const [, parameter] = /\bparameter \$(\d+)/.exec(where ?? '') ?? [];
  const given = parameter === undefined ? undefined : attributes[Number(parameter) - 1];
  if (given !== undefined) return { attribute: given };
  // `column "x" does not exist`, `column "x" of relation "t" ...`, `column "x" is of type ...`, `column t.x does not exist`.
  const [, quoted] =
    /^column "(.+?)" (?:of relation "|does not exist|is of type |can only be updated to DEFAULT)/s.exec(message) ??
    /^cannot insert a non-DEFAULT value into column "(.+)"$/s.exec(message) ??
    [];
  if (quoted !== undefined) return { attribute: quoted };
  const [, path] = /^column (.+) does not exist$/s.exec(message) ?? [];
  return path === undefined ? {} : { attribute: path.slice(path.lastIndexOf('.') + 1) };
}

export interface CheckFacts {
  readonly constraint?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly attribute?: string;
}

/** What an error 23514 names: the constraint, and the attribute whose own it is, if it bears the server's name for one. */
export function checkFacts({ schema, table, constraint }: PostgresErrorFields): CheckFacts {
  if (constraint === undefined) return {};
  const own = table === undefined ? undefined : /^_(.+)_check\d*$/s.exec(constraint.slice(table.length))?.[1];
  const isOwn = own !== undefined && table !== undefined && constraint.startsWith(table);
  return {
    constraint,
    ...(schema === undefined ? {} : { schema }),
    ...(table === undefined ? {} : { table }),
    ...(isOwn ? { attribute: own } : {}),
  };
}

/** The schema and table of `relation "schema.table" does not exist`, or of the fields. */
export function tableFacts(fields: PostgresErrorFields): { readonly schema?: string; readonly table?: string } {
  const { schema, table, message } = fields;
  if (table !== undefined) return schema === undefined ? { table } : { schema, table };
  const [, path] = /^(?:relation|table) "(.+)" does not exist$/s.exec(message) ?? [];
  if (path === undefined) return {};
  const dot = path.indexOf('.');
  return dot < 0 ? { table: path } : { schema: path.slice(0, dot), table: path.slice(dot + 1) };
}

/** The schema of `schema "x" does not exist`. */
export function schemaFacts({ schema, message }: PostgresErrorFields): { readonly schema?: string } {
  const named = schema ?? /^schema "(.+)" does not exist$/s.exec(message)?.[1];
  return named === undefined ? {} : { schema: named };
}

/** What an error 42501 says is not allowed: `permission denied for table x`, `must be owner of schema x`. */
export function privilegeFacts({ schema, table, message }: PostgresErrorFields): {
  readonly schema?: string;
  readonly table?: string;
} {
  if (table !== undefined) return schema === undefined ? { table } : { schema, table };
  const [, kind, name] =
    /^(?:permission denied for|must be owner of) (table|relation|view|schema) (.+)$/s.exec(message) ?? [];
  if (kind === undefined || name === undefined) return {};
  return kind === 'schema' ? { schema: name } : { table: name };
}

const namesOf = (path: string): string[] => (path.match(/"(?:[^"]|"")+"|[^".]+/g) ?? []).map(unquoted);

const unquoted = (name: string): string => (/^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name);
