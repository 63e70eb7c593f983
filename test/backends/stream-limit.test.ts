import { Connection, sql, TimeoutError } from '@pharus/datajoint';
import { expect, test } from 'vitest';
import { mysqlDialect, postgresDialect, postgresDriver } from '../../packages/datajoint/src/index.ts';
import { type Backend, describeFamily } from '../support/backends.ts';

const slowly = ({ family, host, port, user, password }: Backend): Connection =>
  new Connection({
    ...{ host, port, user, password },
    ...(family === 'mysql' ? { dialect: mysqlDialect } : { dialect: postgresDialect, driver: postgresDriver }),
    statementTimeout: 500,
    pool: { max: 1 },
  });

/** A few hundred megabytes, far more than what lies between server and reader. */
const many = {
  mysql: sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, REPEAT('x', 200000) FROM n`,
  postgresql: sql`SELECT i, repeat('x', 200000) FROM generate_series(1, 900) AS n (i)`,
} as const;

async function readSlowly(
  connection: Connection,
  statement: (typeof many)['mysql'],
  isUnlimited: boolean,
): Promise<number> {
  let rows = 0;
  for await (const batch of connection.stream(statement, { isUnlimited })) {
    if (rows === 0) await new Promise((resolve) => setTimeout(resolve, 1200));
    rows += batch.length;
  }
  return rows;
}

/** Small rows, of which one chunk that arrives holds many. */
const small = {
  mysql: sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
    SELECT a.i, REPEAT('x', 100) FROM n a, n b LIMIT 300000`,
  postgresql: sql`SELECT i, repeat('x', 100) FROM generate_series(1, 300000) AS n (i)`,
} as const;

/** How often the event loop goes round while something is done. */
async function turnsDuring(run: () => Promise<void>): Promise<number> {
  let turns = 0;
  let next: NodeJS.Immediate;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  next = setImmediate(count);
  await run();
  clearImmediate(next);
  return turns;
}

for (const family of ['mysql', 'postgresql'] as const) {
  describeFamily(family, (backend) => {
    if (backend.name === 'pglite') return test('PGlite limits each batch of a stream, not the whole', () => undefined);
    test('streams leave turns to others, however fast their rows arrive and are taken', async () => {
      const connection = slowly(backend);
      let batches = 0;
      const turns = await turnsDuring(async () => {
        for await (const batch of connection.stream(small[family], { isUnlimited: true })) {
          batches += 1;
          expect(batch.length).toBeLessThan(2000);
        }
      });
      await connection.close();
      expect(batches).toBeGreaterThan(300);
      // What has arrived in one chunk may make two batches.
      expect(turns).toBeGreaterThan(batches / 2);
    });

    test('an unlimited stream may take longer than a statement, and the limit holds again after it', async () => {
      const connection = slowly(backend);
      try {
        expect(await readSlowly(connection, many[family], true)).toBe(900);
        await expect(readSlowly(connection, many[family], false)).rejects.toThrow(TimeoutError);
      } finally {
        await connection.close();
      }
    });
  });
}
