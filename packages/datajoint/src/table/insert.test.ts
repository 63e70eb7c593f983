import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../connection/connection.ts';
import type { Executor } from '../connection/executor.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { DataJointError, DuplicateError, LostConnectionError } from '../errors.ts';
import { readHeading } from '../heading/read-heading.ts';
import type { Statement } from '../sql/sql.ts';
import { type InputRow, type InsertOptions, insertRows } from './insert.ts';

const column = (attribute: string, type: string, key = ''): ColumnRow => [
  attribute,
  type,
  null,
  'YES',
  key,
  null,
  '',
  '',
  '',
];
const heading = readHeading(
  [column('id', 'int', 'PRI'), column('note', 'longtext'), column('weight', 'double')],
  '',
  'legacy',
  mysqlTypes,
);
const target = { name: { schema: 'lab', table: 't' }, heading };

/** A connection that keeps what it is sent; statements of a transaction that failed are taken back. */
function connection(refuse: (statement: Statement) => Error | undefined = () => undefined) {
  const log: string[] = [];
  const sent: Statement[] = [];
  const executorInto = (kept: Statement[]): Executor => ({
    dialect: mysqlDialect,
    execute: async (sql) => {
      const { text, params } = sql.toStatement(mysqlDialect.syntax);
      const statement = { text, params };
      const error = refuse(statement);
      if (error !== undefined) throw error;
      kept.push(statement);
      return { columns: [], rows: [], affectedRows: 0 };
    },
    stream: () => {
      throw new Error('Nothing is streamed here.');
    },
  });
  const transaction = async (run: (executor: Executor) => Promise<unknown>): Promise<unknown> => {
    const kept: Statement[] = [];
    log.push('begin');
    try {
      const result = await run(executorInto(kept));
      sent.push(...kept);
      log.push('commit');
      return result;
    } catch (error) {
      log.push('rollback');
      throw error;
    }
  };
  return { connection: { ...executorInto(sent), transaction } as unknown as Connection, sent, log };
}

async function inserted(rows: readonly InputRow[], options: InsertOptions = {}): Promise<readonly Statement[]> {
  const { connection: to, sent } = connection();
  await insertRows(target, rows, options, to);
  return sent;
}

async function failure(
  rows: readonly InputRow[],
  options: InsertOptions = {},
  to = connection().connection,
): Promise<DataJointError> {
  try {
    await insertRows(target, rows, options, to);
  } catch (error) {
    return error as DataJointError;
  }
  throw new Error('Expected an error.');
}

describe('the statement', () => {
  test('names the attributes in heading order and binds every value', async () => {
    expect(await inserted([{ note: "it's; --", id: 1 }])).toEqual([
      { text: 'INSERT INTO `lab`.`t` (`id`, `note`) VALUES (?, ?)', params: ['1', "it's; --"] },
    ]);
  });

  test('several rows, with what is NULL or no number as the default', async () => {
    const rows = [
      { id: 1, weight: null },
      { weight: 'nan', id: '2' },
      { id: 3, weight: 0.5 },
    ];
    expect(await inserted(rows)).toEqual([
      {
        text: 'INSERT INTO `lab`.`t` (`id`, `weight`) VALUES (?, DEFAULT), (?, DEFAULT), (?, ?)',
        params: ['1', '2', '3', '0.5'],
      },
    ]);
  });

  test('rows as lists in heading order', async () => {
    const [statement] = await inserted([
      [1, 'a', null],
      [2, 'b', 1],
    ]);
    expect(statement).toEqual({
      text: 'INSERT INTO `lab`.`t` (`id`, `note`, `weight`) VALUES (?, ?, DEFAULT), (?, ?, ?)',
      params: ['1', 'a', '2', 'b', '1'],
    });
  });

  test('replacing, passing over duplicates and unknown names', async () => {
    const key = '`id` = IF(`lab`.`t`.`id` <=> VALUES(`id`), `lab`.`t`.`id`, NULL)';
    expect((await inserted([{ id: 1, note: 'a' }], { replace: true }))[0]?.text).toBe(
      'INSERT INTO `lab`.`t` (`id`, `note`) VALUES (?, ?) ON DUPLICATE KEY UPDATE ' +
        `${key}, \`note\` = VALUES(\`note\`), \`weight\` = DEFAULT`,
    );
    expect((await inserted([{ id: 1 }], { skipDuplicates: true }))[0]?.text).toBe(
      `INSERT INTO \`lab\`.\`t\` (\`id\`) VALUES (?) ON DUPLICATE KEY UPDATE ${key}`,
    );
    expect((await inserted([{ id: 1, extra: 2 }], { ignoreExtraFields: true }))[0]?.params).toEqual(['1']);
  });

  test('no rows send nothing, a row without values takes the defaults', async () => {
    expect(await inserted([])).toEqual([]);
    expect((await inserted([{}]))[0]?.text).toBe('INSERT INTO `lab`.`t` (`id`) VALUES (DEFAULT)');
  });
});

