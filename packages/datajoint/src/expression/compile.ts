import type { Dialect } from '../dialect/dialect.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { compileCondition } from './compile-condition.ts';
import { attributesOf, type Condition, negated, relationsIn } from './condition.ts';
import { type Columns, type JoinOperation, type Operation, Relation } from './relation.ts';
import { checkSizes } from './sizes.ts';
import { attributesRead, isAggregate, isVolatile, type SqlExpression } from './sql-expression/sql-expression.ts';
import { writeSqlExpression } from './sql-expression/write.ts';

/** The statement that selects an expression's rows: all of its attributes, or those named, in the order named. */
export function compileSelect(relation: Relation, dialect: Dialect, names?: readonly string[]): Sql {
  checkSizes(relation);
  return new Compiler(dialect).select(relation, names ?? relation.heading.names);
}

/**
 * The statement that selects what is made of the columns of a stored table, which are written as their names: of all its
 * rows or of those chosen, put in order and counted off. Undefined for rows that are made in another way.
 */
export function compileSelectOf(relation: Relation, dialect: Dialect, columns: () => Sql): Sql | undefined {
  if (!isOfTable(relation)) return undefined;
  checkSizes(relation);
  return new Compiler(dialect).selectOf(relation, columns());
}

/** The statement that counts an expression's rows. */
export function compileCount(relation: Relation, dialect: Dialect): Sql {
  checkSizes(relation);
  return new Compiler(dialect).count(relation);
}

/** The statement that answers 1 if an expression has any row. */
export function compileExists(relation: Relation, dialect: Dialect): Sql {
  return sql`SELECT EXISTS(${compileSelect(relation, dialect, [])})`;
}

/** ` WHERE ...` on a table's own columns, or nothing for a condition that always holds. */
export function compileWhere(condition: Condition, dialect: Dialect): Sql {
  if (condition.kind === 'constant' && condition.value === true) return sql.empty;
  return sql` WHERE ${new Compiler(dialect).condition(condition, (name) => sql.id(name))}`;
}

/** One SELECT in the making, to which operators add as long as they can. */
interface Block {
  readonly relation: Relation;
  readonly from: Sql;
  /** The source is several, joined. */
  readonly isCompound: boolean;
  /** How an attribute is written. */
  readonly column: (name: string) => Sql;
  /** Whether an attribute is a column of the source, and nothing computed. */
  readonly isPlain: (name: string) => boolean;
  /** Whether an attribute is computed from no column at all. */
  readonly isConstant: (name: string) => boolean;
  readonly where: readonly Sql[];
  readonly group?: { readonly by: readonly Sql[]; readonly keys: readonly string[]; readonly having: readonly Sql[] };
  readonly isDistinct?: true;
  readonly top?: BlockTop;
  /** Its values differ with each look at them: nothing more may be computed from them in here. */
  readonly isClosed?: true;
}

interface BlockTop {
  readonly order: readonly Sql[];
  readonly limit?: number | undefined;
  readonly offset: number;
}

/** How many rows are passed over before looking them up by their keys is worth it. */
const deep = 1000;

