import { isPadded } from '../../../packages/datajoint/src/heading/attribute.ts';
import type { Attribute, QueryExpression } from '../../../packages/datajoint/src/index.ts';
import type { Setting } from './pipeline.ts';
import { toQuery } from './to-query.ts';
import type { Condition, Literal, Named, Tree } from './tree.ts';

/** A decision below a number; the first of all where there are none left. */
export type Choose = (below: number) => number;

/** Words that are no names in somebody's text of SQL: `user` is a function of PostgreSQL. */
export const reserved: ReadonlySet<string> = new Set(
  'condition, desc, end, function, group, index, interval, key, keys, limit, method, offset, order, range, rank, user'.split(
    ', ',
  ),
);

/** Documents, bytes and what refers to a store: databases do not agree on which are alike or first. */
function isOpaque({ storage }: Attribute): boolean {
  return ['json', 'blob', 'bytes', 'bit', 'attach', 'external'].includes(storage.kind);
}

interface Grown {
  readonly tree: Tree;
  /** What this library makes of it; undefined where it refuses. */
  readonly query: QueryExpression | undefined;
}

/** What grows expressions of tables, one decision after the other. */
export interface Garden extends Setting {
  readonly tables: ReadonlyMap<string, QueryExpression>;
  /** What expressions are made of: each table, or what is taken of it. */
  readonly leaves: readonly Tree[];
  /** Whether the attributes that an expression matches mean the same. */
  readonly isSound: (query: QueryExpression) => Promise<boolean>;
}

