import type { ResultSet } from '../connection/driver.ts';
import type { Transaction } from '../connection/transaction.ts';
import { DependencyGraph } from '../dependencies/dependency-graph.ts';
import type { ForeignKey, TableName } from '../dependencies/foreign-key.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { IntegrityError } from '../errors.ts';
import type { Heading } from '../heading/heading.ts';
import type { Sql } from '../sql/sql.ts';
import type { Catalog } from './catalog.ts';

export type Row = Readonly<Record<string, number | null>>;
type Truth = boolean | null;

export interface StoredTable {
  readonly name: TableName;
  readonly heading: Heading;
  readonly rows: Row[];
}

export const refersTo = ({ attributes }: ForeignKey, child: Row, parent: Row): boolean =>
  attributes.every(([here, there]) => child[here] !== null && child[here] === parent[there]);

/** A database in memory that understands just the statements a cascade sends, and holds to its foreign keys. */
export class MemoryDatabase {
  readonly tables: ReadonlyMap<string, StoredTable>;
  readonly foreignKeys: readonly ForeignKey[];

  constructor(tables: readonly StoredTable[], foreignKeys: readonly ForeignKey[]) {
    this.tables = new Map(tables.map((table) => [table.name.table, table]));
    this.foreignKeys = foreignKeys;
  }

  rows(table: string): Row[] {
    return (this.tables.get(table) as StoredTable).rows;
  }

  get catalog(): Catalog {
    return {
      downstream: () => Promise.resolve(new DependencyGraph(this.foreignKeys)),
      find: (_schema: string, [table = '']: string[]) =>
        Promise.resolve({
          tables: [{ name: this.tables.get(table)?.name, comment: '', isView: false }],
          generation: 'legacy',
        }),
      heading: ({ name }: { name: TableName }) => Promise.resolve(this.tables.get(name.table)?.heading),
    } as unknown as Catalog;
  }

  get transaction(): Transaction {
    const execute = (sql: Sql): Promise<ResultSet> => Promise.resolve().then(() => this.#execute(sql));
    return { dialect: mysqlDialect, execute } as unknown as Transaction;
  }

  #execute(sql: Sql): ResultSet {
    const { text, params } = sql.toStatement(mysqlDialect.syntax);
    const statement = new Statement(text, params, this);
    if (text.startsWith('UPDATE')) return this.#update(statement.update());
    if (!text.startsWith('DELETE')) {
      const selected = statement.select();
      return { columns: [], rows: selected.map((row) => [...row]), affectedRows: 0 };
    }
    const { table, holds } = statement.delete();
    const stored = this.rows(table);
    const kept = stored.filter((row) => holds(row) !== true);
    const gone = stored.filter((row) => holds(row) === true);
    for (const foreignKey of this.foreignKeys.filter(({ parent }) => parent.table === table)) {
      const children = foreignKey.child.table === table ? kept : this.rows(foreignKey.child.table);
      if (children.some((child) => gone.some((parent) => refersTo(foreignKey, child, parent)))) {
        throw new IntegrityError('A row depends on it.');
      }
    }
    stored.splice(0, stored.length, ...kept);
    return { columns: [], rows: [], affectedRows: gone.length };
  }

  #update({ table, nulls, holds }: ReturnType<Statement['update']>): ResultSet {
    const { heading } = this.tables.get(table) as StoredTable;
    const refused = nulls.find((name) => heading.get(name)?.nullable !== true);
    if (refused !== undefined) throw new Error(`${table}.${refused} cannot be NULL.`);
    const stored = this.rows(table);
    const changed = stored.map((row) =>
      holds(row) === true ? { ...row, ...Object.fromEntries(nulls.map((name) => [name, null])) } : row,
    );
    stored.splice(0, stored.length, ...changed);
    return { columns: [], rows: [], affectedRows: 0 };
  }
}

/** Reads one statement; parameters are taken in the order in which they stand. */
class Statement {
  readonly #tokens: string[];
  readonly #params: unknown[];
  readonly #memory: MemoryDatabase;

  constructor(text: string, params: readonly unknown[], memory: MemoryDatabase) {
    this.#tokens = text.match(/`[^`]*`|<=|>=|<>|[\w*]+|[^\s\w]/g) ?? [];
    this.#params = [...params];
    this.#memory = memory;
  }

