import { createConnection, createPool, type RowDataPacket } from 'mysql2/promise';
import type { FloorDatabase } from '../floor.ts';
import { header, schema } from '../pipeline.ts';

/** MySQL and MariaDB by the bare driver, `mysql2`. */
export function openFloor(place: { readonly host: string; readonly port: number }): FloorDatabase {
  const pool = createPool({
    ...place,
    connectionLimit: 16,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
  });
  const rows: FloorDatabase['rows'] = async (sql, values = []) => {
    const [answer] = await pool.execute<RowDataPacket[]>(sql, [...values]);
    return answer as unknown as unknown[][];
  };
  const columnsOf = (table: string): Promise<unknown[][]> =>
    rows(
      `SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY, COLUMN_COMMENT, EXTRA
       FROM information_schema.columns WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
      [schema, table],
    );
  return {
    columns: `id, batch, note, amount, ratio, level, price, TIMESTAMPDIFF(SECOND, '1970-01-01', started),
      TIMESTAMPDIFF(SECOND, '1970-01-01', day), token, side`,
    rows,
    async records(sql, values) {
      const records = await rows(sql, values);
      for (const record of records) record[9] = uuid(record[9] as Buffer);
      return records;
    },
    async attributes(table) {
      return (await columnsOf(table)).map(([name, type, nullable, key, comment, extra]) => ({
        name: String(name),
        type: comment === ':uuid:' ? 'uuid' : String(type).replace(/^(int|bigint)\(\d+\)/, '$1'),
        isNullable: nullable === 'YES',
        isKey: key === 'PRI',
        isNumbered: extra === 'auto_increment',
        comment: String(comment),
      }));
    },
    async comment(table) {
      const [row] = await rows(
        'SELECT TABLE_COMMENT FROM information_schema.tables WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
        [schema, table],
      );
      return String(row?.[0]);
    },
    indexes: (table) =>
      rows(
        `SELECT INDEX_NAME, COLUMN_NAME, NON_UNIQUE FROM information_schema.statistics
         WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_NAME <> 'PRIMARY' ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
        [schema, table],
      ),
    foreignKeys: (table) =>
      rows(
        `SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.key_column_usage
         WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IS NOT NULL ${table === undefined ? '' : 'AND TABLE_NAME = ?'}`,
        table === undefined ? [schema] : [schema, table],
      ),
    async tables() {
      const found = await rows('SELECT TABLE_NAME FROM information_schema.tables WHERE TABLE_SCHEMA = ?', [schema]);
      return found.map(([name]) => String(name));
    },
    async schemas() {
      const own = new Set(['information_schema', 'mysql', 'performance_schema', 'sys']);
      const found = await rows('SELECT SCHEMA_NAME FROM information_schema.schemata');
      return found.map(([name]) => String(name)).filter((name) => !own.has(name));
    },
    async insert(records) {
      const values = records.flatMap((record) =>
        header
          .slice(1)
          .map((name) =>
            name === 'token' ? Buffer.from(String(record[name]).replaceAll('-', ''), 'hex') : record[name],
          ),
      );
      const places = records.map(() => '(?,?,?,?,?,?,?,?,?,?)').join();
      const sql = `INSERT INTO ${schema}.target (${header.slice(1).join()}) VALUES ${places}`;
      const connection = await pool.getConnection();
      try {
        // One statement is a transaction by itself.
        await connection.execute(sql, values as (string | number | Buffer)[]);
        if (records.length > 1) connection.unprepare(sql);
      } finally {
        connection.release();
      }
    },
    async login({ databaseAddress, username: user, password }) {
      const [host, port] = databaseAddress.split(':');
      const connection = await createConnection({ host: host as string, port: Number(port), user, password });
      await connection.end();
    },
  };
}

const uuid = (bytes: Buffer): string => {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
