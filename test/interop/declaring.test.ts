import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Schema } from '../../packages/datajoint/src/index.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { describeSchema } from './described-table.ts';
import { describeEachLibrary, type Interop } from './matrix.ts';

/** Types of DataJoint 2, and what the older generation calls them. */
const older: Readonly<Record<string, string>> = {
  int16: 'smallint',
  int32: 'int',
  float64: 'double',
  '<blob>': 'longblob',
  '<attach>': 'attach',
  'datetime(3)': 'datetime(3)',
};

const definitions: readonly (readonly [
  className: string,
  tier: 'manual' | 'lookup' | 'imported' | 'computed' | 'part',
  string,
])[] = [
  ['Species', 'lookup', "# it's a species\nspecies : varchar(24)  # its name\n---\nlatin=null : varchar(64)"],
  ['Person', 'manual', 'username : varchar(12)'],
  [
    'Subject',
    'manual',
    `# experimental subject
    subject : uuid   # unique
    ---
    -> Species
    sex='U' : enum('M', 'F', 'U')
    -> [nullable] Person.proj(owner="username")
    -> [unique] Person
    weight=1.5 : decimal(6,2)
    made=CURRENT_TIMESTAMP : datetime
    photo=null : <blob>
    file=null : <attach>
    meta=null : json
    index (sex, weight)`,
  ],
  ['Session', 'manual', '-> Subject\nsession : int16\n---\nday : date\nunique index (day, session)'],
  ['Session.Trial', 'part', '-> master\ntrial : int32'],
  ['Pair', 'manual', "-> Subject.proj(first='subject')\n-> Subject.proj(second='subject')\n---\nrate=0 : float64"],
  ['Recording', 'imported', '-> Session\n---\nrate : float64'],
  ['Spikes', 'computed', '-> Recording\n---\ntotal : int32'],
  ['Spikes.Unit', 'part', '-> master\nunit : int16\n---\n-> Session.Trial'],
];

describeEachLibrary((interop) => {
  let database: Database;
  let schema: string;
  let other: string;
  let lab: Schema;

  beforeAll(async () => {
    const { backend, generation } = interop();
    database = openDatabase(backend);
    [schema, other] = [`interop_${generation}_declared`, `interop_${generation}_child`];
    await backend.dropSchemas(schema, other);
    const options = { generation: generation === 'legacy' ? 'legacy' : '2' } as const;
    lab = await database.createSchema(schema, options);
    await database.createSchema(other, options);
    for (const [className, tier, definition] of definitions) {
      await lab.declare(className, typed(interop(), definition), { tier });
    }
  });

  afterAll(async () => {
    await interop().backend.dropSchemas(schema, other);
    await database.close();
  });

  test('what is declared here is what Python sees', async () => {
    const described = await describeSchema(interop(), schema);
    expect(described.map(({ name, tier }) => `${name} ${tier}`).sort()).toEqual(
      definitions.map(([name, tier]) => `${name} ${tier}`).sort(),
    );
    for (const { name, definition, primaryKey, attributes } of described) {
      const table = await lab.table(name);
      expect(table.heading.primaryKey).toEqual(primaryKey);
      const ours = table.heading.attributes.map(({ name: attribute, nullable }) => [attribute, nullable]);
      expect(ours).toEqual(attributes.map(([attribute, , nullable]) => [attribute, nullable]));
      const text = await table.describe((parent) => lab.nameOf(parent));
      // The library knows of no indexes on PostgreSQL, where it leaves them and `unique` out.
      const said =
        interop().backend.family === 'mysql' ? text : text.replace(/^.*INDEX.*\n/gm, '').replace(/\[unique\] /g, '');
      expect([name, said]).toEqual([name, definition]);
    }
  });

  test('and Python inserts into it, refers to it, and joins it by the origins of its attributes', async () => {
    const { python, backend } = interop();
    const subject = '00000000-0000-0000-0000-00000000000a';
    // Inserting uuids with the library fails on PostgreSQL.
    if (backend.family === 'mysql') {
      await python.ask('insert', { schema, table: 'Species', row: { species: 'mouse' } });
      await python.ask('insert', { schema, table: 'Person', row: { username: 'ann' } });
      await python.ask('insert', { schema, table: 'Subject', row: { subject, species: 'mouse', username: 'ann' } });
    } else {
      await (await lab.table('Species')).insert1({ species: 'mouse' });
      await (await lab.table('Person')).insert1({ username: 'ann' });
      await (await lab.table('Subject')).insert1({ subject, species: 'mouse', username: 'ann' });
    }
    await (await lab.table('Session')).insert1({ subject, session: 1, day: '2024-02-29' });
    await (await lab.table('Session.Trial')).insert([
      { subject, session: 1, trial: 1 },
      { subject, session: 1, trial: 2 },
    ]);
    expect(await (await lab.table('Subject')).fetch1()).toMatchObject({ sex: 'U', weight: '1.50', owner: null });
    const filled = backend.family === 'mysql';
    expect(await python.ask('declare_child', { schema, other, filled })).toBe(filled ? 2 : 0);
    const rating = await database.schema(other).table('Rating');
    expect(await rating.length()).toBe(filled ? 2 : 0);
    expect((await (await lab.table('Session')).dropPlan()).tables.map(({ table }) => table)).toContain('rating');
  });

  test('and Python drops it', async () => {
    const { python } = interop();
    await python.ask('drop_schema', { schema: other });
    await python.ask('drop_schema', { schema });
    database.catalog.invalidate();
    expect(await database.schemas()).not.toContain(schema);
  });
});

function typed({ generation }: Interop, definition: string): string {
  if (generation === 'current') return definition;
  return definition.replace(/: (\S+)/g, (all, type: string) => (older[type] === undefined ? all : `: ${older[type]}`));
}