  select(): (number | null)[][] {
    if (this.#tokens[1] === '(') return [this.#counts()];
    const { columns, table, holds } = this.#select();
    const found = this.#memory.rows(table).filter((row) => holds(row) === true);
    if (columns === 'COUNT') return [[found.length]];
    return found.map((row) => columns.map((name) => row[name] ?? null));
  }

  /** `SELECT (SELECT COUNT(*) ...), (SELECT COUNT(*) ...)` */
  #counts(): number[] {
    this.#take('SELECT');
    return this.#list(() => {
      this.#take('(');
      const { table, holds } = this.#select();
      this.#take(')');
      return this.#memory.rows(table).filter((row) => holds(row) === true).length;
    });
  }

  delete(): { table: string; holds: (row: Row) => Truth } {
    this.#take('DELETE');
    return this.#from();
  }

  update(): { table: string; nulls: readonly string[]; holds: (row: Row) => Truth } {
    this.#take('UPDATE');
    this.#name();
    this.#take('.');
    const table = this.#name();
    this.#take('SET');
    const nulls = this.#list(() => {
      const name = this.#name();
      this.#take('=');
      this.#take('NULL');
      return name;
    });
    this.#take('WHERE');
    return { table, nulls, holds: this.#condition() };
  }

  #select(): { columns: 'COUNT' | string[]; table: string; holds: (row: Row) => Truth } {
    this.#take('SELECT');
    if (this.#tokens[0] === 'COUNT') {
      this.#tokens.splice(0, 4);
      return { columns: 'COUNT', ...this.#from() };
    }
    return { columns: this.#list(() => this.#name()), ...this.#from() };
  }

  #from(): { table: string; holds: (row: Row) => Truth } {
    this.#take('FROM');
    this.#name();
    this.#take('.');
    const table = this.#name();
    if (this.#tokens[0] !== 'WHERE') return { table, holds: () => true };
    this.#take('WHERE');
    return { table, holds: this.#condition() };
  }

  #condition(): (row: Row) => Truth {
    if (this.#tokens[0] === 'NOT') {
      this.#take('NOT');
      const inner = this.#condition();
      return (row) => {
        const truth = inner(row);
        return truth === null ? null : !truth;
      };
    }
    if (this.#tokens[0] === '1') {
      const [, , right] = this.#tokens.splice(0, 3);
      return () => right === '1';
    }
    if (this.#tokens[0] !== '(') return this.#comparison();
    return this.#isTuple() ? this.#matches() : this.#group();
  }

  #isTuple(): boolean {
    const [, name = '', after = '', then] = this.#tokens;
    return name.startsWith('`') && (after === ',' || (after === ')' && then === 'IN'));
  }

  #matches(): (row: Row) => Truth {
    this.#take('(');
    const here = this.#list(() => this.#name());
    this.#take(')');
    this.#take('IN');
    this.#take('(');
    const { columns, table, holds } = this.#select();
    this.#take(')');
    const there = columns as string[];
    return (row) => {
      if (here.some((name) => row[name] === null)) return null;
      const rows = this.#memory.rows(table).filter((other) => holds(other) === true);
      return rows.some((other) => here.every((name, index) => row[name] === other[there[index] as string]));
    };
  }

  #group(): (row: Row) => Truth {
    this.#take('(');
    const terms = [this.#condition()];
    let word = '';
    while (this.#tokens[0] === 'AND' || this.#tokens[0] === 'OR') {
      word = this.#tokens.shift() as string;
      terms.push(this.#condition());
    }
    this.#take(')');
    const decisive = word === 'OR';
    return (row) => {
      const truths = terms.map((term) => term(row));
      return truths.includes(decisive) ? decisive : truths.includes(null) ? null : !decisive;
    };
  }

  #comparison(): (row: Row) => Truth {
    const name = this.#name();
    const operator = this.#tokens.shift();
    if (operator === 'IS') {
      this.#take('NULL');
      return (row) => row[name] === null;
    }
    if (operator === 'IN') {
      this.#take('(');
      const values = this.#list(() => this.#value());
      this.#take(')');
      return (row) => (row[name] === null ? null : values.includes(row[name] as number));
    }
    const value = this.#value();
    return (row) => {
      const own = row[name] ?? null;
      if (own === null) return null;
      return operator === '=' ? own === value : operator === '<>' ? own !== value : own > value;
    };
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#tokens[0] === ',') {
      this.#take(',');
      items.push(item());
    }
    return items;
  }

  #value(): number {
    this.#take('?');
    return Number(this.#params.shift());
  }

  #name(): string {
    return (this.#tokens.shift() as string).slice(1, -1);
  }

  #take(token: string): void {
    const taken = this.#tokens.shift();
    if (taken !== token) throw new Error(`Expected ${token}, got ${taken}.`);
  }
}
