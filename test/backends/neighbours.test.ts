import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, encodeRestriction, startApi, tablePath } from '../support/api.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { dropLab, type LabPipeline, makeLab } from './lab-pipeline.ts';

interface Entry {
  name: string;
  direction: string;
  depth: number;
  count: number;
  foreignKey: { id: string; attrMap: Record<string, string>; aliased: boolean };
}

describeEachBackend((backend: Backend) => {
  let api: Api;
  let client: ApiClient;
  let names: LabPipeline;
  beforeAll(async () => {
    names = await makeLab(backend, 'pharus_around');
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await dropLab(backend, names);
  });

  const is = (attributeName: string, value: unknown): object => ({ attributeName, operation: '=', value });
  const around = async (schema: string, table: string, query: string, ...restriction: object[]): Promise<Entry[]> => {
    const path = `${tablePath(schema, table, 'dependency')}?${query}&restriction=${encodeRestriction(restriction)}`;
    const { status, text } = await client.get(path);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return (JSON.parse(text) as { dependencies: Entry[] }).dependencies;
  };
  const brief = ({ direction, depth, name, foreignKey, count }: Entry): string =>
    `${direction} ${depth} ${name} by ${Object.keys(foreignKey.attrMap).join(',')}: ${count}`;

  test('each foreign key is counted by itself, renamed ones too', async () => {
    const found = await around(names.lab, 'Subject', 'depth=1', is('subject_id', 2));
    expect(found.map(brief).sort()).toEqual([
      'down 1 Pair by first_id: 2',
      'down 1 Pair by second_id: 1',
      'down 1 Session by subject_id: 1',
    ]);
    expect(found.find(({ name }) => name === 'Pair')?.foreignKey).toMatchObject({
      parent: `${names.lab}.Subject`,
      child: `${names.lab}.Pair`,
      aliased: true,
    });
    const [first] = found;
    const one = await around(names.lab, 'Subject', `foreignKey=${first?.foreignKey.id}`, is('subject_id', 2));
    expect(one.map(brief)).toEqual([brief(first as Entry)]);
  });

  test('a foreign key that is none of the table in that direction is refused, with those there are', async () => {
    const refused = async (table: string, query: string): Promise<unknown> => {
      const path = `${tablePath(names.lab, table, 'dependency')}?${query}`;
      const { status, json } = await client.get(path, { accept: 'application/problem+json' });
      const { code, detail } = json() as { code?: string; detail?: string };
      return [status, code, detail];
    };
    const [key] = await around(names.lab, 'Pair', 'direction=up');
    const id = (key as Entry).foreignKey.id;
    expect(await refused('Pair', `direction=up&foreignKey=${id}x`)).toEqual([
      400,
      'INVALID_RESTRICTION',
      expect.stringMatching(`no foreign key "${id}x" of its own; known are .*${id}.* Did you mean "${id}"`),
    ]);
    expect(await refused('Pair', `foreignKey=${id}`)).toEqual([
      400,
      'INVALID_RESTRICTION',
      expect.stringMatching('that refers to it; there is none'),
    ]);
  });

  test('parents are the rows that are referred to', async () => {
    const pair = await around(names.lab, 'Pair', 'direction=up', is('pair_id', 3));
    expect(pair.map(brief)).toEqual(['up 1 Subject by first_id: 1', 'up 1 Subject by second_id: 0']);
    const all = await around(names.lab, 'Pair', 'direction=up&depth=2');
    expect(all.map(brief)).toEqual([
      'up 1 Subject by first_id: 2',
      'up 1 Subject by second_id: 2',
      'up 2 Species by species: 1',
    ]);
  });

  test('both ways and further', async () => {
    const found = await around(names.ephys, 'Session', 'direction=both&depth=2', is('subject_id', 1), is('session', 1));
    expect(found.map(brief).sort()).toEqual([
      'down 1 Scan by subject_id,session: 1',
      'down 1 Session.Trial by subject_id,session: 2',
      'down 2 Analysis by subject_id,session: 1',
      'up 1 Subject by subject_id: 1',
      'up 2 Species by species: 1',
    ]);
  });

  test('without them the documented answer stays as it was', async () => {
    const { text } = await client.get(tablePath(names.ephys, 'Session', 'dependency'));
    const { dependencies } = JSON.parse(text) as { dependencies: object[] };
    expect(dependencies).toHaveLength(4);
    for (const entry of dependencies) expect(Object.keys(entry)).toEqual(['schema', 'table', 'accessible', 'count']);
  });

  test.each([
    ['depth=0', /whole number from 1 to 16; got "0"/],
    ['depth=17', /1 to 16/],
    ['depth=x', /1 to 16/],
    ['direction=left', /up, down or both; got "left"/],
  ])('%s is refused', async (query, message) => {
    const { status, text } = await client.get(`${tablePath(names.lab, 'Subject', 'dependency')}?${query}`);
    expect([status, text]).toEqual([500, expect.stringMatching(message)]);
  });
});
