/** A table to declare and fill. */
export interface DeclaredTable {
  readonly name: string;
  readonly definition: string;
  /** Columns of types that no definition can have, as SQL adds them. */
  readonly added?: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, Stored>>[];
}

/**
 * A value to insert: bytes as their digits, what goes into a blob, a document or an array apart from texts and numbers, and
 * files by their names, which are what they hold: to be attached, or of a store.
 */
type Stored =
  | string
  | number
  | boolean
  | null
  | { readonly $bytes: string }
  | { readonly $blob: unknown }
  | { readonly $json: unknown }
  | { readonly $array: readonly number[] }
  | { readonly $attach: string }
  | { readonly $path: string };

export interface Setting {
  readonly generation: 'legacy' | 'current';
  readonly family: 'mysql' | 'postgresql';
}

interface Column {
  /** Where a generation has no such type, its tables do not have the column. */
  readonly legacy?: string;
  readonly current?: string;
  /** Where PostgreSQL has no such type. */
  readonly postgresql?: string;
  /** A type of MySQL's that no definition can have. */
  readonly added?: string;
  readonly values: readonly Exclude<Stored, null>[];
  /** Whether keys may have it. */
  readonly isKey?: true;
}

const uuids = ['00000000-0000-0000-0000-000000000001', 'aaaaaaaa-1111-2222-3333-444444444444'];

/** Columns by name; a name is of one type everywhere, so that namesakes can be compared. */
const columns: Readonly<Record<string, Column>> = {
  tiny: { legacy: 'tinyint', current: 'int8', values: [-3, 0, 1, 2], isKey: true },
  small: { legacy: 'smallint', current: 'int16', values: [-1, 0, 1, 2], isKey: true },
  whole: { legacy: 'int unsigned', current: 'int32', values: [0, 1, 2, 3], isKey: true },
  big: { legacy: 'bigint', current: 'int64', values: ['-9007199254740993', 0, 1, '9007199254740993'], isKey: true },
  price: { legacy: 'decimal(8,2)', current: 'decimal(8,2)', values: ['-1.50', '0.00', '1.50', '20.25'] },
  weight: { legacy: 'float', current: 'float32', values: [-0.5, 0, 0.25, 1.5] },
  speed: { legacy: 'double', current: 'float64', values: [-2.5, 0, 0.5, 1e10] },
  flag: { legacy: 'bool', current: 'bool', values: [true, false], isKey: true },
  day: { legacy: 'date', current: 'date', values: ['2020-01-01', '2020-02-29', '2021-12-31'], isKey: true },
  made: { legacy: 'datetime', current: 'datetime', values: ['2020-01-01 00:00:00', '2021-06-05 04:03:02'] },
  micro: {
    legacy: 'datetime(6)',
    current: 'datetime(6)',
    values: ['2020-01-01 00:00:00.000001', '2020-01-01 10:00:00'],
  },
  word: { legacy: 'varchar(12)', current: 'varchar(12)', values: ['a', 'b c', 'ab', 'Z', '100%'], isKey: true },
  mark: { legacy: 'char(2)', current: 'char(2)', values: ['aa', 'bb'] },
  kind: { legacy: "enum('a','b','c')", current: "enum('a','b','c')", values: ['a', 'b', 'c'], isKey: true },
  who: { legacy: 'uuid', current: 'uuid', values: uuids, isKey: true },
  clock: { legacy: 'time', current: 'time', values: ['00:00:00', '12:34:56'] },
  model: { legacy: 'year', current: 'year', postgresql: 'int16', values: [1999, 2020] },
  stamp: { legacy: 'timestamp', current: 'timestamp', values: ['2020-01-01 00:00:00', '2021-06-05 04:03:02'] },
  tick: { legacy: 'time(6)', current: 'time(6)', values: ['00:00:00', '12:34:56.000789'] },
  note: { legacy: 'varchar(300)', current: 'text', values: ['', 'a', 'long and longer', '\u00e9\u00e8'] },
  paper: {
    legacy: 'json',
    current: 'json',
    values: [{ $json: { rig: 'a', n: 1, in: { x: null } } }, { $json: { rig: 'b' } }, { $json: { rig: null, n: 2.5 } }],
  },
  raw: { legacy: 'longblob', current: 'bytes', values: [{ $bytes: '' }, { $bytes: '00ff80' }] },
  trace: { legacy: 'longblob', current: '<blob>', values: [{ $blob: [1, 2, 3] }, { $blob: 'text' }, { $blob: [] }] },
  medium: {
    legacy: 'mediumint',
    current: 'mediumint',
    postgresql: 'int32',
    values: [-8388608, 0, 1, 8388607],
    isKey: true,
  },
  plenty: {
    legacy: 'bigint unsigned',
    current: 'bigint unsigned',
    postgresql: 'int64',
    values: [0, 1, '4611686018427387000'],
  },
  exact: {
    legacy: 'decimal(30,10)',
    current: 'decimal(30,10)',
    values: ['-1.0000000001', '0', '12345678901234567890.5'],
  },
  tags: { added: "set('a','b','c')", values: ['', 'a', 'b', 'a,c'] },
  fixed: { added: 'binary(4)', values: [{ $bytes: '00000000' }, { $bytes: '00ff8001' }] },
  loose: { added: 'varbinary(8)', values: [{ $bytes: '' }, { $bytes: 'ff00' }] },
  file: { legacy: 'attach', current: '<attach>', values: [{ $attach: 'a.txt' }, { $attach: 'b c.bin' }] },
  far: { legacy: 'blob@main', current: '<blob@main>', values: [{ $blob: [1, 2, 3] }, { $blob: 'far' }] },
  far_file: { legacy: 'attach@main', current: '<attach@main>', values: [{ $attach: 'a.txt' }, { $attach: 'c.txt' }] },
  path: {
    legacy: 'filepath@main',
    current: '<filepath@main>',
    values: [{ $path: 'one.txt' }, { $path: 'sub/two.txt' }],
  },
  hash: { current: '<hash@main>', values: [{ $bytes: '00ff' }, { $bytes: '616263' }] },
  object: { current: '<object@main>', values: [{ $bytes: '00ff' }, { $bytes: '646566' }] },
  numbers: { current: '<npy@main>', values: [{ $array: [1, 2, 3] }, { $array: [] }] },
};

