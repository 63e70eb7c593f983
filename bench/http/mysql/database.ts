import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { startMariadb } from '../../../test/support/mariadb.ts';
import type { BenchDatabase, Login } from '../database.ts';
import { bigRows, type SmallTable, schema, smallTables } from '../pipeline.ts';

const big = (name: string): string => `CREATE TABLE ${schema}.${name} (
  id int NOT NULL AUTO_INCREMENT COMMENT 'number of the trial',
  batch int NOT NULL COMMENT 'two hundred rows have the same',
  note varchar(40) NOT NULL COMMENT '',
  amount bigint NOT NULL COMMENT '',
  ratio float NOT NULL COMMENT '',
  level double NOT NULL COMMENT '',
  price decimal(10,3) NOT NULL COMMENT '',
  started datetime NOT NULL COMMENT '',
  day date NOT NULL COMMENT '',
  token binary(16) NOT NULL COMMENT ':uuid:',
  side enum('left','right') NOT NULL COMMENT '',
  PRIMARY KEY (id), KEY (batch)) ENGINE=InnoDB COMMENT 'measured'`;

const filling = `INSERT INTO ${schema}.big SELECT seq, seq DIV 200, CONCAT('row ', seq, ' "quoted"'), seq * 1000003,
  seq / 8, seq / 64, seq / 1000, '2020-01-01' + INTERVAL seq SECOND, '2020-01-01' + INTERVAL (seq MOD 1000) DAY,
  UNHEX(MD5(seq)), 1 + seq MOD 2 FROM seq_1_to_${bigRows}`;

// Each attribute has a name of its own: the reference joins tables by the names that they have in common.
const small = (schema: string, tables: readonly SmallTable[]): readonly string[] =>
  tables.flatMap(({ name, key, parent }, index) => [
    `CREATE TABLE ${schema}.${name} (${key} int NOT NULL COMMENT 'key', name_${index} varchar(20) NOT NULL COMMENT 'a name',
   weight_${index} float DEFAULT NULL COMMENT 'grams', born_${index} date DEFAULT NULL COMMENT '', PRIMARY KEY (${key})
   ${parent === undefined ? '' : `, FOREIGN KEY (${key}) REFERENCES ${schema}.${parent} (${key}) ON UPDATE CASCADE ON DELETE RESTRICT`})
   ENGINE=InnoDB COMMENT 'one of many'`,
    `INSERT INTO ${schema}.${name} SELECT seq, CONCAT('row ', seq), seq / 2, '2024-02-29' FROM ${schema}.seq_1_to_100`,
  ]);

const statements = [
  `CREATE DATABASE ${schema}`,
  `USE ${schema}`,
  ...small(schema, smallTables),
  big('big'),
  filling,
  big('target'),
  `CREATE TABLE ${schema}.scan (id int NOT NULL COMMENT '', image longblob NOT NULL COMMENT '', PRIMARY KEY (id)) ENGINE=InnoDB`,
  `INSERT INTO ${schema}.scan SELECT seq, CONCAT('dj0', CHAR(0), REPEAT(CHAR(seq), 100000)) FROM seq_1_to_100`,
  `ANALYZE TABLE ${schema}.big`,
];

/** A MariaDB of its own. */
export async function startMariadbDatabase(): Promise<BenchDatabase> {
  const server = await startMariadb({ args: ['--innodb-buffer-pool-size=1G'] });
  const { host, port, user, password } = server;
  const databaseAddress = `${host}:${port}`;
  const ask = async <T>(run: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await createConnection({ host, port, user, password });
    try {
      return await run(connection);
    } finally {
      await connection.end();
    }
  };
  const run = (texts: readonly string[]): Promise<void> =>
    ask(async (connection) => {
      for (const text of texts) await connection.query(text);
    });
  await run(statements);
  return {
    name: 'mariadb',
    version: server.version,
    login: { databaseAddress, username: user, password },
    pids: [Number(readFileSync(join(server.directory, 'server.pid'), 'utf8'))],
    settings: { PHARUS_DATABASE_HOSTS: '*' },
    floor: { host, port, user, password },
    statements: () =>
      ask(async (connection) => {
        const [rows] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
        return Number(rows[0]?.Value);
      }),
    addSchema: (name, tables) => run([`CREATE DATABASE ${name}`, ...small(name, tables)]),
    addReader: (username): Promise<Login> =>
      ask(async (connection) => {
        await connection.query(`CREATE USER ${username} IDENTIFIED BY 'reads'`);
        await connection.query(`GRANT SELECT ON ${schema}.* TO ${username}`);
        return { databaseAddress, username, password: 'reads' };
      }),
    stop: () => server.stop(),
  };
}