describe('many rows', () => {
  test('of one key go in statements of their own where they replace each other', async () => {
    const rows = [1, 2, 1].map((id) => ({ id, note: `n${id}` }));
    const { connection: to, sent } = connection();
    await insertRows(target, rows, { replace: true }, to);
    expect(sent.map(({ params }) => params.length)).toEqual([4, 2]);
  });

  test('go in several statements of one transaction, every row once and in order', async () => {
    const rows = Array.from({ length: 4321 }, (_, id) => ({ id, note: `n${id}` }));
    const { connection: to, sent, log } = connection();
    await insertRows(target, rows, {}, to);
    expect(log).toEqual(['begin', 'commit']);
    expect(sent.map(({ params }) => params.length)).toEqual([...Array(8).fill(1000), 642]);
    expect(sent.flatMap(({ params }) => params)).toEqual(rows.flatMap(({ id, note }) => [String(id), note]));
  });

  test('go in statements that are short enough to stay prepared', async () => {
    for (const width of [1, 2, 10, 60]) {
      const columns = Array.from({ length: width }, (_, index) => column(`attribute_${index}`, 'int'));
      const { connection: to, sent } = connection();
      const rows = Array(600).fill(Array(width).fill(1)) as InputRow[];
      await insertRows({ ...target, heading: readHeading(columns, '', 'legacy', mysqlTypes) }, rows, {}, to);
      expect(new Set(sent.map(({ text }) => text)).size).toBeLessThanOrEqual(2);
      for (const { text } of sent) expect(text.length).toBeLessThan(16_384);
    }
  });

  test('of many attributes stay below the limit of parameters', async () => {
    const wide = readHeading(
      Array.from({ length: 1000 }, (_, index) => column(`a${index}`, 'int')),
      '',
      'legacy',
      mysqlTypes,
    );
    const { connection: to, sent } = connection();
    const row = Array.from({ length: 1000 }, () => 1);
    await insertRows({ ...target, heading: wide }, Array(150).fill(row) as InputRow[], {}, to);
    expect(sent.map(({ params }) => params.length)).toEqual(Array(75).fill(2000));
  });

  test('of large values stay below the size of a packet; one that is larger goes alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 1 << 20, 3 << 20, 5 << 20), { minLength: 1, maxLength: 8 }),
        async (sizes) => {
          const statements = await inserted(sizes.map((size) => ['1', 'x'.repeat(size), 1]));
          const lengths = statements.map(({ params }) =>
            params
              .filter((param) => typeof param === 'string')
              .map((param) => param.length)
              .filter((_, index) => index % 3 === 1),
          );
          expect(lengths.flat()).toEqual(sizes);
          const isSmall = (chunk: number[]): boolean => chunk.length === 1 || chunk.reduce((a, b) => a + b) <= 4 << 20;
          expect(lengths.every(isSmall)).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('are all or none', async () => {
    const rows = Array.from({ length: 4321 }, (_, id) => ({ id }));
    const {
      connection: to,
      sent,
      log,
    } = connection(({ params }) => (params.includes('4000') ? new DuplicateError('There is one.') : undefined));
    const error = await failure(rows, {}, to);
    expect(error).toBeInstanceOf(DuplicateError);
    expect(error.message).toBe('Record 4001 of 4321: There is one.');
    expect(error.details.record).toBe(4000);
    expect(sent).toEqual([]);
    expect(log).toEqual(['begin', 'rollback', 'begin', 'rollback']);
  });

  test('in a transaction are sent by it, after a savepoint, so that nothing is left of them if one fails', async () => {
    const { connection: outer, sent } = connection();
    const { transaction: _, ...executor } = outer as unknown as Record<string, unknown>;
    await insertRows(
      target,
      Array.from({ length: 2001 }, (_row, id) => ({ id })),
      {},
      executor as unknown as Executor,
    );
    expect(sent.map(({ params }) => params.length)).toEqual([0, 500, 500, 500, 500, 1, 0]);
    expect(sent[0]?.text).toMatch(/^SAVEPOINT /);
  });
});

describe('an error', () => {
  test('of several rows is told apart by inserting them one by one, and none stays', async () => {
    const {
      connection: to,
      sent,
      log,
    } = connection(({ params }) =>
      params.includes('2') ? new DuplicateError('There is one.', { details: { key: 'PRIMARY' } }) : undefined,
    );
    const error = await failure([{ id: 1 }, { id: 2 }, { id: 3 }], {}, to);
    expect(error.message).toBe('Record 2 of 3: There is one.');
    expect(error.details).toEqual({ key: 'PRIMARY', record: 1 });
    expect(log).toEqual(['begin', 'rollback']);
    expect(sent).toEqual([]);
  });

  test('of one row is about that row', async () => {
    const error = await failure([{ id: 1 }], {}, connection(() => new DuplicateError('There is one.')).connection);
    expect([error.message, error.details.record]).toEqual(['There is one.', 0]);
  });

  test('that no single row shows is given as it is', async () => {
    const original = new DuplicateError('There is one.');
    const { connection: to } = connection(({ params }) => (params.length > 1 ? original : undefined));
    expect(await failure([{ id: 1 }, { id: 2 }], {}, to)).toBe(original);
  });

  test('of the connection is no row’s', async () => {
    const lost = new LostConnectionError('Gone.');
    const { connection: to, log } = connection(() => lost);
    expect(await failure([{ id: 1 }, { id: 2 }], {}, to)).toBe(lost);
    expect(log).toEqual([]);
  });

  test.each<[string, InputRow[], string, number]>([
    ['an unknown attribute', [{ id: 1, nota: 2 }], '`nota` is not in the table heading. Did you mean "note"?', 0],
    ['an unknown attribute later', [{ id: 1 }, { id: 1, x: 2 }], 'Record 2 of 2: `x` is not in the table heading.', 1],
    [
      'fewer attributes',
      [{ id: 1, note: '' }, { id: 2 }],
      'Record 2 of 2: Attempt to insert rows with different fields. Give the same attributes in every record.',
      1,
    ],
    [
      'other attributes',
      [
        { id: 1, note: '' },
        { id: 2, weight: 1 },
      ],
      'Record 2 of 2: Attempt to insert rows with different fields. Give the same attributes in every record.',
      1,
    ],
    [
      'a list among objects',
      [{ id: 1 }, [1]],
      'Record 2 of 2: Expected an object of attribute names and values, as in the first record.',
      1,
    ],
    [
      'too short a list',
      [[1, 'a', 2], [1]],
      'Record 2 of 2: Invalid insert argument. Incorrect number of attributes: 1 given; 3 expected.',
      1,
    ],
    ['a wrong value', [{ id: 1 }, { id: 'x' }], 'Record 2 of 2: Attribute `id` (int) expects a number; got "x".', 1],
    [
      'a text for a row',
      ['abc' as unknown as InputRow],
      'Expected an object of attribute names and values, as in the first record.',
      0,
    ],
  ])('%s is found before anything is sent', async (_name, rows, message, record) => {
    const { connection: to, sent, log } = connection();
    const error = await failure(rows, {}, to);
    expect(error).toBeInstanceOf(DataJointError);
    expect([error.message, error.details.record]).toEqual([message, record]);
    expect([sent, log]).toEqual([[], []]);
  });

  test.each<[string, InputRow[]]>([
    ['nothing for the first row', [null as unknown as InputRow]],
    ['nothing for a later row', [{ id: 1 }, null as unknown as InputRow]],
    ['an object after a list', [[1, 'a', 2], { id: 2, nota: 'b' }]],
    ['nothing after a list', [[1, 'a', 2], null as unknown as InputRow]],
  ])('%s is refused as DataJoint’s error', async (_name, rows) => {
    expect(await failure(rows)).toBeInstanceOf(DataJointError);
  });
});

test('a single row in place of a list is refused', async () => {
  const row = { id: 1 } as unknown as readonly InputRow[];
  const refusal = insertRows(target, row, {}, connection().connection);
  await expect(refusal).rejects.toThrow(/^Expected a list of rows, got .*insert1\.$/);
});
