/**
 * SQL as a value: text written by us, identifiers quoted by the dialect, everything else bound.
 *
 * There is no way to put a string from outside into the text: an interpolated value becomes a parameter, and the
 * only other things that can be interpolated are {@link Sql} fragments built here.
 */

/**
 * A value bound to a statement.
 * A `string` is sent as text, a `number` as a double, a `bigint` as a 64-bit integer, bytes as bytes.
 */
export type Param = string | number | bigint | Uint8Array | null;

/** What a driver is given: finished text and its parameters in order. */
export interface Statement {
  readonly text: string;
  readonly params: readonly Param[];
  /** The names of the attributes whose values the parameters are, where they are told: for errors that count them. */
  readonly attributes?: readonly (string | undefined)[];
}

/** How a dialect writes identifiers and parameters. */
export interface SqlSyntax {
  /** Quotes one identifier. */
  quote(identifier: string): string;
  /** The marker of the parameter with this zero-based position. */
  placeholder(index: number): string;
  /** Writes a text as a string literal, for statements that take no parameters. */
  literal(text: string): string;
}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'identifier'; readonly path: readonly string[] }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'param'; readonly value: Param; readonly attribute?: string }
  | { readonly kind: 'rows'; readonly attributes: readonly string[]; readonly rows: readonly ValueRow[] };

/** The values of a row; one that is undefined is the default. */
export type ValueRow = readonly (Param | undefined)[];

/** A fragment's pieces that hold values. */
type Valued = Extract<Piece, { readonly kind: 'param' | 'rows' }>;

const holdsValues = (piece: Piece): piece is Valued => piece.kind === 'param' || piece.kind === 'rows';

/** An immutable fragment of SQL. Made with {@link sql}. */
export class Sql {
  readonly pieces: readonly Piece[];
  /** As it was written last: the same fragment may be sent again and again. */
  #written: { readonly syntax: SqlSyntax; readonly statement: Statement } | undefined;

  /**
   * @param pieces become the fragment's own.
   * @param written what they are in a syntax, where that is known already.
   */
  constructor(pieces: readonly Piece[], written?: { readonly syntax: SqlSyntax; readonly statement: Statement }) {
    this.pieces = Object.freeze(pieces);
    this.#written = written;
    Object.freeze(this);
  }

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /** The same fragment with all of it written out but its values: for one that is written again and again. */
  writtenOut(syntax: SqlSyntax): Sql {
    const pieces: Piece[] = [];
    for (const piece of this.pieces) {
      const last = pieces.at(-1);
      if (holdsValues(piece)) pieces.push(piece);
      else if (last?.kind === 'text')
        pieces[pieces.length - 1] = { kind: 'text', text: last.text + written(piece, syntax) };
      else pieces.push({ kind: 'text', text: written(piece, syntax) });
    }
    return new Sql(pieces);
  }

  /** Writes the fragment in a dialect's syntax. */
  toStatement(syntax: SqlSyntax): Statement {
    if (this.#written?.syntax === syntax) return this.#written.statement;
    const statement = this.#write(syntax);
    this.#written = { syntax, statement };
    return statement;
  }

  #write(syntax: SqlSyntax): Statement {
    const values: Values = { params: [], attributes: [] };
    let text = '';
    for (const piece of this.pieces) {
      if (piece.kind === 'param') text += place(piece.value, piece.attribute, values, syntax);
      else if (piece.kind === 'rows') text += placeRows(piece.rows, piece.attributes, values, syntax);
      else text += written(piece, syntax);
    }
    const { params, attributes } = values;
    return attributes.some((name) => name !== undefined) ? { text, params, attributes } : { text, params };
  }
}

/** What the parameters are that have been written so far. */
interface Values {
  readonly params: Param[];
  readonly attributes: (string | undefined)[];
}

function place(value: Param, attribute: string | undefined, { params, attributes }: Values, syntax: SqlSyntax): string {
  attributes.push(attribute);
  return syntax.placeholder(params.push(value) - 1);
}

/** In one go, because there may be thousands. */
function placeRows(
  rows: readonly ValueRow[],
  attributes: readonly string[],
  values: Values,
  syntax: SqlSyntax,
): string {
  const before = values.params.length;
  if (rows.some((row) => row.includes(undefined))) {
    const texts = rows.map((row) =>
      row
        .map((value, index) => (value === undefined ? 'DEFAULT' : place(value, attributes[index], values, syntax)))
        .join(', '),
    );
    return `(${texts.join('), (')})`;
  }
  for (const row of rows) {
    for (const value of row) values.params.push(value as Param);
    for (const attribute of attributes) values.attributes.push(attribute);
  }
  const texts = rows.map((_, row) =>
    attributes.map((_, column) => syntax.placeholder(before + row * attributes.length + column)).join(', '),
  );
  return `(${texts.join('), (')})`;
}

