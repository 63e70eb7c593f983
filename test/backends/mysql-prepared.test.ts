import { Connection, mysqlDialect, sql } from '@pharus/datajoint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, describeFamily } from '../support/backends.ts';

const schema = 'pharus_mysql_prepared';
const table = sql.id(schema, 'value');

/** All statements on one session. */
function connectTo({ host, port, user, password }: Backend): Connection {
  return new Connection({ host, port, user, password, dialect: mysqlDialect, pool: { max: 1 } });
}

describeFamily('mysql', (backend) => {
  let connection: Connection;

  beforeAll(async () => {
    await backend.query(`DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema}`);
    await backend.query(`CREATE TABLE ${schema}.value (id int PRIMARY KEY, t varchar(9), b longblob)`);
    connection = connectTo(backend);
  });
  afterAll(async () => {
    await connection.close();
    await backend.query(`DROP DATABASE IF EXISTS ${schema}`);
  });

  test('what changes rows and returns them gives both', async () => {
    // MySQL has no such statement.
    if (backend.name !== 'mariadb') return;
    for (const round of [1, 2]) {
      const inserted = await connection.execute(
        sql`INSERT INTO ${table} (id, t) VALUES (${`${round}7`}, 'x') RETURNING id, t`,
      );
      expect(inserted).toMatchObject({ columns: ['id', 't'], rows: [[round * 10 + 7, 'x']] });
      const deleted = await connection.execute(sql`DELETE FROM ${table} WHERE id = ${`${round}7`} RETURNING id`);
      expect(deleted).toMatchObject({ columns: ['id'], rows: [[round * 10 + 7]] });
    }
  });

  test('a procedure with parameters gives its rows, and the session goes on', async () => {
    const one = connectTo(backend);
    const next = sql.id(schema, 'next');
    await one.execute(sql`CREATE PROCEDURE ${next}(n int) SELECT n + 1 AS more`);
    for (let round = 1; round <= 2; round += 1) {
      const { columns, rows } = await one.execute(sql`CALL ${next}(${BigInt(round)})`);
      expect([columns, rows.map((row) => row.map(Number))]).toEqual([['more'], [[round + 1]]]);
    }
    expect((await one.execute(sql`SELECT ${'still'} AS there`)).rows).toEqual([['still']]);
    await one.close();
  });

  test('rows whose columns change meanwhile', async () => {
    const one = connectTo(backend);
    const changing = sql.id(schema, 'changing');
    await one.execute(sql`CREATE TABLE ${changing} (a int, b varchar(9))`);
    await one.execute(sql`INSERT INTO ${changing} VALUES (7, 'x')`);
    const read = async (): Promise<unknown> => {
      const { columns, rows } = await one.execute(sql`SELECT * FROM ${changing}`);
      return [columns, rows];
    };
    for (let round = 0; round < 2; round += 1) expect(await read()).toEqual([['a', 'b'], [[7, 'x']]]);
    // By another session, which tells this one nothing.
    await backend.query(
      `ALTER TABLE ${schema}.changing MODIFY a bigint, ADD c double DEFAULT 0.5, CHANGE b d varchar(9)`,
    );
    for (let round = 0; round < 2; round += 1) expect(await read()).toEqual([['a', 'd', 'c'], [['7', 'x', 0.5]]]);
    await backend.query(`ALTER TABLE ${schema}.changing DROP d, DROP c`);
    for (let round = 0; round < 2; round += 1) expect(await read()).toEqual([['a'], [['7']]]);
    await one.close();
  });

  test('a write whose table changes meanwhile', async () => {
    const one = connectTo(backend);
    const changing = sql.id(schema, 'written');
    await one.execute(sql`CREATE TABLE ${changing} (a int, b varchar(9) DEFAULT 'none')`);
    const insert = (a: string): Promise<unknown> => one.execute(sql`INSERT INTO ${changing} (a) VALUES (${a})`);
    await insert('1');
    await one.execute(sql`ALTER TABLE ${changing} MODIFY a varchar(9) FIRST, ADD c int DEFAULT 3 FIRST`);
    await insert('two');
    expect((await one.execute(sql`SELECT a, b, c FROM ${changing}`)).rows).toEqual([
      ['1', 'none', 3],
      ['two', 'none', 3],
    ]);
    await one.execute(sql`DROP TABLE ${changing}`);
    await expect(insert('3')).rejects.toThrow(/does not exist|doesn't exist/);
    await one.close();
  });

  test('as large as only several packets hold, of sizes at which they are cut', async () => {
    const [row] = await backend.query<{ size: string }>('SELECT @@global.max_allowed_packet AS size');
    const insert = (bytes: Uint8Array): Promise<unknown> =>
      connection.execute(sql`INSERT INTO ${table} (id, b) VALUES (${'1'}, ${bytes})`);
    // A packet holds one byte less than 16 MB, and 22 come before these.
    for (const size of [-3, -2, -1, 0, 1, 2].map((more) => 2 ** 24 - 1 - 22 + more)) {
      if (size + 1024 > Number(row?.size)) return;
      await insert(new Uint8Array(size).fill(7));
      const { rows } = await connection.execute(sql`SELECT b FROM ${table} WHERE id = 1`);
      expect(Buffer.from(rows[0]?.[0] as Uint8Array).equals(Buffer.alloc(size, 7))).toBe(true);
      await connection.execute(sql`DELETE FROM ${table} WHERE id = ${'1'}`);
    }
  });
});
