import { beforeEach, describe, expect, test } from 'vitest';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import {
  CancelledError,
  ConcurrencyError,
  DataJointError,
  DuplicateError,
  LostConnectionError,
  TimeoutError,
  UnreachableError,
} from '../errors.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { Connection } from './connection.ts';
import type { Cell, Driver, DriverSession } from './driver.ts';
import type { Transaction } from './transaction.ts';

/** Every statement, with the number of its session before it. */
let log: string[] = [];
/** Answers for the next statements that start so: an error, or how many milliseconds they take. */
let answers: [start: string, answer: Error | number][] = [];
let opened = 0;

const driver: Driver = {
  connect: async () => {
    opened += 1;
    const id = opened;
    let isUsable = true;
    let isBusy = false;
    const run = async (text: string): Promise<void> => {
      log.push(`${id} ${text}`);
      if (isBusy) throw new DataJointError('busy');
      isBusy = true;
      const index = answers.findIndex(([start]) => text.startsWith(start));
      const [, answer] = (index >= 0 ? answers.splice(index, 1)[0] : undefined) ?? ['', 0];
      if (typeof answer === 'number') await new Promise((resolve) => setTimeout(resolve, answer));
      isBusy = false;
      if (typeof answer === 'number') return;
      if (answer instanceof LostConnectionError) isUsable = false;
      throw answer;
    };
    const session: DriverSession = {
      server: { product: 'mariadb', version: 'fake', sessionId: id, isEncrypted: false },
      get isUsable() {
        return isUsable;
      },
      execute: async ({ text }) => {
        await run(text);
        return { columns: ['a'], rows: [[id]], affectedRows: 1 };
      },
      async *stream({ text }) {
        await run(text);
        yield [[id]];
        await run('more');
        yield [[id]];
      },
      close: async () => {
        isUsable = false;
      },
      destroy: () => {
        isUsable = false;
      },
    };
    return session;
  },
};

let connection: Connection;
const begin = mysqlDialect.startTransaction;
const lost = (): Error => new LostConnectionError('lost');

beforeEach(() => {
  log = [];
  answers = [];
  opened = 0;
  connection = new Connection({ host: 'h', port: 1, user: 'u', password: 'p', dialect: mysqlDialect, driver });
});

async function collect(rows: AsyncIterable<readonly (readonly Cell[])[]>): Promise<Cell[][]> {
  const all: Cell[][] = [];
  for await (const batch of rows) all.push(...batch.map((row) => [...row]));
  return all;
}

describe('a statement outside a transaction', () => {
  test.each([
    ['execute', async (statement: Sql) => (await connection.execute(statement)).rows],
    ['stream', async (statement: Sql) => await collect(connection.stream(statement))],
  ])('%s: a query that meets a lost session runs once more, on a fresh one', async (_, run) => {
    await connection.execute(sql`SELECT 1`);
    answers = [['SELECT', lost()]];
    await run(sql`SELECT 2`);
    expect(log.slice(0, 3)).toEqual(['1 SELECT 1', '1 SELECT 2', '2 SELECT 2']);
    answers = [
      ['SELECT', lost()],
      ['SELECT', lost()],
    ];
    await expect(run(sql`SELECT 3`)).rejects.toThrow(LostConnectionError);
  });

  test.each(['INSERT INTO t', 'UPDATE t', 'DELETE FROM t', 'CALL p()', 'WITH a AS (SELECT 1) DELETE FROM t'])(
    '%s is never repeated',
    async (text) => {
      answers = [[text, lost()]];
      await expect(connection.execute(sql`${sql.id('x')}`)).resolves.toBeDefined();
      const statement = { toStatement: () => ({ text, params: [] }) } as unknown as Sql;
      await expect(connection.execute(statement)).rejects.toThrow(LostConnectionError);
      expect(log.filter((line) => line.endsWith(text))).toHaveLength(1);
    },
  );

  test('a stream that is cut after its first rows does not start again', async () => {
    answers = [['more', lost()]];
    await expect(collect(connection.stream(sql`SELECT 1`))).rejects.toThrow(LostConnectionError);
    expect(log).toEqual(['1 SELECT 1', '1 more']);
  });

  test('a stream left early gives its session back', async () => {
    for await (const _ of connection.stream(sql`SELECT 1`)) break;
    expect(connection.state).toEqual({ size: 1, idle: 1, waiting: 0 });
  });

  test('an unreachable database is not tried twice', async () => {
    answers = [['SELECT', new UnreachableError('nobody')]];
    await expect(connection.execute(sql`SELECT 1`)).rejects.toThrow(UnreachableError);
    expect(log).toHaveLength(1);
  });
});

