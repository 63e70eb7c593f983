/**
 * The least a server could do: `node:http`, the bare driver, SQL written by hand for these very requests, and
 * `JSON.stringify`. No tokens are checked, nothing is looked up, no answer is streamed, rows are not counted.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { createConnection, createPool, type RowDataPacket } from 'mysql2/promise';
import { bigRows, schema, smallTables } from './data.ts';

const [host, port, user, password, listen] = process.argv.slice(2);
const pool = createPool({
  host: host as string,
  port: Number(port),
  user: user as string,
  password: password as string,
  connectionLimit: 16,
  rowsAsArray: true,
  dateStrings: true,
  supportBigNumbers: true,
});

const header = ['id', 'batch', 'note', 'amount', 'ratio', 'level', 'price', 'started', 'day', 'token', 'side'];
const columns = `id, batch, note, amount, ratio, level, price, TIMESTAMPDIFF(SECOND, '1970-01-01', started),
  TIMESTAMPDIFF(SECOND, '1970-01-01', day), token, side`;

async function rowsOf(sql: string, values: readonly (string | number)[] = []): Promise<unknown[][]> {
  const [rows] = await pool.execute<RowDataPacket[]>(sql, [...values]);
  return rows as unknown as unknown[][];
}

const uuid = (bytes: Buffer): string => {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

async function records(tail: string, values: readonly (string | number)[], count?: () => Promise<number>) {
  const rows = await rowsOf(`SELECT ${columns} FROM ${schema}.big ${tail}`, values);
  for (const row of rows) row[9] = uuid(row[9] as Buffer);
  return { recordHeader: header, records: rows, totalCount: (await count?.()) ?? bigRows };
}

/** The key is sought; the cursor is the one the server gives. */
async function recordsAfter(cursor: string, limit: number): Promise<unknown> {
  const [order, passed, place] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [
    string[],
    number,
    [number],
  ];
  const page = await records(`WHERE id > ? ORDER BY id LIMIT ${limit}`, place);
  const next = JSON.stringify([order, passed + limit, page.records.at(-1)?.slice(0, 1)]);
  return { ...page, next: Buffer.from(next).toString('base64url') };
}

