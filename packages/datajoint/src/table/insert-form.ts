import type { TableName } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Attribute } from '../heading/attribute.ts';
import { encoderOf } from '../heading/codec/encode.ts';
import type { Encoder } from '../heading/codec/input-value.ts';
import type { Heading } from '../heading/heading.ts';
import { type Param, Sql, type Statement, sql, type ValueRow } from '../sql/sql.ts';

/** Where rows are inserted. */
export interface Target {
  readonly name: TableName;
  readonly heading: Heading;
}

/** What becomes of a row whose primary key exists; undefined where that is an error. */
export type Existing = 'skip' | 'replace' | undefined;

/** Numbers of rows for which a form knows its text. */
const mostWritten = 3;

/** How rows of the same attributes go into a table. */
export class InsertForm {
  readonly fields: readonly string[];
  /** One for each of the fields. */
  readonly encoders: readonly Encoder[];
  readonly existing: Existing;
  readonly dialect: Dialect;
  /** Whether a row may have values that are kept in stores. */
  readonly isExternal: boolean;
  readonly #name: TableName;
  readonly #before: Sql;
  readonly #after: Sql;
  /**
   * Its text for so many rows of which none lacks a value: others like them come next, mostly one, or a full chunk. The names are
   * those of their values, since there are none before and after the rows.
   */
  readonly #written = new Map<number, Required<Omit<Statement, 'params'>>>();

  constructor({ name, heading }: Target, fields: readonly string[], existing: Existing, dialect: Dialect) {
    this.fields = fields;
    this.encoders = fields.map((field) => encoderOf(heading.get(field) as Attribute));
    this.existing = existing;
    this.dialect = dialect;
    this.isExternal = heading.attributes.some(({ objects }) => objects !== undefined);
    this.#name = name;
    const table = sql.id(name.schema, name.table);
    // Rows of nothing but defaults: not every database takes empty lists, so one attribute is named for all.
    const named = fields.length > 0 ? fields : heading.names.slice(0, 1);
    const columns = sql.join(named.map((field) => sql.id(field)));
    this.#before = sql`INSERT INTO ${table} (${columns}) VALUES `.writtenOut(dialect.syntax);
    this.#after = onDuplicate(table, heading, fields, existing, dialect).writtenOut(dialect.syntax);
  }

  /** Whether it is what would be made of these. */
  isFor({ name }: Target, fields: readonly string[], existing: Existing, dialect: Dialect): boolean {
    const isSame = this.fields === fields && this.existing === existing && this.dialect === dialect;
    return isSame && this.#name.schema === name.schema && this.#name.table === name.table;
  }

  /** What inserts these rows, one statement for all. */
  statement(rows: readonly ValueRow[]): Sql {
    const { syntax } = this.dialect;
    const isWhole = this.fields.length > 0 && rows.every((row) => !row.includes(undefined));
    const values = sql.rows(this.fields, this.fields.length === 0 ? rows.map(() => [undefined]) : rows);
    const pieces = [...this.#before.pieces, ...values.pieces, ...this.#after.pieces];
    if (!isWhole) return new Sql(pieces);
    const written = this.#written.get(rows.length);
    if (written !== undefined) {
      const params: Param[] = [];
      for (const row of rows) for (const value of row) params.push(value as Param);
      return new Sql(pieces, { syntax, statement: { text: written.text, params, attributes: written.attributes } });
    }
    const fragment = new Sql(pieces);
    const { text, attributes = [] } = fragment.toStatement(syntax);
    if (this.#written.size >= mostWritten) this.#written.clear();
    this.#written.set(rows.length, { text, attributes });
    return fragment;
  }
}

function onDuplicate(
  table: Sql,
  heading: Heading,
  fields: readonly string[],
  existing: Existing,
  dialect: Dialect,
): Sql {
  const hidden = (inKey: boolean): string[] =>
    heading.hidden.filter((one) => one.inKey === inKey).map(({ name }) => name);
  const primaryKey = [...heading.primaryKey, ...hidden(true)];
  if (existing === undefined || primaryKey.length === 0) return sql.empty;
  const given = heading.secondary.filter((name) => fields.includes(name));
  const left = [...heading.secondary.filter((name) => !fields.includes(name)), ...hidden(false)];
  return dialect.onDuplicate({ table, primaryKey, given, left }, existing);
}

/** The last form of each heading: the next rows mostly have the same attributes. */
const forms = new WeakMap<Heading, InsertForm>();

export function insertForm(
  target: Target,
  fields: readonly string[],
  existing: Existing,
  dialect: Dialect,
): InsertForm {
  const known = forms.get(target.heading);
  if (known?.isFor(target, fields, existing, dialect)) return known;
  const form = new InsertForm(target, fields, existing, dialect);
  forms.set(target.heading, form);
  return form;
}
