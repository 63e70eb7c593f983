import { afterAll, beforeAll, expect, test } from 'vitest';
import { after, type Database } from '../../packages/datajoint/src/index.ts';
import { type Api, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';

const schema = 'pharus_pages';
const path = tablePath(schema, 'Row', 'record');
const length = 230;

interface Page {
  readonly records: readonly (readonly unknown[])[];
  readonly totalCount: number | null;
  readonly next?: string | null;
}

describeEachBackend((backend) => {
  let api: Api;
  let client: ApiClient;
  let database: Database;
  const isMysql = backend.family === 'mysql';

  beforeAll(async () => {
    await backend.createSchemas(schema);
    const uuid = (id: number): string =>
      isMysql ? `X'${String(id * 7919).padStart(32, '0')}'` : `'${String(id * 7919).padStart(32, '0')}'`;
    const values = Array.from({ length }, (_, id) => {
      const text = id % 11 === 0 ? 'NULL' : `'${['a', 'B', 'ä', 'b ', '', 'Z"'][id % 6]}'`;
      const number = id % 7 === 0 ? 'NULL' : String((id % 5) / 10);
      const moment = `'20${10 + (id % 13)}-03-04 05:06:0${id % 7}${isMysql ? '' : '.5'}'`;
      return `(${id}, ${uuid(id % 50)}, ${text}, ${number}, ${(id % 9) - 4}.25, ${moment}, '${id % 2 ? 'left' : 'right'}')`;
    });
    if (!isMysql) await backend.query(`CREATE TYPE ${schema}.side AS ENUM ('right', 'left')`);
    const comment = isMysql ? " COMMENT ':uuid:'" : '';
    await backend.query(
      `CREATE TABLE ${schema}.row (id int NOT NULL, tag ${isMysql ? 'binary(16)' : 'uuid'} NOT NULL${comment},
         text varchar(20)${isMysql ? ' CHARACTER SET utf8mb4' : ''} NULL, number ${isMysql ? 'float' : 'real'} NULL,
         amount decimal(6,2) NOT NULL, moment ${isMysql ? 'datetime NOT NULL' : 'timestamp NOT NULL'},
         side ${isMysql ? "enum('right', 'left')" : `${schema}.side`} NOT NULL, PRIMARY KEY (id, tag));
       INSERT INTO ${schema}.row VALUES ${values.join(', ')}`,
    );
    api = await startApi();
    client = await api.login(backend);
    database = openDatabase(backend);
  });
  afterAll(async () => {
    await database?.close();
    await api?.close();
    await backend.dropSchemas(schema);
  });

  const page = async (query: string): Promise<Page> => {
    const answer = await client.get(`${path}?${query}`);
    expect(answer.status, answer.text).toBe(200);
    return JSON.parse(answer.text) as Page;
  };

  const orders = ['', 'id DESC', 'text', 'text DESC', 'number DESC, text', 'amount, moment DESC', 'tag DESC', 'moment'];

  test.each(orders)('walking in the order %j passes over no row and meets none twice', async (order) => {
    const whole = await page(`order=${encodeURIComponent(order)}`);
    expect(whole.records).toHaveLength(length);
    expect(whole).not.toHaveProperty('next');
    const walked: unknown[] = [];
    let next: string | null | undefined = '';
    for (let pages = 0; typeof next === 'string' && pages < 20; pages += 1) {
      const part = await page(`order=${encodeURIComponent(order)}&limit=23&after=${next}`);
      expect(part.totalCount).toBe(length);
      walked.push(...part.records);
      next = part.next;
    }
    expect(next).toBeNull();
    expect(walked).toEqual(whole.records);
  });

  test('rows that come and go before the place do not move it', async () => {
    const first = await page('limit=100&after=&attributes=id,tag');
    await backend.query(`DELETE FROM ${schema}.row WHERE id IN (3, 50)`);
    const second = await page(`limit=100&after=${first.next}&attributes=id,tag`);
    expect(second.records[0]?.[0]).toBe(100);
    expect(second.totalCount).toBe(length - 2);
  });

  test('a page is remembered to end where it does until its table changes', async () => {
    if (isMysql) await new Promise((resolve) => setTimeout(resolve, 3100));
    const rows = await database.schema(schema).table('Row');
    const order = rows.totalOrder();
    const start = (number: number) => database.marks.start(rows, { order, limit: 10, page: number });
    const place = [14, '00000000-0000-0000-0000-000000110866'];
    (await start(2)).keep(place);
    expect((await start(3)).after).toEqual(place);
    expect((await start(4)).after).toBeUndefined();
    const [next] = await rows.restrict(after(order, place, rows.heading)).fetch('id');
    expect(next).toBe(15);
    await backend.query(`UPDATE ${schema}.row SET amount = 9 WHERE id = 200`);
    expect((await start(3)).after).toBeUndefined();
  });

  test('pages by number are the same, walked to or not', async () => {
    await backend.query(
      `CREATE TABLE ${schema}.many (id int NOT NULL, x int NOT NULL, PRIMARY KEY (id));
       INSERT INTO ${schema}.many VALUES ${Array.from({ length: 2600 }, (_, id) => `(${id}, ${(id * 37) % 101})`).join()}`,
    );
    if (isMysql) await new Promise((resolve) => setTimeout(resolve, 3100));
    const many = tablePath(schema, 'Many', 'record');
    const ids = async (number: number): Promise<unknown> => {
      const answer = await client.get(`${many}?order=x&limit=400&page=${number}`);
      const { records, totalCount } = JSON.parse(answer.text) as Page;
      expect(totalCount).toBe(2600);
      return records;
    };
    const jumped = [];
    for (const number of [7, 6, 5, 4]) jumped.unshift(await ids(number));
    const walked = [];
    for (const number of [4, 5, 6, 7]) walked.push(await ids(number));
    expect(walked).toEqual(jumped);
  });

  test('the total is counted, expected or left out', async () => {
    expect((await page('limit=1&count=none')).totalCount).toBeNull();
    expect(typeof (await page('limit=1&count=estimated')).totalCount).toBe('number');
    expect((await page('limit=1&count=Exact')).totalCount).toBe(length - 2);
    expect((await page('limit=0&count=none')).records).toEqual([]);
  });

  test.each([
    ['after=x', 'Parameter "after" has to be empty'],
    ['after=&page=2', 'leave one out'],
    ['after=&order=side', 'Ask for pages by number'],
    ['after=&attributes=tag', 'Ask for pages by number'],
    [`after=${Buffer.from('[["+tag"],1,["x"]]').toString('base64url')}`, 'got one of another order'],
    [`after=${Buffer.from('[["+id","+tag"],1,[{},1]]').toString('base64url')}`, 'got something else'],
    ['count=all', 'Parameter "count" has to be one of exact, estimated, none; got "all"'],
  ])('%s is refused', async (query, sentence) => {
    const answer = await client.get(`${path}?${query}`);
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining(sentence)]);
  });

  test('a place that no row can have is refused by the attribute', async () => {
    const next = Buffer.from('[["+id","+tag"],1,["x","y"]]').toString('base64url');
    const answer = await client.get(`${path}?after=${next}`);
    expect([answer.status, answer.text]).toEqual([500, expect.stringMatching(/^InvalidRestriction: .*`?id`?/)]);
  });
});
