/**
 * The least a server could do: `node:http`, the bare driver, SQL written by hand for these very requests, and
 * `JSON.stringify`. No tokens are checked, nothing is looked up, no answer is streamed, rows are not counted.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { DatabaseName, Login } from './database.ts';
import { bigRows, header, type SmallTable, schema, smallTables } from './pipeline.ts';

/** What is asked of a database, in SQL with `?` for values. */
export interface FloorDatabase {
  /** Those of the large table, each as an answer holds it. */
  readonly columns: string;
  rows(sql: string, values?: readonly (string | number)[]): Promise<unknown[][]>;
  /** Rows of the large table, as an answer holds them. */
  records(sql: string, values: readonly (string | number)[]): Promise<unknown[][]>;
  attributes(table: string): Promise<readonly FloorAttribute[]>;
  comment(table: string): Promise<string>;
  indexes(table: string): Promise<unknown>;
  /** Those of a table, or of all. */
  foreignKeys(table?: string): Promise<unknown>;
  tables(): Promise<readonly string[]>;
  schemas(): Promise<readonly string[]>;
  insert(records: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Proves the password by connecting with it. */
  login(login: Login): Promise<void>;
}

interface FloorAttribute {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly isKey: boolean;
  readonly isNumbered: boolean;
  readonly comment: string;
}

const [name = '', place = '', listen] = process.argv.slice(2);
const { openFloor } = (await import(
  (name as DatabaseName) === 'mariadb' ? './mysql/floor.ts' : './postgres/floor.ts'
)) as {
  openFloor(place: unknown): FloorDatabase | Promise<FloorDatabase>;
};
const database = await openFloor(JSON.parse(place));

async function records(tail: string, values: readonly (string | number)[], count?: () => Promise<number>) {
  const rows = await database.records(`SELECT ${database.columns} FROM ${schema}.big ${tail}`, values);
  return { recordHeader: header, records: rows, totalCount: (await count?.()) ?? bigRows };
}

/** The key is sought; the cursor is the one the server gives. */
async function recordsAfter(cursor: string, limit: number): Promise<unknown> {
  const [order, passed, last] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string[], number, [number]];
  const page = await records(`WHERE id > ? ORDER BY id LIMIT ${limit}`, last);
  const next = JSON.stringify([order, passed + limit, page.records.at(-1)?.slice(0, 1)]);
  return { ...page, next: Buffer.from(next).toString('base64url') };
}

async function attribute(): Promise<unknown> {
  const attributes = await database.attributes('big');
  const named = (key: boolean): unknown[] =>
    attributes
      .filter(({ isKey }) => isKey === key)
      .map(({ name, type, isNullable, isNumbered }) => [name, type, isNullable, null, isNumbered]);
  const names = ['name', 'type', 'nullable', 'default', 'autoincrement'];
  return {
    attributeHeader: names,
    attributeHeaders: names,
    attributes: { primary: named(true), secondary: named(false) },
  };
}

const camel = (name: string): string => name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

async function tables(): Promise<unknown> {
  const manual = (await database.tables()).map(camel).sort();
  return { tableTypes: { manual, lookup: [], computed: [], imported: [], part: [] } };
}

async function definition(): Promise<string> {
  const { name } = smallTables[0] as SmallTable;
  const lines = [`# ${await database.comment(name)}`];
  const attributes = await database.attributes(name);
  await database.indexes(name);
  await database.foreignKeys(name);
  let isInKey = true;
  for (const { name, type, isNullable, isKey, comment } of attributes) {
    if (isInKey && !isKey) lines.push('---');
    isInKey = isKey;
    const declared = `${name}${isNullable ? '=null' : ''}`.padEnd(20);
    lines.push(`${declared} : ${type.padEnd(28)} ${comment === '' ? '' : `# ${comment}`}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The tables hang together by fours, through the same key. */
async function dependency(id: number): Promise<unknown> {
  await database.foreignKeys();
  const names = smallTables.slice(0, 4).map(({ name }) => name);
  const [counts] = await database.rows(
    `SELECT ${names.map((name) => `(SELECT COUNT(*) FROM ${schema}.${name} WHERE small_aa_id = ?)`).join(', ')}`,
    names.map(() => id),
  );
  return {
    dependencies: names.map((table, index) => ({ schema, table, accessible: true, count: Number(counts?.[index]) })),
  };
}

async function insert(body: string): Promise<unknown> {
  await database.insert((JSON.parse(body) as { records: Record<string, unknown>[] }).records);
  return { response: 'Insert Successful' };
}

async function login(body: string): Promise<unknown> {
  await database.login(JSON.parse(body) as Login);
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
  if (last === 'schema') return { schemaNames: [...(await database.schemas())].sort() };
  if (last === 'table') return tables();
  if (last === 'attribute') return attribute();
  if (last === 'definition') return definition();
  if (last === 'dependency') return dependency(conditionOf(url));
  if (url.searchParams.has('restriction')) {
    const batch = conditionOf(url);
    return records('WHERE batch = ? ORDER BY id LIMIT 1000', [batch], async () => {
      const [row] = await database.rows(`SELECT COUNT(*) FROM ${schema}.big WHERE batch = ?`, [batch]);
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
