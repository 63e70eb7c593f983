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

for (const family of ['mysql', 'postgresql'] as const) {
  describeFamily(family, (backend) => {
    if (backend.name === 'pglite') return test('PGlite limits each batch of a stream, not the whole', () => undefined);
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