/** Makes one statement of a tree of operators, with a SELECT within another only where one cannot do. */
class Compiler {
  readonly #dialect: Dialect;
  #aliases = 0;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  select(relation: Relation, names: readonly string[]): Sql {
    const { operation, heading } = relation;
    const isAll = names.length === heading.names.length && names.every((name, at) => name === heading.names[at]);
    if (operation.kind === 'union' && isAll) return this.#rowsOfUnion(relation, operation);
    const block = this.#block(relation, false);
    const isWhole = block.isDistinct !== true || relation.heading.names.every((name) => names.includes(name));
    return this.#write(isWhole ? block : this.#derived(block, false), names);
  }

  selectOf(relation: Relation, columns: Sql): Sql {
    const block = this.#block(relation, false);
    return sql`SELECT ${columns}${isDeep(block) ? this.#lookedUp(block) : this.#tail(block)}`;
  }

  /** A deep page's rows, looked up by their keys: rows that are only passed over are not read for more than those. */
  #lookedUp(block: Block): Sql {
    const { from, top } = block;
    const { primaryKey } = block.relation.heading;
    const order = top?.order ?? [];
    const keys = this.#write(block, primaryKey);
    const names = sql.join(primaryKey.map((name) => sql.id(name)));
    return sql` FROM ${from} JOIN (${keys}) AS ${sql.id(this.#alias())} USING (${names})${writeTop({ order, offset: 0 })}`;
  }

  count(relation: Relation): Sql {
    const block = this.#block(relation, false);
    if (isSimple(block)) return sql`SELECT COUNT(*)${this.#tail(block)}`;
    const rows = this.#write(block, block.isDistinct === true ? relation.heading.names : []);
    return sql`SELECT COUNT(*) FROM (${rows}) AS ${sql.id('counted')}`;
  }

  condition(condition: Condition, column: (name: string) => Sql): Sql {
    // Not every server takes a limit in what a row is looked up in.
    const select = (relation: Relation, names: readonly string[]): Sql => this.#whole(relation, names);
    return compileCondition(condition, { dialect: this.#dialect, column, select });
  }

  /** @param isQualified whether columns have to say which source they are of, because there are others beside it. */
  #block(relation: Relation, isQualified: boolean): Block {
    const { operation } = relation;
    switch (operation.kind) {
      case 'table': {
        const table = sql.id(operation.name.schema, operation.name.table);
        return this.#source(relation, table, isQualified);
      }
      case 'restriction':
        return this.#restriction(relation, operation, isQualified);
      case 'projection':
        return this.#projection(relation, operation, isQualified);
      case 'join':
        return this.#join(relation, operation);
      case 'aggregation':
        return this.#aggregation(relation, operation, isQualified);
      case 'distinct': {
        const block = this.#block(operation.of, isQualified);
        return { ...(isSimple(block) ? block : this.#derived(block, isQualified)), relation, isDistinct: true };
      }
      case 'union':
        return this.#source(relation, sql`(${this.#rowsOfUnion(relation, operation)})`, isQualified, this.#alias());
      case 'top': {
        const inner = this.#block(operation.of, isQualified);
        const isFree = inner.top === undefined && inner.isClosed === undefined;
        const block = isFree ? inner : this.#derived(inner, isQualified);
        const { limit, offset } = operation;
        // A constant puts nothing in order, and a number would be taken for the position of a column.
        const order = operation.order
          .filter(({ attribute }) => !block.isConstant(attribute))
          .map(({ attribute, descending }) => {
            const nullable = relation.heading.get(attribute)?.nullable ?? true;
            return this.#dialect.ordered(block.column(attribute), descending, nullable);
          });
        return { ...block, relation, top: { order, limit, offset } };
      }
    }
  }

  #source(relation: Relation, source: Sql, isQualified: boolean, alias?: string): Block {
    const name = alias ?? (isQualified ? this.#alias() : undefined);
    return {
      relation,
      from: name === undefined ? source : sql`${source} AS ${sql.id(name)}`,
      isCompound: false,
      column: (attribute) => (isQualified && name !== undefined ? sql.id(name, attribute) : sql.id(attribute)),
      isPlain: () => true,
      isConstant: () => false,
      where: [],
    };
  }

  #alias(): string {
    this.#aliases += 1;
    return `t${this.#aliases}`;
  }

  /** The block as the source of another. */
  #derived(block: Block, isQualified: boolean): Block {
    const rows = this.#write(block, block.relation.heading.names);
    return this.#source(block.relation, sql`(${rows})`, isQualified, this.#alias());
  }

  #restriction(
    relation: Relation,
    { of, condition }: Operation & { readonly kind: 'restriction' },
    isQualified: boolean,
  ): Block {
    const read = attributesOf(condition);
    if (read === undefined && isQualified) {
      // Text of SQL says of no name which source it is of: it stays within one.
      return this.#derived(this.#restriction(relation, { kind: 'restriction', of, condition }, false), true);
    }
    const inner = this.#block(of, isQualified);
    const isOpen = inner.top === undefined && inner.isClosed !== true && read !== undefined;
    const isTable = of.operation.kind === 'table';
    const block = isOpen || isTable ? inner : this.#derived(inner, isQualified);
    const write = (term: Condition): Sql => this.condition(term, block.column);
    const { group } = block;
    if (group === undefined) return { ...block, relation, where: [...block.where, write(condition)] };
    const terms = condition.kind === 'and' ? condition.terms : [condition];
    // What asks for nothing but the keys is asked before rows are taken together.
    const isOfKeys = (term: Condition): boolean => {
      const names = [...(attributesOf(term) ?? [])];
      return names.length > 0 && names.every((name) => group.keys.includes(name));
    };
    const having = terms.filter((term) => !isOfKeys(term));
    const grouped = { ...block, relation, where: [...block.where, ...terms.filter(isOfKeys).map(write)] };
    if (having.some((term) => relationsIn(term).length > 0)) {
      // MariaDB 10.11 looks a count up before it has counted: HAVING COUNT(*) IN (SELECT ...) comes to other groups.
      const rows = this.#derived(grouped, isQualified);
      return { ...rows, where: having.map((term) => this.condition(term, rows.column)) };
    }
    return { ...grouped, group: { ...group, having: [...group.having, ...having.map(write)] } };
  }

  #projection(
    relation: Relation,
    { of, columns }: Operation & { readonly kind: 'projection' },
    isQualified: boolean,
  ): Block {
    const inner = this.#block(of, isQualified);
    const computed = [...columns.values()].filter(({ kind }) => kind !== 'attribute');
    const isAgain = computed.some((expression) => [...attributesRead(expression)].some((name) => !inner.isPlain(name)));
    const kept = new Set([...columns.values()].flatMap((column) => (column.kind === 'attribute' ? [column.name] : [])));
    const isLosing = inner.isDistinct === true && !of.heading.names.every((name) => kept.has(name));
    const block = isAgain || isLosing || inner.isClosed === true ? this.#derived(inner, isQualified) : inner;
    const { group } = block;
    return {
      ...block,
      relation,
      ...this.#columns(columns, block),
      ...(group === undefined ? {} : { group: { ...group, keys: namesOf(columns, group.keys) } }),
      ...(computed.some(isVolatile) ? { isClosed: true } : {}),
    };
  }

  /** How the attributes are written that are made of those of a block. */
  #columns(
    columns: Columns,
    { relation, column, isPlain, isConstant }: Block,
  ): Pick<Block, 'column' | 'isPlain' | 'isConstant'> {
    const context = { dialect: this.#dialect, heading: relation.heading, column };
    const of = (name: string): SqlExpression => columns.get(name) as SqlExpression;
    return {
      column: (name) => writeSqlExpression(of(name), context),
      isPlain: (name) => {
        const expression = of(name);
        return expression.kind === 'attribute' && isPlain(expression.name);
      },
      isConstant: (name) => {
        const expression = of(name);
        if (expression.kind === 'attribute') return isConstant(expression.name);
        return attributesRead(expression).size === 0 && !isAggregate(expression);
      },
    };
  }

  #join(relation: Relation, { left, right, on, isOuter }: JoinOperation): Block {
    const [a, b] = [this.#side(left), this.#side(right, isOuter)];
    const matches = on.map((name) => sql`${a.column(name)} = ${b.column(name)}`);
    const isLeft = (name: string): boolean => left.heading.has(name);
    return {
      relation,
      from: joined(a, b, isOuter ? [...matches, ...b.where] : matches, isOuter),
      isCompound: true,
      column: (name) => (isLeft(name) ? a : b).column(name),
      isPlain: (name) => (isLeft(name) ? a : b).isPlain(name),
      isConstant: (name) => (isLeft(name) ? a : b).isConstant(name),
      where: isOuter ? a.where : [...a.where, ...b.where],
    };
  }

  /** What is computed of rows that may be missing has to be missing with them. */
  #side(relation: Relation, isOptional = false): Block {
    const block = this.#block(relation, true);
    const isComputed = isOptional && relation.heading.names.some((name) => !block.isPlain(name));
    if (isSimple(block) && !isComputed) return block;
    // MariaDB would merge the two, and give to an aggregate what it computes of the missing row; a limit keeps them apart.
    const isApart = !isSimple(block) || this.#dialect.name !== 'mysql';
    const allRows = { order: [], limit: Number.MAX_SAFE_INTEGER, offset: 0 };
    return this.#derived(isApart ? block : { ...block, top: allRows }, true);
  }

  #aggregation(
    relation: Relation,
    { of, by, columns }: Operation & { readonly kind: 'aggregation' },
    isQualified: boolean,
  ): Block {
    const inner = this.#block(of, isQualified);
    const expressions = [...columns.values()];
    const isAlone = isSimple(inner) && by.every((name) => inner.isPlain(name));
    const block = isAlone ? inner : this.#derived(inner, isQualified);
    // What depends on the keys may be read beside them; not every server sees that it does.
    const read = new Set(expressions.flatMap((expression) => [...attributesRead(expression, true)]));
    const keys = [...by, ...[...read].filter((name) => !by.includes(name))];
    return {
      ...block,
      relation,
      ...this.#columns(columns, block),
      group: {
        by: by.length === 0 ? [] : keys.map(block.column),
        keys: namesOf(columns, keys),
        having: [],
      },
      ...(expressions.some(isVolatile) ? { isClosed: true } : {}),
    };
  }

  /** All attributes of a union, in its order. */
  #rowsOfUnion(relation: Relation, { left, right }: Operation & { readonly kind: 'union' }): Sql {
    const key = left.heading.primaryKey;
    const isOfKeys = [left, right].every(({ heading }) => heading.secondary.length === 0);
    return isOfKeys
      ? sql`${this.#whole(left, key)} UNION ${this.#whole(right, key)}`
      : sql`${this.#leftOf(relation, left, right)} UNION ALL ${this.#restOf(relation, left, right)}`;
  }

  /** A SELECT without an order or a limit of its own, which would be taken for the union's. */
  #whole(relation: Relation, names: readonly string[]): Sql {
    const block = this.#block(relation, false);
    return this.#write(block.top === undefined ? block : this.#derived(block, false), names);
  }

  /** The rows of the left, with what the right has for them. */
  #leftOf(union: Relation, left: Relation, right: Relation): Sql {
    const on = left.heading.primaryKey;
    const operation = { kind: 'join', left, right, on, isOuter: true, needsLineage: false } as const;
    return this.select(new Relation({ ...union, operation }), union.heading.names);
  }

  /** The rows of the right that the left has not, with nothing for what only the left has. */
  #restOf(union: Relation, left: Relation, right: Relation): Sql {
    const key = left.heading.primaryKey.map((name) => [name, name] as const);
    const condition = negated({ kind: 'matches', attributes: key, relation: left });
    const rest = new Relation({ ...right, operation: { kind: 'restriction', of: right, condition } });
    const columns = union.heading.names.map((name): [string, SqlExpression] => [
      name,
      right.heading.has(name) ? { kind: 'attribute', name } : { kind: 'constant', name: 'NULL' },
    ]);
    const operation = { kind: 'projection', of: rest, columns: new Map(columns) } as const;
    return this.#whole(new Relation({ ...union, operation }), union.heading.names);
  }

  #write(block: Block, names: readonly string[]): Sql {
    const isWithoutRows = names.length === 0 && block.group?.by.length === 0;
    const columns = names.map((name) => named(block.column(name), name));
    // Where all rows are taken together there is one answer only if something is asked of all.
    const selected = columns.length > 0 ? sql.join(columns) : isWithoutRows ? sql`COUNT(*)` : sql`1`;
    // Constants alone would be given once for each row, though all rows are one.
    const isConstant = block.group?.by.length === 0 && names.every((name) => block.isConstant(name));
    const one = isConstant && names.length > 0 ? { ...block, group: withHaving(block, sql`COUNT(*) >= 0`) } : block;
    return sql`SELECT ${block.isDistinct === true ? sql`DISTINCT ` : sql.empty}${selected}${this.#tail(one)}`;
  }

  #tail({ from, where, group, top }: Block): Sql {
    const condition = where.length === 0 ? sql.empty : sql` WHERE ${sql.join(where, ' AND ')}`;
    const by = group === undefined || group.by.length === 0 ? sql.empty : sql` GROUP BY ${sql.join(group.by)}`;
    const having =
      group === undefined || group.having.length === 0 ? sql.empty : sql` HAVING ${sql.join(group.having, ' AND ')}`;
    return sql` FROM ${from}${condition}${by}${having}${top === undefined ? sql.empty : writeTop(top)}`;
  }
}