/** Grows an expression up to a depth. Most of what is refused is put aside; some is kept. */
export async function grow(choose: Choose, garden: Garden, depth: number): Promise<Tree> {
  const { tables, family, generation } = garden;
  const pick = <T>(items: readonly T[]): T => items[choose(items.length)] as T;
  const some = <T>(items: readonly T[], most: number): readonly T[] => {
    const chosen = new Set<T>();
    for (let count = choose(most + 1); count > 0 && items.length > 0; count -= 1) chosen.add(pick(items));
    return [...chosen];
  };
  let names = 0;
  const fresh = (): string => `made_${++names}`;

  return (await expression(depth)).tree;

  async function of(tree: Tree, otherwise: Grown): Promise<Grown> {
    let query: QueryExpression | undefined;
    try {
      query = toQuery(tree, tables);
      if (!(await garden.isSound(query))) query = undefined;
    } catch {
      query = undefined;
    }
    // Some refused ones are grown all the same: the library has to refuse them as well.
    return query !== undefined || choose(8) === 7 ? { tree, query } : otherwise;
  }

  function table(): Grown {
    const tree = pick(garden.leaves);
    return { tree, query: toQuery(tree, tables) };
  }

  async function expression(left: number): Promise<Grown> {
    const kind = left <= 0 ? 0 : choose(14);
    if (kind === 0) return table();
    const inner = await expression(left - 1 - choose(2));
    if (inner.query === undefined) return inner;
    const { tree, query } = inner;
    const { attributes, primaryKey, secondary } = query.heading;
    const known = attributes.filter((attribute) => !isOpaque(attribute) && !reserved.has(attribute.name));
    const opaque = attributes.filter(isOpaque);
    switch (kind) {
      case 1:
      case 2:
      case 3: {
        const by = await condition(choose(4) === 3 ? opaque : known, left - 1, 2);
        return await of({ op: choose(3) === 2 ? 'except' : 'restrict', of: tree, by }, inner);
      }
      case 4:
      case 5:
      case 6:
        return await of({ op: 'proj', of: tree, ...projection(choose(4) === 3 ? opaque : known, secondary) }, inner);
      case 7:
      case 8: {
        const other = await expression(left - 2);
        const isLeft = choose(5) === 4;
        return await of({ op: 'join', left: tree, right: other.tree, isLeft }, inner);
      }
      case 9: {
        const other = parent(query);
        if (other === undefined) return inner;
        const by = choose(2) === 1 ? await condition(other.query?.heading.attributes ?? [], 0, 1) : undefined;
        const restricted: Tree = by === undefined ? other.tree : { op: 'restrict', of: other.tree, by };
        const keys: Tree = choose(3) === 2 ? restricted : { op: 'proj', of: restricted, items: [], named: {} };
        const keepAllRows = choose(2) === 1;
        const items = choose(6) === 5 ? ['...'] : [];
        return await of({ op: 'aggr', of: keys, group: tree, items, named: aggregates(known), keepAllRows }, inner);
      }
      case 10: {
        const [a, b] = [await condition(known, 0, 1), await condition(known, 0, 1)];
        const first = some(secondary, 2);
        const second = some(
          secondary.filter((name) => !first.includes(name)),
          2,
        );
        const side = (by: Condition, items: readonly string[]): Tree => {
          return { op: 'proj', of: { op: 'restrict', of: tree, by }, items, named: {} };
        };
        return await of({ op: 'union', left: side(a, first), right: side(b, second) }, inner);
      }
      case 11: {
        const chosen = some(
          known.map(({ name }) => name),
          3,
        );
        const op = generation === 'legacy' && choose(3) === 2 ? 'promote' : 'distinct';
        return chosen.length === 0 ? inner : await of({ op, names: chosen, of: tree }, inner);
      }
      case 12: {
        const chosen = some(
          known.map(({ name }) => name),
          2,
        );
        return await of({ op: 'summary', names: chosen, group: tree, named: aggregates(known) }, inner);
      }
      default: {
        if (primaryKey.length === 0) return inner;
        const by = some(
          known.map(({ name }) => `${name}${choose(2) === 1 ? ' DESC' : ''}`),
          1,
        );
        const order = [...by, 'KEY'];
        return await of({ op: 'top', of: tree, limit: 1 + choose(4), offset: choose(3) === 2 ? 1 : 0, order }, inner);
      }
    }
  }

  /** A table whose key is in an expression. */
  function parent(query: QueryExpression): Grown | undefined {
    const found = garden.leaves.filter((leaf) => {
      return toQuery(leaf, tables).heading.primaryKey.every((name) => query.heading.has(name));
    });
    if (found.length === 0) return undefined;
    const tree = pick(found);
    return { tree, query: toQuery(tree, tables) };
  }

  /** A table with an attribute under the name of another one, most of the time the foreign key that refers to it. */
  function renamedMatch(known: readonly Attribute[]): Tree | undefined {
    if (known.length === 0) return undefined;
    const { name, storage } = pick(known);
    const alike = garden.leaves.flatMap((leaf) => {
      const { attributes } = toQuery(leaf, tables).heading;
      const others = attributes.filter((other) => !isOpaque(other) && other.storage.kind === storage.kind);
      return attributes.some((other) => other.name === name) ? [] : others.map((other) => ({ leaf, from: other.name }));
    });
    const referred = alike.filter(({ from }) => name.startsWith(`${from}_of_`));
    const found = referred.length > 0 && choose(4) > 0 ? referred : alike;
    if (found.length === 0) return undefined;
    const { leaf, from } = pick(found);
    return { op: 'proj', of: leaf, items: [], named: { [name]: from } };
  }

  function projection(known: readonly Attribute[], secondary: readonly string[]): { items: string[]; named: Named } {
    const items = [...(choose(3) === 1 ? ['...'] : some(secondary, 3))];
    if (items[0] === '...' && choose(3) === 2 && secondary.length > 0) items.push(`-${pick(secondary)}`);
    const named: Record<string, string> = {};
    for (let count = choose(3); count > 0 && known.length > 0; count -= 1) {
      const attribute = pick(known);
      const name = attribute.name;
      const texts = [name, `(${name})`, ...computations(attribute), ...computations(attribute)];
      const text = pick(texts);
      // A name that is there already is taken for values of the same kind only: others are equal by accident.
      const alike = known.filter(({ storage }) => storage.kind === attribute.storage.kind);
      const isTaken = choose(8) === 7 && /^\(?\w+\)?$/.test(text) && text.includes(name);
      named[isTaken ? pick(alike).name : fresh()] = text;
    }
    return { items, named };
  }

  function computations(attribute: Attribute): readonly string[] {
    const { name } = attribute;
    const { kind } = attribute.storage;
    const constants = ['1', "'k'", 'NULL', `COALESCE(${name}, ${name})`, `${name} IS NULL`];
    const mysql = (text: string): readonly string[] => (family === 'mysql' ? [text] : []);
    switch (kind) {
      case 'integer':
      case 'decimal':
        return [
          ...[`${name} + 1`, `${name} * 2 - 1`, `ABS(${name})`, `CASE WHEN ${name} > 1 THEN 'hi' ELSE 'lo' END`],
          ...[`COALESCE(${name}, 0)`, `${name} / 2`, `${name} > 1`, `CAST(${name} AS DECIMAL(30, 4))`],
          ...mysql(`IF(${name} > 0, ${name}, NULL)`),
          ...constants,
        ];
      case 'float':
      case 'double':
        return [
          `${name} * 2`,
          `${name} + 0.5`,
          `ABS(${name})`,
          // Of larger ones MariaDB loses digits where it puts a nested SELECT into a table.
          `CASE WHEN ${name} < 1e9 THEN FLOOR(${name}) END`,
          `${name} BETWEEN 0 AND 1`,
          ...constants,
        ];
      case 'text':
        return [
          // PostgreSQL fills up a CHAR with blanks, which here belong to no text.
          ...(isPadded(attribute) ? [] : [`CONCAT(${name}, 'z')`]),
          ...[`CASE ${name} WHEN 'a' THEN 1 ELSE 2 END`],
          ...mysql(`UPPER(${name})`),
          ...mysql(`LENGTH(${name})`),
          ...constants,
        ];
      case 'date':
      case 'datetime':
        return [
          ...[
            `EXTRACT(YEAR FROM ${name})`,
            family === 'mysql' ? `${name} + INTERVAL 1 DAY` : `${name} + INTERVAL '1 day'`,
          ],
          ...mysql(`DATE(${name})`),
          ...mysql(`DATEDIFF(${name}, '2020-01-01')`),
          ...constants,
        ];
      case 'json':
        return [`${name}.rig`, `${name}.n`, `${name} IS NULL`, '1'];
      case 'blob':
      case 'bytes':
      case 'bit':
      case 'attach':
      case 'external':
        return [`${name} IS NULL`, `${name} IS NOT NULL`, '1', 'NULL'];
      default:
        return constants;
    }
  }

  function aggregates(known: readonly Attribute[]): Named {
    const named: Record<string, string> = {};
    for (let count = 1 + choose(2); count > 0; count -= 1) {
      const attribute = known.length > 0 && choose(4) > 0 ? pick(known) : undefined;
      named[fresh()] = attribute === undefined ? 'COUNT(*)' : pick(aggregatesOf(attribute));
    }
    return named;
  }

  function aggregatesOf({ name, storage }: Attribute): readonly string[] {
    const { kind } = storage;
    const counts = [`COUNT(${name})`, `COUNT(DISTINCT ${name})`];
    const ends = [`MIN(${name})`, `MAX(${name})`];
    switch (kind) {
      case 'integer':
      case 'decimal':
        return [
          ...counts,
          ...ends,
          `SUM(${name})`,
          `AVG(${name})`,
          `SUM(${name} * 2)`,
          ...('bits' in storage && storage.bits < 64 ? [`ROUND(STDDEV_POP(${name}), 3)`] : []),
          `MAX(${name}) - MIN(${name})`,
        ];
      case 'float':
      case 'double':
        return [...counts, ...ends, `SUM(${name})`, `AVG(${name})`];
      case 'text': {
        const joined =
          family === 'mysql'
            ? `GROUP_CONCAT(${name} ORDER BY ${name})`
            : `STRING_AGG(${name}::text, ',' ORDER BY ${name}::text)`;
        return [...counts, joined, ...(family === 'mysql' ? ends : [])];
      }
      case 'date':
      case 'datetime':
        return [...counts, ...ends];
      default:
        return counts;
    }
  }

  async function condition(known: readonly Attribute[], left: number, nesting: number): Promise<Condition> {
    const kind = choose(nesting > 0 ? 13 : 7);
    const items = async (): Promise<readonly Condition[]> => {
      const terms: Condition[] = [];
      for (let count = choose(4); count > 0; count -= 1) terms.push(await condition(known, left, nesting - 1));
      return terms;
    };
    switch (kind) {
      case 0:
      case 1:
      case 2:
        return mapping(known);
      case 3:
      case 4:
      case 5:
        return known.length === 0 ? { kind: 'boolean', value: true } : { kind: 'text', text: pick(texts(pick(known))) };
      case 6:
        return choose(3) === 2 ? { kind: 'universal', names: ['whatever'] } : { kind: 'boolean', value: choose(4) > 0 };
      case 7:
        return { kind: 'list', items: await items() };
      case 8:
        return { kind: 'and', items: await items() };
      case 9:
        return { kind: 'not', item: await condition(known, left, nesting - 1) };
      case 10: {
        const renamed = renamedMatch(known);
        return renamed === undefined ? mapping(known) : { kind: 'tree', tree: renamed };
      }
      default: {
        const { tree } = await expression(Math.min(left, 2));
        return { kind: 'tree', tree };
      }
    }
  }

  function mapping(known: readonly Attribute[]): Condition {
    const chosen = some(known, 2);
    const value = Object.fromEntries(
      chosen.map((attribute) => {
        if (!isOpaque(attribute)) return [attribute.name, literal(attribute)];
        if (attribute.storage.kind !== 'json') return [attribute.name, { python: 'None', value: null }];
        const rig = pick(['a', 'b']);
        return [`${attribute.name}.rig`, { python: `'${rig}'`, value: rig }];
      }),
    );
    return { kind: 'mapping', value: choose(8) === 7 ? { ...value, elsewhere: { python: '1', value: 1 } } : value };
  }

  function literal({ storage: { kind }, nullable }: Attribute): Literal {
    if (nullable && choose(4) === 3) return { python: 'None', value: null };
    const plain = (value: string | number | boolean): Literal => {
      return { value, python: typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value) };
    };
    switch (kind) {
      case 'integer':
        return plain(pick([0, 1, 2, 3, -1, 2020]));
      case 'year':
        return plain(pick([1999, 2000, 2020]));
      case 'bool':
        return plain(choose(2) === 1);
      case 'decimal': {
        const value = pick(['1.50', '0', '-1.5', '20.25', '1']);
        return { value, python: `decimal.Decimal('${value}')` };
      }
      case 'float':
      case 'double':
        return plain(pick([0.5, 0, -2.5, 1.5, 0.25]));
      case 'date': {
        const value = pick(['2020-01-01', '2020-02-29']);
        return { value, python: `datetime.date.fromisoformat('${value}')` };
      }
      case 'datetime': {
        const value = pick(['2020-01-01 00:00:00', '2021-06-05 04:03:02', '2020-01-01 00:00:00.000001']);
        return { value, python: `datetime.datetime.fromisoformat('${value}')` };
      }
      case 'time':
        return plain(pick(['12:34:56', '00:00:00']));
      case 'uuid':
        return plain(pick(['00000000-0000-0000-0000-000000000001', 'aaaaaaaa111122223333444444444444']));
      default:
        return plain(pick(['a', 'b', 'b c', 'aa', 'k', '100%']));
    }
  }

  function texts(attribute: Attribute): readonly string[] {
    const { storage, databaseType } = attribute;
    const name = choose(6) === 5 ? (family === 'mysql' ? `\`${attribute.name}\`` : attribute.name) : attribute.name;
    const nulls = [`${name} IS NULL`, `${name} IS NOT NULL`];
    switch (storage.kind) {
      // MySQL reads a year of two digits as one of four, or not, by where it comes from.
      case 'year':
        return [`${name} > 2000`, `${name} IN (1999, 2020)`, `NOT ${name} = 2020`, ...nulls];
      case 'integer':
      case 'decimal':
        return [
          ...[`${name} > 1`, `${name} IN (1, 2)`, `${name} BETWEEN 0 AND 2`, `${name} = 1 OR ${name} IS NULL`],
          ...[
            `NOT ${name} = 1`,
            `${name} + 1 > 2`,
            `ABS(${name}) < 2`,
            `${name} <> 0 AND ${name} < 3`,
            `${name} % 2 = 1`,
          ],
          ...nulls,
        ];
      case 'float':
      case 'double':
        return [`${name} >= 0.5`, `${name} < 0`, `NOT ${name} BETWEEN 0 AND 1`, ...nulls];
      case 'bool':
        return [`${name} = TRUE`, `NOT ${name}`, name, ...nulls];
      case 'text': {
        const isEnum = /^enum/.test(databaseType);
        const quoted = family === 'mysql' ? [`${name} = "a"`] : [];
        const like = isEnum ? [] : [`${name} LIKE 'a%'`, `${name} NOT LIKE '%b%'`];
        return [`${name} = 'a'`, `${name} <> 'a'`, `${name} IN ('a', 'b')`, ...like, ...quoted, ...nulls];
      }
      case 'date':
      case 'datetime':
        return [
          ...[
            `${name} > '2020-01-01'`,
            `EXTRACT(YEAR FROM ${name}) = 2020`,
            `${name} BETWEEN '2020-01-01' AND '2020-12-31'`,
          ],
          ...nulls,
        ];
      default:
        return nulls;
    }
  }
}
