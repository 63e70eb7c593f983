import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Connection,
  RowCounts,
  type Schema,
  type Sql,
  sql,
  type Transaction,
} from '../../packages/datajoint/src/index.ts';
import { describeEachBackend } from '../support/backends.ts';
import { connectionTo, openDatabase } from '../support/connect-to-backend.ts';

const schema = 'pharus_counts';
/** Tables that are changed side by side, so that all of them settle at the same time. */
const places = Array.from({ length: 8 }, (_, index) => `t_${String.fromCharCode(97 + index)}`);
const parentOf = (place: string): string => `p${place}`;

/** Pseudo-random numbers from 0 up to a limit, the same in every run. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describeEachBackend((backend) => {
  let writer: Connection;
  let reader: Schema;
  let counts: RowCounts;
  let counted = 0;
  /** How many rows were committed, by table. */
  const committed = new Map<string, number>();
  let nextId = 1;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    for (const place of places) {
      await backend.query(`
        CREATE TABLE ${schema}.${parentOf(place)} (parent_id int NOT NULL, PRIMARY KEY (parent_id));
        CREATE TABLE ${schema}.${place} (id int NOT NULL, parent_id int DEFAULT NULL, x int NOT NULL, PRIMARY KEY (id),
          FOREIGN KEY (parent_id) REFERENCES ${schema}.${parentOf(place)} (parent_id) ON DELETE CASCADE)`);
      committed.set(place, 0);
    }
    writer = connectionTo(backend);
    const database = openDatabase(backend);
    reader = database.schema(schema);
    const { connection } = database;
    counts = new RowCounts(connection);
  });
  afterAll(async () => {
    await writer?.close();
    await (reader?.executor as Connection | undefined)?.close();
    await backend.dropSchemas(schema);
  });

  /** Waits until no table of MySQL's family can get the stamp of a change before; PostgreSQL's get one at once. */
  const settled = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, backend.family === 'mysql' ? 3100 : 0));

  const nameOf = (place: string): string => place.replace(/^(.)_(.)$/, (_, a, b) => a.toUpperCase() + b.toUpperCase());
  const length = async (place: string): Promise<number> => {
    const stored = await reader.table(nameOf(place));
    // Whose counting can be watched.
    const table = new Proxy(stored, {
      get(target, name) {
        if (name === 'length') counted += 1;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    return counts.count(table);
  };
  const check = async (place: string): Promise<void> => {
    expect([place, await length(place)]).toEqual([place, committed.get(place)]);
  };
  const add = (place: string, rows: number): void => void committed.set(place, (committed.get(place) ?? 0) + rows);
  const table = (place: string): Sql => sql.id(schema, place);
  const insert = (place: string, parent: bigint | null = null): Sql => {
    nextId += 1;
    return sql`INSERT INTO ${table(place)} VALUES (${BigInt(nextId)}, ${parent}, ${1n})`;
  };

  /** Changes a table and looks at it in between; as many ways as there are. */
  const changes: readonly ((place: string) => Promise<void>)[] = [
    async (place) => {
      await writer.execute(insert(place));
      add(place, 1);
    },
    async (place) => {
      await writer.transaction(async (transaction) => {
        await transaction.execute(insert(place));
        await transaction.execute(insert(place));
        await whileOpen(place);
      });
      add(place, 2);
    },
    async (place) => {
      await undone(async (transaction) => {
        await transaction.execute(insert(place));
        await whileOpen(place);
      });
    },
    async (place) => {
      await writer.execute(sql`DELETE FROM ${table(place)}`);
      committed.set(place, 0);
    },
    async (place) => {
      nextId += 1;
      const parent = BigInt(nextId);
      await writer.execute(sql`INSERT INTO ${table(parentOf(place))} VALUES (${parent})`);
      await writer.execute(insert(place, parent));
      await writer.execute(insert(place, parent));
      add(place, 2);
      await check(place);
      await writer.execute(sql`DELETE FROM ${table(parentOf(place))} WHERE parent_id = ${parent}`);
      add(place, -2);
    },
    async (place) => {
      await writer.execute(sql`TRUNCATE TABLE ${table(place)}`);
      committed.set(place, 0);
    },
    async (place) => {
      await writer.execute(sql`UPDATE ${table(place)} SET x = x + 1`);
    },
    async () => undefined,
  ];

  /** What others see while a transaction is open. PGlite has one session, which is then in use. */
  const whileOpen = async (place: string): Promise<void> => {
    if (backend.name !== 'pglite') await check(place);
  };

  const undone = async (run: (transaction: Transaction) => Promise<void>): Promise<void> => {
    const reason = new Error('undo');
    const done = writer.transaction(async (transaction) => {
      await run(transaction);
      throw reason;
    });
    await expect(done).rejects.toBe(reason);
  };

  test('no count is wrong, however tables are changed between two looks', async () => {
    const pick = random(20_261_126);
    for (let round = 0; round < 2; round += 1) {
      await settled();
      // From here on the counts are kept, so that each later one says whether that was right.
      for (const place of places) await check(place);
      await Promise.all(
        places.map(async (place) => {
          for (let step = 0; step < 6; step += 1) {
            await changes[pick(changes.length)]?.(place);
            for (let look = 0; look < 2; look += 1) await check(place);
          }
        }),
      );
    }
  });

  test('a count is kept while a transaction is open for long, and given up when it is committed', async () => {
    const [place = ''] = places;
    if (backend.name === 'pglite') {
      expect(await length(place)).toBe(committed.get(place));
      return;
    }
    await writer.transaction(async (transaction) => {
      await transaction.execute(insert(place));
      await settled();
      for (let look = 0; look < 3; look += 1) await check(place);
    });
    add(place, 1);
    await check(place);
    await settled();
    await check(place);
  });

  test('rows are counted once as long as nothing changes', async () => {
    const [place = ''] = places;
    await settled();
    await check(place);
    counted = 0;
    await Promise.all(Array.from({ length: 50 }, () => check(place)));
    expect(counted).toBe(0);
    await writer.execute(insert(place));
    add(place, 1);
    await check(place);
    expect(counted).toBe(1);
  });

  test('many who ask at the same time share one count', async () => {
    const place = places[1] ?? '';
    await writer.execute(insert(place));
    add(place, 1);
    await settled();
    counted = 0;
    await Promise.all(Array.from({ length: 50 }, () => check(place)));
    expect(counted).toBe(1);
  });

  test('what cannot be watched is counted each time: a view', async () => {
    const [place = ''] = places;
    await backend.query(`CREATE VIEW ${schema}.v_w AS SELECT * FROM ${schema}.${place}`);
    await settled();
    counted = 0;
    for (let look = 0; look < 3; look += 1) expect(await length('v_w')).toBe(committed.get(place));
    expect(counted).toBe(3);
  });

  test('transactions that began at the same moment and end one after the other are both noticed', async () => {
    const [place = ''] = places;
    if (backend.name === 'pglite') {
      expect(await length(place)).toBe(committed.get(place));
      return;
    }
    let end: () => void = () => undefined;
    const other = new Promise<void>((resolve) => {
      end = resolve;
    });
    const first = writer.transaction(async (transaction) => {
      await transaction.execute(insert(place));
    });
    const second = writer.transaction(async (transaction) => {
      await transaction.execute(insert(place));
      await other;
    });
    await first;
    add(place, 1);
    await settled();
    for (let look = 0; look < 3; look += 1) await check(place);
    end();
    await second;
    add(place, 1);
    for (let look = 0; look < 3; look += 1) await check(place);
  });
});
