import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';

const schema = 'pharus_hundred';
const parent = tablePath(schema, 'Parent');
const child = tablePath(schema, 'Child');
const only = (id: number): string => `restriction=${encodeURIComponent(restrict(is('id', id)))}`;

describeEachBackend((backend: Backend) => {
  let gateway: Gateway;
  let base: string;
  let token: string;

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.parent (id int NOT NULL, value int NOT NULL DEFAULT 0, PRIMARY KEY (id));
      CREATE TABLE ${schema}.child (child int NOT NULL, id int NOT NULL, PRIMARY KEY (child),
        FOREIGN KEY (id) REFERENCES ${schema}.parent (id))`);
    const ids = Array.from({ length: 50 }, (_, id) => id);
    await backend.query(`INSERT INTO ${schema}.parent (id) VALUES ${ids.map((id) => `(${id})`).join(', ')};
      INSERT INTO ${schema}.child VALUES ${ids.map((id) => `(${id}, ${id})`).join(', ')}`);
    gateway = await openGateway({ environment: { PHARUS_POOL_WAIT: '60s' } });
    base = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    token = await gateway.login(backend);
  });
  afterAll(async () => {
    await gateway?.close();
    await backend.dropSchemas(schema);
  });

  const send = async (method: string, path: string, records?: readonly unknown[]): Promise<[number, string]> => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = records === undefined ? {} : { body: JSON.stringify({ records }) };
    const answer = await fetch(`${base}${path}`, { method, headers, ...body });
    return [answer.status, await answer.text()];
  };

  test('a hundred requests at once, half of them writes, all end, and as if one had come after another', async () => {
    const asked = Array.from({ length: 10 }, (_, index) => [
      send('GET', `${parent}?limit=7&page=2`),
      send('GET', child),
      send('GET', `${tablePath(schema, 'Parent', 'dependency')}?${only(30 + index)}`),
      send('GET', tablePath(schema, 'Child', 'definition')),
      send('GET', `/schema/${schema}/table`),
      send('POST', parent, [{ id: 100 + index }, { id: 200 + index }]),
      send('POST', child, [{ child: 300 + index, id: 40 + index }]),
      send('PATCH', parent, [{ id: 30 + index, value: index }]),
      send('DELETE', `${child}?${only(20 + index)}`),
      send('DELETE', `${parent}?${only(index)}&cascade=true`),
    ]).flat();
    const answers = await Promise.all(asked);
    expect(answers.filter(([status]) => status !== 200)).toEqual([]);
    const parents = await backend.query<{ id: number; value: number }>(
      `SELECT id, value FROM ${schema}.parent ORDER BY id`,
    );
    const left = Array.from({ length: 40 }, (_, index) => ({
      id: 10 + index,
      value: index < 20 || index >= 30 ? 0 : index - 20,
    }));
    const added = [100, 200].flatMap((first) =>
      Array.from({ length: 10 }, (_, index) => ({ id: first + index, value: 0 })),
    );
    expect(parents).toEqual([...left, ...added]);
    const children = await backend.query<{ child: number }>(`SELECT child FROM ${schema}.child ORDER BY child`);
    const kept = Array.from({ length: 50 }, (_, id) => id).filter((id) => id >= 10 && (id < 20 || id >= 30));
    expect(children.map(({ child: id }) => id)).toEqual([
      ...kept,
      ...Array.from({ length: 10 }, (_, index) => 300 + index),
    ]);
  });

  test('a write that fails among a hundred leaves nothing, and the others as they are', async () => {
    const asked = Array.from({ length: 50 }, (_, index) => [
      send('POST', parent, [{ id: 1000 + index }, { id: 100 }]),
      send('POST', parent, [{ id: 2000 + index }]),
    ]).flat();
    const statuses = (await Promise.all(asked)).map(([status]) => status);
    expect(statuses).toEqual(Array.from({ length: 50 }, () => [500, 200]).flat());
    const [row] = await backend.query<{ n: string }>(`SELECT COUNT(*) AS n FROM ${schema}.parent WHERE id >= 1000`);
    expect(Number(row?.n)).toBe(50);
  });
});