describe('a transaction', () => {
  test('is committed when its callback ends', async () => {
    const result = await connection.transaction(async (transaction) => {
      await transaction.execute(sql`UPDATE t`);
      return 5;
    });
    expect(result).toBe(5);
    expect(log).toEqual([`1 ${begin}`, '1 UPDATE t', '1 COMMIT']);
  });

  test('is undone when its callback throws', async () => {
    const error = new DuplicateError('x');
    await expect(connection.transaction(() => Promise.reject(error))).rejects.toBe(error);
    expect(log).toEqual([`1 ${begin}`, '1 ROLLBACK']);
    expect(connection.state.idle).toBe(1);
  });

  test('cannot be nested', async () => {
    const nested = connection.transaction(() => connection.transaction(async () => undefined));
    await expect(nested).rejects.toThrow('cannot be nested');
    expect(log).toEqual([`1 ${begin}`, '1 ROLLBACK']);
    // One after the other they can, also where the second starts in the callback's wake.
    let later: Promise<void> | undefined;
    await connection.transaction(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
        connection.transaction(async () => undefined),
      );
    });
    await later;
    const again = connection.transaction(() => connection.transaction(async () => undefined));
    await expect(again).rejects.toThrow('cannot be nested');
  });

  test('runs its statements one after the other', async () => {
    answers = [['A', 20]];
    await connection.transaction((transaction) =>
      Promise.all([transaction.execute(sql`A`), transaction.execute(sql`B`), transaction.execute(sql`C`)]),
    );
    expect(log).toEqual([`1 ${begin}`, '1 A', '1 B', '1 C', '1 COMMIT']);
  });

  test('waits for statements nobody waited for, and takes none after its end', async () => {
    let kept: Transaction | undefined;
    answers = [['A', 20]];
    await connection.transaction(async (transaction) => {
      kept = transaction;
      void transaction.execute(sql`A`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(log).toEqual([`1 ${begin}`, '1 A', '1 COMMIT']);
    await expect(kept?.execute(sql`B`)).rejects.toThrow('has ended');
  });

  test('says that a stream has to be read first', async () => {
    const inside = connection.transaction(async (transaction) => {
      for await (const _ of transaction.stream(sql`SELECT 1`)) await transaction.execute(sql`UPDATE t`);
    });
    await expect(inside).rejects.toThrow('Read the stream to its end first');
    await connection.transaction(async (transaction) => {
      expect(await collect(transaction.stream(sql`SELECT 1`))).toHaveLength(2);
      await transaction.execute(sql`UPDATE t`);
    });
  });

  test('runs again after a conflict, if that is wanted', async () => {
    const conflict = new ConcurrencyError('deadlock');
    const update = async (transaction: Transaction): Promise<string> => {
      await transaction.execute(sql`UPDATE t`);
      return 'done';
    };
    answers = [['UPDATE', conflict]];
    await expect(connection.transaction(update)).rejects.toBe(conflict);
    answers = [
      ['UPDATE', conflict],
      ['COMMIT', conflict],
      ['UPDATE', conflict],
    ];
    expect(await connection.transaction(update, { retries: 3 })).toBe('done');
    answers = Array.from({ length: 9 }, () => ['UPDATE', conflict]);
    log = [];
    await expect(connection.transaction(update, { retries: 9 })).rejects.toBe(conflict);
    expect(log.filter((line) => line.endsWith('UPDATE t'))).toHaveLength(4);
  });

  test('never runs again after a lost connection', async () => {
    answers = [['SELECT', lost()]];
    const inside = connection.transaction((transaction) => transaction.execute(sql`SELECT 1`), { retries: 3 });
    await expect(inside).rejects.toThrow(LostConnectionError);
    expect(log).toEqual([`1 ${begin}`, '1 SELECT 1']);
    expect(connection.state.size).toBe(0);
  });

  test('begins on another session where an idle one was lost', async () => {
    await connection.execute(sql`SELECT 1`);
    answers = [[begin, lost()]];
    await connection.transaction(async () => undefined);
    expect(log).toEqual(['1 SELECT 1', `1 ${begin}`, `2 ${begin}`, '2 COMMIT']);
  });

  test.each([lost(), new TimeoutError('silence')])(
    'tells when nobody knows whether it was committed: %s',
    async (error) => {
      answers = [['COMMIT', error]];
      await expect(connection.transaction(async () => undefined, { retries: 3 })).rejects.toMatchObject({
        name: 'LostConnectionError',
        details: { outcome: 'unknown' },
      });
      expect(log.filter((line) => line.includes('COMMIT'))).toHaveLength(1);
    },
  );

  test('is undone when it is given up', async () => {
    const controller = new AbortController();
    const given = connection.transaction(
      async (transaction) => {
        await transaction.execute(sql`UPDATE t`);
        controller.abort();
      },
      { signal: controller.signal },
    );
    await expect(given).rejects.toThrow(CancelledError);
    expect(log).toEqual([`1 ${begin}`, '1 UPDATE t', '1 ROLLBACK']);
  });
});

test('verify opens a session, and close closes it', async () => {
  await connection.execute(sql`SELECT 1`);
  await connection.verify();
  expect(opened).toBe(2);
  await connection.close();
  expect(connection.state.size).toBe(0);
  await expect(connection.execute(sql`SELECT 1`)).rejects.toThrow('was closed');
});
