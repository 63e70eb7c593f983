import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { describeFamily } from '../support/backends.ts';

const schema = 'pharus_printed';

/** Values of PostgreSQL that JSON or a calendar has no usual word for, as SQL, and as a record prints them. */
const values: readonly (readonly [type: string, stored: string, printed: string])[] = [
  ['real', "'NaN'", '"nan"'],
  ['real', "'-Infinity'", '"-inf"'],
  ['double precision', "'NaN'", '"nan"'],
  ['double precision', "'Infinity'", '"inf"'],
  ['numeric', "'NaN'", '"\\u004eaN"'],
  ['numeric(8,2)', "'NaN'", '"\\u004eaN"'],
  ['date', "'10000-01-01'", '"10000-01-01"'],
  ['date', "'5874897-12-31'", '"5874897-12-31"'],
  ['date', "'0044-03-15 BC'", '"0044-03-15 BC"'],
  ['date', "'-infinity'", '"-infinity"'],
  ['timestamp', "'12000-01-01 12:30:00.5'", '"12000-01-01 12:30:00.5"'],
  ['timestamp', "'0044-03-15 12:00:00 BC'", '"0044-03-15 12:00:00 BC"'],
  ['timestamptz', "'0044-03-15 12:00:00 BC'", ''],
  ['timestamptz', "'12000-01-01 12:30:00.5'", ''],
  ['timestamptz', "'infinity'", '"infinity"'],
  ['timestamptz', "'2024-01-01 00:00:00+02'", '1704060000'],
  ['timetz', "'12:34:56.5+02'", '"12:34:56.5+02"'],
  ['interval', "'1 day 02:03:04.5'", '"1 day 02:03:04.5"'],
  ['inet', "'10.0.0.1'", '"10.0.0.1"'],
  ['inet', "'10.0.0.0/8'", '"10.0.0.0/8"'],
  ['inet', "'::1'", '"::1"'],
  ['cidr', "'10.0.0.0/8'", '"10.0.0.0/8"'],
  ['macaddr', "'08:00:2b:01:02:03'", '"08:00:2b:01:02:03"'],
  ['int[]', "'{1,NULL,3}'", '"{1,NULL,3}"'],
  ['int4range', "'[1,5)'", '"[1,5)"'],
];

describeFamily('postgresql', (backend) => {
  let api: Api;
  let client: ApiClient;
  const table = (index: number): string => `Printed${String.fromCharCode(65 + index)}`;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    for (const [index, [type, stored]] of values.entries()) {
      const name = `${schema}.printed_${String.fromCharCode(97 + index)}`;
      await backend.query(`CREATE TABLE ${name} (key ${type} NOT NULL, value ${type}, note int, PRIMARY KEY (key));
        INSERT INTO ${name} VALUES (${stored}, ${stored}, 0)`);
    }
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas(schema);
  });

  test.each([...values.entries()])(
    '%i: %j, as it is printed, names the row and goes in again',
    async (index, value) => {
      const path = tablePath(schema, table(index), 'record');
      const shown = async (): Promise<string> => (await client.get(path)).text;
      const [, key = ''] = /"records":\[\[(.+),\1,0\]\]/.exec(await shown()) ?? [];
      // Those of a zone depend on that of the session.
      expect(key).toBe(value[2] || key);
      const patched = await client.request({
        method: 'PATCH',
        path,
        body: `{"records": [{"key": ${key}, "note": 1}]}`,
      });
      expect([patched.status, patched.text]).toEqual([200, expect.any(String)]);
      const by = (operation: string): string =>
        `?restriction=${encodeRestriction(`[{"attributeName": "key", "operation": "${operation}", "value": ${operation === 'IN' ? `[${key}]` : key}}]`)}`;
      for (const operation of ['=', '>=', 'IN']) {
        const found = await client.get(path + by(operation));
        expect([found.status, found.text]).toEqual([200, expect.stringContaining(`[[${key},${key},1]]`)]);
      }
      expect((await client.delete(path + by('='))).text.trim()).toBe('{"response":"Delete Successful"}');
      // Numbers for dates and times are digits in an insert, 20210102.
      const given = /^\d/.test(key) ? JSON.stringify(value[1].slice(1, -1)) : key;
      const inserted = await client.request({
        method: 'POST',
        path,
        body: `{"records": [{"key": ${given}, "value": ${given}, "note": 2}]}`,
      });
      expect([inserted.status, inserted.text]).toEqual([200, expect.any(String)]);
      expect(await shown()).toContain(`[[${key},${key},2]]`);
    },
  );

  test('of a number that is none, only the text stands for itself', async () => {
    const path = tablePath(schema, table(0), 'record');
    const insert = (value: string) =>
      client.request({ method: 'POST', path, body: `{"records": [{"key": 1, "value": ${value}, "note": 3}]}` });
    expect((await insert('NaN')).status).toBe(200);
    expect((await client.get(path)).text).toContain('[1,null,3]');
  });

  test('a moment with a zone is one of UTC, whatever the zone of the session', async () => {
    const index = values.findIndex(([, , printed]) => printed === '1704060000');
    const path = tablePath(schema, table(index), 'record');
    for (const value of ['1704060000', '"2023-12-31T22:00:00Z"', '"2024-01-01 03:00:00+05:00"']) {
      const item = `[{"attributeName": "key", "operation": "=", "value": ${value}}]`;
      expect((await client.get(`${path}?restriction=${encodeRestriction(item)}`)).text).toContain('"totalCount":1');
    }
  });
});
