import type { BenchDatabase } from './database.ts';
import { bigRows, schema, smallTables } from './pipeline.ts';

/** One kind of request, written as every side takes it. */
export interface BenchRequest {
  readonly name: string;
  /** The next request's method, address and body; those that write differ each time. */
  readonly make: () => { readonly method: string; readonly path: string; readonly body?: string };
  /** Whether the answers of two sides have to be equal. */
  readonly isComparable: boolean;
}

export const table = (name: string, route: string): string => `/schema/${schema}/table/${name}/${route}`;
export const restriction = (...items: readonly unknown[]): string =>
  encodeURIComponent(Buffer.from(JSON.stringify(items)).toString('base64'));

const get = (name: string, path: () => string): BenchRequest => ({
  name,
  make: () => ({ method: 'GET', path: path() }),
  isComparable: true,
});

/** A class name as clients write it: `small_ab` is `SmallAb`. */
const small = smallTables[0]?.name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()) as string;

let inserted = 0;
const row = (): Record<string, unknown> => {
  inserted += 1;
  return {
    batch: inserted % 5000,
    note: `new ${inserted}`,
    amount: inserted,
    ratio: 0.5,
    level: 0.25,
    price: '1.250',
    started: '2026-01-02 03:04:05',
    day: '2026-01-02',
    token: `00000000-0000-4000-8000-${String(inserted).padStart(12, '0')}`,
    side: 'left',
  };
};
const insert = (rows: number): BenchRequest => ({
  name: `insert ${rows}`,
  make: () => ({
    method: 'POST',
    path: table('Target', 'record'),
    body: JSON.stringify({ records: Array.from({ length: rows }, row) }),
  }),
  isComparable: false,
});

const batch = (): number => 1 + Math.floor(Math.random() * (bigRows / 200 - 2));

/** What the server gives as the `next` of page 899. */
const cursor = Buffer.from('[["+id"],899000,[899000]]').toString('base64url');

/** What is measured. */
const requests: readonly BenchRequest[] = [
  get('record limit=10', () => table('Big', 'record?limit=10')),
  get('record limit=1000', () => table('Big', 'record?limit=1000')),
  get('record page 900 of 1000', () => table('Big', 'record?limit=1000&page=900')),
  get('record page 900 by cursor', () => table('Big', `record?limit=1000&after=${cursor}`)),
  get('200 rows by index', () =>
    table('Big', `record?restriction=${restriction({ attributeName: 'batch', operation: '=', value: batch() })}`),
  ),
  get('attribute', () => table('Big', 'attribute')),
  get('table list', () => `/schema/${schema}/table`),
  get('schema list', () => '/schema'),
  get('definition', () => table(small, 'definition')),
  get('dependency', () =>
    table(small, `dependency?restriction=${restriction({ attributeName: 'small_aa_id', operation: '=', value: 7 })}`),
  ),
  insert(1),
  insert(1000),
];

/** What is measured on a database: last, logins, whose password it is asked about each time. The embedded one has none to ask. */
export function requestsOf({ name, login }: BenchDatabase): readonly BenchRequest[] {
  if (name === 'pglite') return requests;
  const make = () => ({ method: 'POST', path: '/login', body: JSON.stringify(login) });
  return [...requests, { name: 'login', make, isComparable: false }];
}

/** The same request as bytes on the wire. */
export function onTheWire(
  { make }: BenchRequest,
  { prefix = '', token }: { readonly prefix?: string; readonly token: string },
): () => Buffer {
  return () => {
    const { method, path, body } = make();
    const head = `${method} ${prefix}${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    if (body === undefined) return Buffer.from(`${head}\r\n`);
    const type = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return Buffer.from(head + type + body);
  };
}
