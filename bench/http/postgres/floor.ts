import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { FloorDatabase } from '../floor.ts';
import { header, schema } from '../pipeline.ts';

type Rows = FloorDatabase['rows'];

/** Integers and floating-point numbers, by their type's number; all else stays the text it is. */
const numbers: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701]);

/** PostgreSQL by the bare driver, `pg`; or PGlite, in a directory, in this process. */
export async function openFloor(
  place: { readonly host: string; readonly port: number } | { readonly dataDir: string },
): Promise<FloorDatabase> {
  return floorOf('dataDir' in place ? await embedded(place.dataDir) : pooled(place));
}

function pooled(place: { readonly host: string; readonly port: number }): Rows {
  const getTypeParser = (type: number) => (numbers.has(type) ? Number : String);
  const pool = new pg.Pool({ ...place, max: 16, types: { getTypeParser } });
  const names = new Map<string, string>();
  return async (text, values = []) => {
    const name = names.get(text) ?? `statement_${names.size}`;
    names.set(text, name);
    const { rows } = await pool.query<unknown[]>({ name, text, values: [...values], rowMode: 'array' });
    return rows;
  };
}

async function embedded(dataDir: string): Promise<Rows> {
  const text = (value: string): string => value;
  const texts = Object.fromEntries([1043, 1082, 1114, 1700, 2950].map((type) => [type, text]));
  const parsers = { ...texts, ...Object.fromEntries([...numbers].map((type) => [type, Number])) };
  const database = await PGlite.create({ dataDir });
  return async (sql, values = []) => {
    const { rows } = await database.query<unknown[]>(sql, [...values], { rowMode: 'array', parsers });
    return rows;
  };
}

function floorOf(ask: Rows): FloorDatabase {
  const numbered = new Map<string, string>();
  const rows: Rows = async (sql, values) => {
    const text = numbered.get(sql) ?? withNumbers(sql);
    numbered.set(sql, text);
    return await ask(text, values);
  };
  const ofSchema = `n.nspname = '${schema}'`;
  const ofTable = 'c.oid = CAST(? AS regclass)';
  const named = (table: string): readonly string[] => [`${schema}.${table}`];
  return {
    columns: `id, batch, note, amount, ratio, level, price, CAST(extract(epoch FROM started) AS bigint),
      (day - date '1970-01-01') * 86400, token, side`,
    rows,
    records: rows,
    async attributes(table) {
      const found = await rows(
        `SELECT a.attname, a.attnotnull, coalesce(a.attnum = ANY (k.conkey), false), a.attidentity <> '',
           col_description(c.oid, a.attnum)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' WHERE ${ofTable} ORDER BY a.attnum`,
        named(table),
      );
      return found.map(([name, isNotNull, isKey, isNumbered, described]) => {
        const [, type = '', comment = ''] = /^:(.+?):(.*)$/.exec(String(described)) ?? [];
        return {
          name: String(name),
          type,
          isNullable: !isTrue(isNotNull),
          isKey: isTrue(isKey),
          isNumbered: isTrue(isNumbered),
          comment,
        };
      });
    },
    async comment(table) {
      const [row] = await rows(`SELECT obj_description(c.oid) FROM pg_class c WHERE ${ofTable}`, named(table));
      return String(row?.[0]);
    },
    indexes: (table) =>
      rows(
        `SELECT i.indexrelid, i.indkey, i.indisunique FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
         WHERE NOT i.indisprimary AND ${ofTable}`,
        named(table),
      ),
    foreignKeys: (table) =>
      rows(
        `SELECT c.relname, p.relname, k.conkey, k.confkey FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
         JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE k.contype = 'f' AND ${table === undefined ? ofSchema : ofTable}`,
        table === undefined ? [] : named(table),
      ),
    async tables() {
      const found = await rows(
        `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${ofSchema}`,
      );
      return found.map(([name]) => String(name));
    },
    async schemas() {
      const found = await rows(
        `SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')`,
      );
      return found.map(([name]) => String(name));
    },
    async insert(records) {
      const values = records.flatMap((record) => header.slice(1).map((name) => record[name] as string | number));
      const places = records.map(() => '(?,?,?,?,?,?,?,?,?,?)').join();
      await rows(`INSERT INTO ${schema}.target (${header.slice(1).join()}) VALUES ${places}`, values);
    },
    async login({ databaseAddress, username, password }) {
      const { hostname: host, port } = new URL(databaseAddress);
      const client = new pg.Client({ host, port: Number(port), database: 'postgres', user: username, password });
      await client.connect();
      await client.end();
    },
  };
}

function withNumbers(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}

/** As one driver and the other give it. */
const isTrue = (value: unknown): boolean => value === true || value === 't';