/** Whether a relation's attributes are the columns of a stored table, and nothing else. */
function isOfTable({ operation }: Relation): boolean {
  if (operation.kind === 'restriction' || operation.kind === 'top') return isOfTable(operation.of);
  return operation.kind === 'table';
}

/** A page far from the beginning of a table with a key of its own attributes. */
function isDeep({ relation: { heading }, top }: Block): boolean {
  return top !== undefined && top.offset >= deep && heading.primaryKey.length > 0 && !heading.hasHiddenKey;
}

/** What attributes are called that are given on as they are. */
function namesOf(columns: Columns, attributes: readonly string[]): readonly string[] {
  return [...columns].flatMap(([name, column]) =>
    column.kind === 'attribute' && attributes.includes(column.name) ? [name] : [],
  );
}

function withHaving({ group }: Block, term: Sql): NonNullable<Block['group']> {
  const { by, keys, having } = group ?? { by: [], keys: [], having: [] };
  return { by, keys, having: [...having, term] };
}

/** Rows of a table or a join, of which all that is asked is which. */
function isSimple({ group, isDistinct, top, isClosed }: Block): boolean {
  return group === undefined && isDistinct === undefined && top === undefined && isClosed === undefined;
}

function joined(left: Block, right: Block, conditions: readonly Sql[], isOuter: boolean): Sql {
  const other = right.isCompound ? sql`(${right.from})` : right.from;
  if (conditions.length > 0) {
    return sql`${left.from}${isOuter ? sql` LEFT` : sql.empty} JOIN ${other} ON ${sql.join(conditions, ' AND ')}`;
  }
  return isOuter ? sql`${left.from} LEFT JOIN ${other} ON 1 = 1` : sql`${left.from} CROSS JOIN ${other}`;
}

/** A column under a name, which is left out where it is the column's own. */
function named(column: Sql, name: string): Sql {
  const [piece] = column.pieces;
  const isOwn = column.pieces.length === 1 && piece?.kind === 'identifier' && piece.path.at(-1) === name;
  return isOwn ? column : sql`${column} AS ${sql.id(name)}`;
}

function writeTop({ order, limit, offset }: BlockTop): Sql {
  const orderBy = order.length === 0 ? sql.empty : sql` ORDER BY ${sql.join(order)}`;
  if (limit === undefined && offset === 0) return orderBy;
  // Both families want a limit before an offset; this one is beyond any table.
  const limitBy = sql` LIMIT ${sql.integer(limit ?? Number.MAX_SAFE_INTEGER)}`;
  return sql`${orderBy}${limitBy}${offset === 0 ? sql.empty : sql` OFFSET ${sql.integer(offset)}`}`;
}