async function attribute(): Promise<unknown> {
  const rows = await rowsOf(
    `SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_KEY, COLUMN_COMMENT
     FROM information_schema.columns WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [schema, 'big'],
  );
  const named = (key: boolean): unknown[] =>
    rows
      .filter((row) => (row[5] === 'PRI') === key)
      .map(([name, type, nullable, , extra, , comment]) => [
        name,
        comment === ':uuid:' ? 'uuid' : String(type).replace(/^(int|bigint)\(\d+\)/, '$1'),
        nullable === 'YES',
        null,
        extra === 'auto_increment',
      ]);
  const names = ['name', 'type', 'nullable', 'default', 'autoincrement'];
  return {
    attributeHeader: names,
    attributeHeaders: names,
    attributes: { primary: named(true), secondary: named(false) },
  };
}

const camel = (name: string): string => name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

async function tables(): Promise<unknown> {
  const rows = await rowsOf('SELECT TABLE_NAME FROM information_schema.tables WHERE TABLE_SCHEMA = ?', [schema]);
  const manual = rows.map(([name]) => camel(String(name))).sort();
  return { tableTypes: { manual, lookup: [], computed: [], imported: [], part: [] } };
}

async function schemas(): Promise<unknown> {
  const rows = await rowsOf('SELECT SCHEMA_NAME FROM information_schema.schemata');
  const own = new Set(['information_schema', 'mysql', 'performance_schema', 'sys']);
  return {
    schemaNames: rows
      .map(([name]) => String(name))
      .filter((name) => !own.has(name))
      .sort(),
  };
}

async function definition(): Promise<string> {
  const [name] = smallTables as readonly [string];
  const [table] = await rowsOf(
    'SELECT TABLE_COMMENT FROM information_schema.tables WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, name],
  );
  const rows = await rowsOf(
    `SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY, COLUMN_COMMENT FROM information_schema.columns
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [schema, name],
  );
  await rowsOf(
    `SELECT INDEX_NAME, COLUMN_NAME, NON_UNIQUE FROM information_schema.statistics
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_NAME <> 'PRIMARY' ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
    [schema, name],
  );
  await foreignKeys('TABLE_NAME = ?', name);
  const lines = [`# ${String(table?.[0])}`];
  let isKey = true;
  for (const [column, type, nullable, key, comment] of rows) {
    if (isKey && key !== 'PRI') lines.push('---');
    isKey = key === 'PRI';
    const declared = `${String(column)}${nullable === 'YES' ? '=null' : ''}`.padEnd(20);
    const typed = String(type)
      .replace(/^int\(\d+\)/, 'int')
      .padEnd(28);
    lines.push(`${declared} : ${typed} ${comment === '' ? '' : `# ${String(comment)}`}`);
  }
  return `${lines.join('\n')}\n`;
}

const foreignKeys = (where: string, ...values: readonly string[]): Promise<unknown[][]> =>
  rowsOf(
    `SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
     FROM information_schema.key_column_usage WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IS NOT NULL AND ${where}`,
    [schema, ...values],
  );

/** The tables hang together by fours, through the same key. */
async function dependency(id: number): Promise<unknown> {
  await foreignKeys('1 = 1');
  const names = smallTables.slice(0, 4);
  const counts = await rowsOf(
    `SELECT ${names.map((name) => `(SELECT COUNT(*) FROM ${schema}.${name} WHERE small_aa_id = ?)`).join(', ')}`,
    names.map(() => id),
  );
  return {
    dependencies: names.map((table, index) => ({ schema, table, accessible: true, count: Number(counts[0]?.[index]) })),
  };
}

async function insert(body: string): Promise<unknown> {
  const rows = (JSON.parse(body) as { records: Record<string, string | number>[] }).records;
  const values = rows.flatMap(({ token, ...row }) => [
    row.batch,
    row.note,
    row.amount,
    row.ratio,
    row.level,
    row.price,
    row.started,
    row.day,
    Buffer.from(String(token).replaceAll('-', ''), 'hex'),
    row.side,
  ]);
  const places = rows.map(() => '(?,?,?,?,?,?,?,?,?,?)').join();
  const sql = `INSERT INTO ${schema}.target (${header.slice(1).join()}) VALUES ${places}`;
  const connection = await pool.getConnection();
  try {
    // One statement is a transaction by itself.
    await connection.execute(sql, values as (string | number | Buffer)[]);
    if (rows.length > 1) connection.unprepare(sql);
  } finally {
    connection.release();
  }
  return { response: 'Insert Successful' };
}

/** Proves the password by connecting with it. */
async function login(body: string): Promise<unknown> {
  const asked = JSON.parse(body) as { databaseAddress: string; username: string; password: string };
  const [name, place] = asked.databaseAddress.split(':');
  const { username, password } = asked;
  const connection = await createConnection({ host: name as string, port: Number(place), user: username, password });
  await connection.end();
  return { jwt: 'none' };
}

function conditionOf(url: URL): number {
  const text = Buffer.from(url.searchParams.get('restriction') ?? '', 'base64').toString();
  return Number((JSON.parse(text) as { value: number }[])[0]?.value);
}

async function answer(request: IncomingMessage, body: string): Promise<unknown> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const last = url.pathname.split('/').at(-1);
  if (last === 'login') return login(body);
  if (request.method === 'POST') return insert(body);
  if (last === 'schema') return schemas();
  if (last === 'table') return tables();
  if (last === 'attribute') return attribute();
  if (last === 'definition') return definition();
  if (last === 'dependency') return dependency(conditionOf(url));
  if (url.searchParams.has('restriction')) {
    const batch = conditionOf(url);
    return records('WHERE batch = ? ORDER BY id LIMIT 1000', [batch], async () => {
      const [row] = await rowsOf(`SELECT COUNT(*) FROM ${schema}.big WHERE batch = ?`, [batch]);
      return Number(row?.[0]);
    });
  }
  const limit = Number(url.searchParams.get('limit'));
  const after = url.searchParams.get('after');
  if (after !== null) return recordsAfter(after, limit);
  const page = Number(url.searchParams.get('page') ?? '1');
  if (page === 1) return records(`ORDER BY id LIMIT ${limit}`, []);
  // Late look-up: the keys of the page first, then its rows.
  return records(
    `JOIN (SELECT id FROM ${schema}.big ORDER BY id LIMIT ${limit} OFFSET ${(page - 1) * limit}) AS page USING (id) ORDER BY id`,
    [],
  );
}

createServer((request, reply) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    answer(request, Buffer.concat(chunks).toString()).then(
      (value) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        const type = typeof value === 'string' ? 'text/plain' : 'application/json';
        reply.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
      },
      (error: unknown) => reply.writeHead(500).end(String(error)),
    );
  });
}).listen(Number(listen), '127.0.0.1', () => console.log('ready'));
