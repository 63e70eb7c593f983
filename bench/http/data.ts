import { createConnection } from 'mysql2/promise';
import type { TestServer } from '../../test/support/test-server.ts';

/** The pipeline that is measured: a million rows of ten types, beside a hundred small tables that hang together by fours. */
export const schema = 'bench';
export const bigRows = 1_000_000;
export const smallTables: readonly string[] = Array.from({ length: 100 }, (_, index) => {
  const letter = (place: number): string => String.fromCharCode(97 + place);
  return `small_${letter(Math.floor(index / 26))}${letter(index % 26)}`;
});

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

/** Makes the schema anew. Takes the better part of a minute. */
export async function makeData({ host, port, user, password }: TestServer): Promise<void> {
  const connection = await createConnection({ host, port, user, password });
  try {
    await connection.query(`DROP DATABASE IF EXISTS ${schema}`);
    await connection.query(`CREATE DATABASE ${schema}`);
    await connection.query(`USE ${schema}`);
    for (const [index, name] of smallTables.entries()) {
      const parent = index % 4 === 0 ? undefined : smallTables[index - 1];
      const key =
        parent === undefined
          ? ''
          : `, FOREIGN KEY (${smallTables[index - (index % 4)]}_id) REFERENCES ${schema}.${parent} (${smallTables[index - (index % 4)]}_id) ON UPDATE CASCADE ON DELETE RESTRICT`;
      const id = `${smallTables[index - (index % 4)]}_id`;
      await connection.query(
        // Each attribute has a name of its own: the reference joins tables by the names that they have in common.
        `CREATE TABLE ${schema}.${name} (${id} int NOT NULL COMMENT 'key', name_${index} varchar(20) NOT NULL COMMENT 'a name',
         weight_${index} float DEFAULT NULL COMMENT 'grams', born_${index} date DEFAULT NULL COMMENT '', PRIMARY KEY (${id})${key})
         ENGINE=InnoDB COMMENT 'one of many'`,
      );
      await connection.query(
        `INSERT INTO ${schema}.${name} SELECT seq, CONCAT('row ', seq), seq / 2, '2024-02-29' FROM seq_1_to_100`,
      );
    }
    await connection.query(big('big'));
    await connection.query(filling);
    await connection.query(big('target'));
    await connection.query(
      `CREATE TABLE ${schema}.scan (id int NOT NULL COMMENT '', image longblob NOT NULL COMMENT '', PRIMARY KEY (id)) ENGINE=InnoDB`,
    );
    await connection.query(
      `INSERT INTO ${schema}.scan SELECT seq, CONCAT('dj0', CHAR(0), REPEAT(CHAR(seq), 100000)) FROM seq_1_to_100`,
    );
    await connection.query(`ANALYZE TABLE ${schema}.big`);
  } finally {
    await connection.end();
  }
}
