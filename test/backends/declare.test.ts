import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Database,
  DataJointError,
  DefinitionError,
  IntegrityError,
  trusted,
} from '../../packages/datajoint/src/index.ts';
import { describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';

describeEachBackend((backend) => {
  const names = ['declare_lab', 'declare_rig', 'declare_old'];
  const hasLegacy = backend.family === 'mysql';
  let database: Database;
  beforeAll(() => {
    database = openDatabase(backend);
  });
  beforeEach(async () => {
    await backend.dropSchemas(...names);
    database.catalog.invalidate();
  });
  afterAll(async () => {
    await backend.dropSchemas(...names);
    await database.close();
  });

  test('a schema is made once, and holds one generation', async () => {
    const lab = await database.createSchema('declare_lab');
    expect(await lab.generation()).toBe('2');
    expect((await database.createSchema('declare_lab')).name).toBe('declare_lab');
    expect(await database.schemas()).toContain('declare_lab');
    for (const name of ['', 'nul\0'])
      await expect(database.createSchema(name)).rejects.toThrow(/No schema can have the name/);
    if (!hasLegacy) {
      await expect(database.createSchema('declare_old', { generation: 'legacy' })).rejects.toThrow(/DataJoint 2 only/);
      return;
    }
    const old = await database.createSchema('declare_old', { generation: 'legacy' });
    expect(await old.generation()).toBe('legacy');
    await expect(database.createSchema('declare_old', { generation: '2' })).rejects.toThrow(
      /tables of DataJoint 0\.14, not/,
    );
    await old.declare('Thing', 'id : int\n---\nfile : attach@raw\nmap=null : <graph>', {
      codecs: { graph: 'longblob' },
    });
    const events = await backend.query('SELECT version, event FROM "declare_old"."~log" ORDER BY id');
    expect(events).toEqual([
      { version: 'pharus', event: 'created' },
      { version: 'pharus', event: 'Declared `declare_old`.`thing`' },
    ]);
    expect(await (await old.table('Thing')).describe()).toBe(
      [
        'id                   : int                          ',
        '---',
        'file                 : attach@raw                   ',
        'map=null             : <graph>                      ',
        'INDEX (file)',
        '',
      ].join('\n'),
    );
    await (await old.table('Thing')).drop();
    const [last] = await backend.query('SELECT event FROM "declare_old"."~log" ORDER BY id DESC LIMIT 1');
    expect(last).toEqual({ event: 'DROP TABLE `declare_old`.`thing`' });
  });

  test('parents are found by class, in a context, in another schema and by their full names', async () => {
    const lab = await database.createSchema('declare_lab');
    const rig = await database.createSchema('declare_rig');
    const subject = await lab.declare('Subject', 'subject : uuid  # of the animal', { tier: 'manual' });
    await lab.declare('Species', "species : enum('mouse','rat')", { tier: 'lookup' });
    const session = await lab.declare('Session', '-> Subject\nsession : int16');
    await lab.declare('Session.Trial', '-> master\ntrial : int16\n---\n-> [nullable] Species');
    const full = database.connection.dialect.fullTableName('declare_lab', '#species');
    const scan = await rig.declare(
      'Scan',
      `-> declare_lab.Session.Trial
      -> Animal.proj(other="subject")
      ---
      -> [nullable] ${full}.proj(kind='species')
      -> [unique] there.Session
      depth=null : float32`,
      { tier: 'imported', context: { Animal: subject, there: lab } },
    );
    expect(
      scan.heading.attributes.map(({ name, inKey, nullable, storage }) => [name, inKey, nullable, storage.kind]),
    ).toEqual([
      ['subject', true, false, 'uuid'],
      ['session', true, false, 'integer'],
      ['trial', true, false, 'integer'],
      ['other', true, false, 'uuid'],
      ['kind', false, true, 'text'],
      ['depth', false, true, 'float'],
    ]);
    const keys = await database.catalog.foreignKeysOf(scan.name);
    expect(
      keys.map(({ parent, attributes }) => [parent.table, attributes.map((pair) => pair.join(':')).join()]).sort(),
    ).toEqual([
      ['#species', 'kind:species'],
      ['session', 'subject:subject,session:session'],
      ['session__trial', 'subject:subject,session:session,trial:trial'],
      ['subject', 'other:subject'],
    ]);
    const lineage = await backend.query<{ attribute_name: string; lineage: string }>(
      `SELECT attribute_name, lineage FROM "declare_rig"."~lineage" WHERE table_name = '_scan' ORDER BY attribute_name`,
    );
    expect(lineage.map(({ attribute_name, lineage: origin }) => `${attribute_name} ${origin}`)).toEqual([
      'kind declare_lab.#species.species',
      'other declare_lab.subject.subject',
      'session declare_lab.session.session',
      'subject declare_lab.subject.subject',
      'trial declare_lab.session__trial.trial',
    ]);
    // What is printed can be declared.
    const text = await scan.describe();
    await scan.drop();
    expect(await (await rig.declare('Scan', text, { tier: 'imported' })).describe()).toBe(text);
    expect(session.className).toBe('Session');
  });

  test('a name that stands for nothing is answered with the nearest that does', async () => {
    const lab = await database.createSchema('declare_lab');
    await lab.declare('Session', 'session : int32');
    const wrong = async (definition: string, className = 'Note'): Promise<string> => {
      const error = await lab.planDeclaration(className, definition).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(DefinitionError);
      return (error as Error).message.split('definition: ')[1] ?? '';
    };
    expect(await wrong('-> Sesion')).toBe(
      'There is no table "Sesion" of schema declare_lab to refer to. Did you mean "Session"?',
    );
    expect(await wrong('-> nowhere.Thing')).toMatch(/^There is no table "nowhere.Thing" to refer to\./);
    expect(await wrong('-> master')).toBe('"master" is the table that a part belongs to; note is no part.');
    expect(await wrong('-> `a`.`b`')).toBe('There is no table a.b to refer to.');
    expect(await wrong('-> Session.proj(a="sesion")')).toMatch(
      /no attribute "sesion" to be renamed\. Did you mean "session"\?/,
    );
    expect(await wrong('a : int32\nindex (b, a)')).toMatch(/^The index names "b", which is no attribute/);
    expect(await wrong("a : enum('x','y')\n---\nb='z' : enum('x','y')")).toMatch(
      /^The default "z" of b is none of its values/,
    );
    expect(await wrong('a : int32\n---\nb : <bolb>')).toMatch(/^The codec <bolb> is not known.* Did you mean "blob"\?/);
    expect(await wrong('a : int32\n---\nb : <npy>')).toMatch(/^<npy> keeps its values in a store: expected <npy@>/);
    expect(await wrong('a : int32\nindex ((abs(a)))')).toMatch(
      /^An expression in an index is SQL: give the definition as trusted/,
    );
    expect(await database.catalog.tables('declare_lab')).toEqual(['session', '~lineage']);
    await expect(lab.declare('Session.Trial.Hit', 'a : int32')).rejects.toThrow(/class name in CamelCase/);
    await expect(lab.declare('Session', 'session : int32', { tier: 'lookup' })).rejects.toThrow(
      /has a table Session already/,
    );
    await expect(lab.declare('Nothing.Part', '-> master')).rejects.toThrow(/no table "Nothing"/);
    await expect(database.schema('declare_none').declare('A', 'a : int32')).rejects.toThrow(/Schema does not exist/);
  });

  test('a table that is there is left as it is, and must be the one that was meant', async () => {
    const lab = await database.createSchema('declare_lab');
    const first = await lab.declare('Session', 'session : int32\n---\nnote : varchar(20)');
    await first.insert1({ session: 1, note: 'kept' });
    await backend.query('DELETE FROM "declare_lab"."~lineage"');
    const again = await lab.declare('Session', '# other comment\nsession : int32\n---\nnote : varchar(20)');
    expect(await again.length()).toBe(1);
    expect(await backend.query('SELECT lineage FROM "declare_lab"."~lineage"')).toEqual([
      { lineage: 'declare_lab.session.session' },
    ]);
    await expect(lab.declare('Session', 'session : int32\n---\nremark : varchar(20)')).rejects.toThrow(
      'Table declare_lab.Session exists with other attributes. It has (session, note), the definition (session, remark).',
    );
  });

  test('several may declare the same tables at the same time', async () => {
    const lab = await database.createSchema('declare_lab');
    const definition = "a : int32\n---\nkind : enum('p','q')\nindex (kind)";
    const tables = await Promise.all(['One', 'One', 'Two', 'Two'].map((name) => lab.declare(name, definition)));
    expect(tables.map(({ className }) => className)).toEqual(['One', 'One', 'Two', 'Two']);
  });

  test('texts of a definition are texts, whatever is in them', async () => {
    const lab = await database.createSchema('declare_lab');
    const nasty = `it's "x" \\ \\' \` ; DROP TABLE a; -- $1 ? %s {b} é`;
    const value = "'; DROP TABLE a; -- \\ $$";
    const quoted = `"${value.replaceAll('\\', '\\\\')}"`;
    const table = await lab.declare(
      'Nasty',
      `# ${nasty}\na : int32 # ${nasty}\n---\nb=${quoted} : varchar(60)\nc=${quoted} : enum('x', ${quoted})`,
    );
    expect(table.heading.comment).toBe(nasty);
    expect(table.heading.get('a')?.comment).toBe(nasty);
    await table.insert1({ a: 1 });
    expect(await table.fetch1()).toEqual({ a: 1, b: value, c: value });
  });

  test('a table without a primary key holds one row; computed tables may remember their jobs', async () => {
    const lab = await database.createSchema('declare_lab');
    const one = await lab.declare('Setting', '---\nrate : float64');
    expect(one.heading.names).toEqual(['rate']);
    await one.insert1({ rate: 1.5 });
    await expect(one.insert1({ rate: 2 })).rejects.toThrow();
    await expect(lab.declare('Other', '-> Setting')).rejects.toThrow(/has no primary key that could be referred to/);
    await lab.declare('Session', 'session : int32');
    await expect(lab.declare('Result', '-> Session\nn : int32', { tier: 'computed' })).rejects.toThrow(
      /move n below "---"/,
    );
    const result = await lab.declare('Result', '-> Session\n---\nx : float64', { tier: 'computed', jobMetadata: true });
    expect(result.heading.names).toEqual(['session', 'x']);
    const columns = await backend.query(
      `SELECT column_name AS c FROM information_schema.columns WHERE table_schema = 'declare_lab' AND table_name = '__result' ORDER BY ordinal_position`,
    );
    expect(columns.map((row) => row.c)).toEqual(['session', 'x', '_job_start_time', '_job_duration', '_job_version']);
  });

  test('indexes are made, over JSON and expressions too where the database has them', async () => {
    const lab = await database.createSchema('declare_lab');
    const table = await lab.declare('Thing', 'a : int32\n---\nb : int32\nc : int32\nunique index (b, c)\nindex(c)');
    expect((await table.indexes()).map(({ attributes, unique }) => [attributes.join(), unique])).toEqual(
      expect.arrayContaining([
        ['b,c', true],
        ['c', false],
      ]),
    );
    if (backend.name === 'mariadb') return;
    const json = await lab.declare(
      'Car',
      trusted(`a : int32\n---\ncar=null : json\nindex (car.size[0].length:decimal(4, 1))\nindex ((a + 1))`),
    );
    await json.insert1({ a: 1, car: { size: [{ length: 3.5 }] } });
    expect(await json.length()).toBe(1);
  });

  test('a drop is shown before it is done, and takes along what refers to the table', async () => {
    const lab = await database.createSchema('declare_lab');
    const rig = await database.createSchema('declare_rig');
    const kind = "kind : enum('u','v')";
    const subject = await lab.declare('Subject', 'subject : int32');
    await lab.declare('Session', `-> Subject\nsession : int32\n---\n${kind}`);
    const trial = await lab.declare('Session.Trial', '-> master\ntrial : int32');
    await lab.declare('Other', `a : int32\n---\n${kind}`);
    await rig.declare('Scan', '-> there.Session\n---\nn : int32', { tier: 'imported', context: { there: lab } });
    await subject.insert([{ subject: 1 }, { subject: 2 }]);

    await expect(trial.dropPlan()).rejects.toThrow(/before its master Session\. Drop the master first/);
    await expect(subject.restrict({ subject: 1 }).dropPlan()).rejects.toThrow(/restricted/);
    await expect(lab.drop()).rejects.toThrow(IntegrityError);
    await expect(lab.drop()).rejects.toThrow(
      'Tables of other schemas refer to those of declare_lab: declare_rig.Scan. Drop them first.',
    );

    const plan = await subject.dropPlan();
    const places = plan.tables.map(({ schema, table }) => `${schema}.${table}`);
    expect([...places].sort()).toEqual([
      'declare_lab.session',
      'declare_lab.session__trial',
      'declare_lab.subject',
      'declare_rig._scan',
    ]);
    expect(places[0]).toBe('declare_lab.subject');
    expect((await plan.count()).map(({ name, count }) => [name.table, count])).toContainEqual(['subject', 2]);
    await plan.run();
    expect(await database.catalog.tables('declare_rig')).toEqual(['~lineage']);
    expect(await database.catalog.tables('declare_lab')).toEqual(['other', '~lineage']);
    expect(await backend.query('SELECT table_name FROM "declare_lab"."~lineage"')).toEqual([{ table_name: 'other' }]);
    if (backend.family === 'postgresql') {
      const enums = `SELECT typname FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = 'declare_lab' AND typtype = 'e'`;
      expect(await backend.query(enums)).toHaveLength(1);
      await (await lab.table('Other')).drop();
      expect(await backend.query(enums)).toHaveLength(0);
    }
    expect((await lab.drop()).blockedBy).toEqual([]);
    expect(await database.schemas()).not.toContain('declare_lab');
  });

  test.each([
    [
      'size="large" : int16',
      /Line 5, column 3 of the definition: The database refuses attribute size: .*(?:default|"large")/,
    ],
    [
      'size : decimal(2000,2)',
      /Line 5, column 3 of the definition: The database refuses attribute size: .*2000|Too big/,
    ],
    [
      'meta=null : json\n  index (meta.size:json)',
      /^Line 6, column 3 of the definition: The database refuses the index: (?!.*JSON_VALUE)/,
    ],
  ])('what only the database refuses has a place in the definition: %s', async (line, sentence) => {
    const lab = await database.createSchema('declare_lab');
    const definition = `# a box\n  box : int32\n  ---\n  note : varchar(8)\n  ${line}`;
    const refusal = await lab.declare('Box', definition).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DefinitionError);
    expect((refusal as Error).message).toMatch(sentence);
    expect(await lab.find('Box')).toBeUndefined();
  });

  test('an enum has each value once', async () => {
    const lab = await database.createSchema('declare_lab');
    await expect(lab.declare('Box', "box : int32\n---\nkind : enum('a','b','a')")).rejects.toThrow(
      'Line 3, column 1 of the definition: Expected different values of the enum kind; got "a" twice.',
    );
  });

  test('nothing is declared or dropped inside a transaction', async () => {
    const lab = await database.createSchema('declare_lab');
    const table = await lab.declare('Session', 'session : int32');
    await database.connection.transaction(async (transaction) => {
      await expect(table.using(transaction).drop()).rejects.toThrow(DataJointError);
    });
    expect(await table.length()).toBe(0);
  });
});