function written(piece: Exclude<Piece, Valued>, syntax: SqlSyntax): string {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'identifier':
      return piece.path.map((name) => syntax.quote(name)).join('.');
    case 'literal':
      return syntax.literal(piece.text);
  }
}

/** One by one: a long list of arguments would overflow the stack. */
function extend(pieces: Piece[], fragment: Sql): void {
  for (const piece of fragment.pieces) pieces.push(piece);
}

function append(pieces: Piece[], value: Sql | Param): void {
  if (value instanceof Sql) extend(pieces, value);
  else pieces.push({ kind: 'param', value });
}

/** Tagged template: ``sql`SELECT ${sql.id('a')} FROM t WHERE x = ${5}` ``. */
export function sql(strings: TemplateStringsArray, ...values: readonly (Sql | Param)[]): Sql {
  const pieces: Piece[] = [];
  for (const [index, text] of strings.entries()) {
    if (text !== '') pieces.push({ kind: 'text', text });
    if (index < values.length) append(pieces, values[index] as Sql | Param);
  }
  return new Sql(pieces);
}

/** An identifier, or a qualified one when several names are given. */
sql.id = (...path: readonly string[]): Sql => new Sql([{ kind: 'identifier', path }]);

/** A value of an attribute: errors about it can name the attribute. */
sql.value = (value: Param, attribute: string): Sql => new Sql([{ kind: 'param', value, attribute }]);

/** Rows of values of attributes, as an insert has them: `(?, ?), (?, DEFAULT)`. */
sql.rows = (attributes: readonly string[], rows: readonly ValueRow[]): Sql =>
  new Sql([{ kind: 'rows', attributes, rows }]);

/**
 * A text as a string literal, which the dialect quotes. For statements that define things (comments, defaults, enums):
 * they take no parameters. Everywhere else a value is bound.
 */
sql.literal = (text: string): Sql => new Sql([{ kind: 'literal', text }]);

/**
 * Keywords with digits in parentheses, such as a type's name: `double precision`, `decimal(6,2) unsigned`. Nothing else
 * can be written so, whoever wrote it.
 */
sql.words = (text: string): Sql => {
  if (!/^[a-z][a-z0-9_]*(?: [a-z_]+)*(?:\(\d+(?:,\d+)?\))?(?: [a-z_]+)*$/i.test(text)) {
    throw new RangeError(`Expected keywords and digits in parentheses, got ${JSON.stringify(text)}.`);
  }
  return new Sql([{ kind: 'text', text }]);
};

/** The empty fragment. */
sql.empty = new Sql([]);

/** Fragments with a separator (SQL text of ours, `, ` by default) between them. */
sql.join = (fragments: readonly Sql[], separator = ', '): Sql => {
  const pieces: Piece[] = [];
  for (const [index, fragment] of fragments.entries()) {
    if (index > 0) pieces.push({ kind: 'text', text: separator });
    extend(pieces, fragment);
  }
  return new Sql(pieces);
};

/** A non-negative integer written as digits, where SQL takes no parameter (`LIMIT`). */
sql.integer = (value: number): Sql => {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Expected a non-negative safe integer, got ${value}.`);
  }
  return new Sql([{ kind: 'text', text: String(value) }]);
};

/** A keyword, a type or a function: words in upper case that are written in the program, never given to it. */
sql.word = (word: string): Sql => {
  if (!/^[A-Z][A-Z0-9_]*(?: [A-Z0-9_]+)*$/.test(word)) throw new RangeError(`Expected a word of SQL, got ${word}.`);
  return new Sql([{ kind: 'text', text: word }]);
};

/** An unsigned number as it was written, so that it keeps its type: `1` is an integer, `1.0` a decimal, `1e0` a double. */
sql.number = (digits: string): Sql => {
  if (!/^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits))
    throw new RangeError(`Expected digits, got ${digits}.`);
  return new Sql([{ kind: 'text', text: digits }]);
};

/** A text as hexadecimal digits, where MySQL takes no parameter (`SEPARATOR`). */
sql.hexText = (text: string): Sql =>
  new Sql([{ kind: 'text', text: `X'${Buffer.from(text, 'utf8').toString('hex')}'` }]);