/** Numbers that look random, the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Made extends DeclaredTable {
  readonly key: readonly string[];
  readonly columnOf: ReadonlyMap<string, string>;
}

const names = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon', 'Zeta'];

/** A small pipeline of random tables: keys of all types, foreign keys of every sort, namesakes, NULL. */
export function makePipeline(seed: number, { generation, family }: Setting): readonly DeclaredTable[] {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  const usable = Object.entries(columns).flatMap(([name, { [generation]: own, added }]) => {
    const isThere = own !== undefined || (added !== undefined && family === 'mysql');
    return isThere && (family === 'mysql' || name !== 'who') ? [name] : [];
  });
  const keys = usable.filter((name) => columns[name]?.isKey);
  const tables: Made[] = [];
  for (const name of names) tables.push(makeTable(name));
  return tables;

  function makeTable(name: string): Made {
    const index = tables.length;
    const columnOf = new Map<string, string>();
    const head: string[] = [];
    const body: string[] = [];
    const added: Record<string, string> = {};
    const sources: (readonly [
      attributes: readonly string[],
      rows: DeclaredTable['rows'],
      from: readonly string[],
      nullable: boolean,
    ])[] = [];
    const refer = (lines: string[], options: string, nullable: boolean): void => {
      const parent = pick(tables);
      const isRenamed = random(4) === 0;
      const own = (attribute: string): string => (isRenamed ? `${attribute}_of_${name.toLowerCase()}` : attribute);
      const attributes = parent.key.map(own);
      if (attributes.some((attribute) => columnOf.has(attribute))) return;
      for (const [at, attribute] of attributes.entries()) {
        columnOf.set(attribute, parent.columnOf.get(parent.key[at] as string) as string);
      }
      const renamed = parent.key.map((attribute) => `${own(attribute)}='${attribute}'`).join(', ');
      lines.push(`-> ${options}${parent.name}${isRenamed ? `.proj(${renamed})` : ''}`);
      sources.push([attributes, parent.rows, parent.key, nullable]);
    };
    if (index > 0 && random(4) > 0) refer(head, '', false);
    if (index > 1 && random(5) === 0) refer(head, '', false);
    const define = (attribute: string, column: string, lines: string[], nullable: boolean): void => {
      if (columnOf.has(attribute)) return;
      columnOf.set(attribute, column);
      const { [generation]: own, postgresql, added: addedType } = columns[column] as Column;
      const type = family === 'postgresql' ? (postgresql ?? own) : own;
      if (type !== undefined) lines.push(`${attribute}${nullable ? ' = null' : ''} : ${type}`);
      else added[attribute] = `${addedType}${nullable ? '' : ' NOT NULL'}`;
      sources.push([[attribute], [], [], nullable]);
    };
    // A key of its own, most of the time under a name of its own.
    if (columnOf.size === 0 || random(3) > 0) {
      const column = pick(keys);
      define(random(4) === 0 ? column : `${name.toLowerCase()}_${column}`, column, head, false);
    }
    const key = [...columnOf.keys()];
    if (index > 0 && random(3) === 0) refer(body, random(2) === 0 ? '[nullable] ' : '', body.length < 0);
    for (let count = random(5); count > 0; count -= 1) {
      const column = pick(usable);
      const isShared = random(generation === 'legacy' ? 3 : 8) === 0;
      define(isShared ? column : `${column}_${name.toLowerCase()}`, column, body, random(2) === 0);
    }
    const definition = [...head, '---', ...body].join('\n');
    return { name, definition, added, key, columnOf, rows: makeRows() };

    function makeRows(): DeclaredTable['rows'] {
      const rows = new Map<string, Record<string, Stored>>();
      for (let tries = 3 + random(6); tries > 0; tries -= 1) {
        const row: Record<string, Stored> = {};
        for (const [attributes, parents, from, nullable] of sources) {
          const isReference = from.length > 0;
          if (isReference && parents.length === 0) return [];
          const parent = isReference ? pick(parents) : undefined;
          for (const [at, attribute] of attributes.entries()) {
            const column = columns[columnOf.get(attribute) as string] as Column;
            const value = parent === undefined ? pick(column.values) : (parent[from[at] as string] ?? null);
            row[attribute] = nullable && random(3) === 0 ? null : value;
          }
        }
        rows.set(JSON.stringify(key.map((attribute) => row[attribute])), row);
      }
      return [...rows.values()];
    }
  }
}
