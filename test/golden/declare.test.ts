import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Schema, Tier } from '../../packages/datajoint/src/index.ts';
import { tierOf } from '../../packages/datajoint/src/index.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { shared } from '../support/shared.ts';

/** A table that the Python library declared, with what it sent and what the database made of it. */
interface Declared {
  readonly name: string;
  readonly table?: string;
  readonly definition_input?: string;
  readonly declare_sql?: string;
  readonly declare_statements?: readonly string[];
  readonly describe_text_no_context?: string;
}

interface File {
  readonly tables: readonly Declared[];
  readonly lineage_rows?: readonly (readonly [table: string, attribute: string, lineage: string])[];
}

/** What the definitions' adapters are stored as (older generation). */
const codecs = { layout: 'longblob', stored: 'blob@local' };

describeEachBackend((backend) => {
  const generations = { mysql: ['legacy', '2'], postgresql: ['2'] } as const;
  describe.each(generations[backend.family])('the definitions of generation %s', (generation) => {
    const file = recorded(backend, generation);
    const prefix = generation === 'legacy' ? 'gold' : 'gold2';
    const tables = file.tables.filter(
      ({ definition_input, name }) => definition_input != null && !/^jobs of/.test(name),
    );
    let database: Database;
    let schemas: Readonly<Record<string, Schema>>;
    const plans = new Map<string, string>();

    beforeAll(async () => {
      database = openDatabase(backend);
      const names = [`${prefix}_lab`, `${prefix}_ephys`];
      await backend.dropSchemas(...names);
      const made = [];
      for (const name of names) made.push([name, await database.createSchema(name, { generation })] as const);
      schemas = Object.fromEntries(made);
      for (const declared of tables) await declareTable(declared);
      if (backend.family === 'mysql') await declareAsRecorded();
    });

    afterAll(async () => {
      await backend.dropSchemas(`${prefix}_lab`, `${prefix}_ephys`, `python_${prefix}_lab`, `python_${prefix}_ephys`);
      await database.close();
    });

    /** The same tables beside ours, by the very statements that the Python library sent. */
    async function declareAsRecorded(): Promise<void> {
      const names = [`python_${prefix}_lab`, `python_${prefix}_ephys`];
      await backend.dropSchemas(...names);
      for (const name of names) await backend.query(`CREATE DATABASE ${name}`);
      const statements = file.tables.flatMap(({ declare_sql = '', declare_statements = [declare_sql] }) =>
        declare_statements.filter((statement) => /^CREATE TABLE/.test(statement) && !/~lineage|~~/.test(statement)),
      );
      // The table of a store stands behind the table that needs it.
      const ordered = [...statements.filter((text) => /^\S+ .*`~ext/.test(text)), ...statements];
      const text = ordered.map((statement) => statement.replaceAll(`\`${prefix}_`, `\`python_${prefix}_`)).join(';\n');
      // Its texts are in double quotes.
      await backend.query(
        `SET @mode = @@sql_mode; SET SESSION sql_mode = 'STRICT_ALL_TABLES'; ${text}; SET SESSION sql_mode = @mode`,
      );
    }

    async function declareTable({ name, table = '', definition_input: definition = '' }: Declared): Promise<void> {
      const [schemaName = '', stored = ''] = table.replace(/["`]/g, '').split('.');
      const schema = schemas[schemaName] as Schema;
      const context = schemaName.endsWith('ephys') ? await classesOf(schemas[`${prefix}_lab`] as Schema) : {};
      const options = { tier: tierOf(stored) as Tier, context, codecs };
      plans.set(name, String(await schema.planDeclaration(name, definition, options)));
      const declared = await schema.declare(name, definition, options);
      expect(declared.name).toEqual({ schema: schemaName, table: stored });
    }

    test('there are some', () => {
      expect(tables.length).toBeGreaterThan(15);
      expect([...plans.keys()]).toEqual(tables.map(({ name }) => name));
    });

    test.each(tables)('$name becomes the same table', async ({ name, table = '', declare_sql, declare_statements }) => {
      const recorded = declare_sql === undefined ? (declare_statements ?? []) : [declare_sql];
      if (backend.family === 'postgresql') {
        expect(statementsOf(plans.get(name) ?? '')).toEqual(statementsOf(recorded.join(';\n')));
        return;
      }
      const create = async (place: string): Promise<string | undefined> => {
        const [row] = await backend.query<Record<string, string>>(`SHOW CREATE TABLE ${place}`);
        return row?.['Create Table'];
      };
      const other = table.replace(prefix, `python_${prefix}`);
      expect(firstColumn(await create(table))).toEqual(firstColumn(await create(other))?.replaceAll('python_', ''));
    });

    test('enums have the same names and values', () => {
      // Each is recorded with whichever table the library declared before.
      const typesOf = (text: string): string[] => text.match(/CREATE TYPE .*? AS ENUM \([^)]*\)/g) ?? [];
      const ours = [...plans.values()].flatMap((plan) => typesOf(plan.replaceAll("''", "'")));
      const recorded = tables.flatMap(({ declare_statements = [] }) => declare_statements.flatMap(typesOf));
      expect([...new Set(ours)].sort()).toEqual([...new Set(recorded)].sort());
      expect(ours.length > 0).toBe(backend.family === 'postgresql');
    });

    test('attributes have the same origins', async () => {
      if (file.lineage_rows === undefined) return;
      const rows = await backend.query<Record<string, string>>(
        `SELECT * FROM "${prefix}_lab"."~lineage" ORDER BY table_name, attribute_name`,
      );
      const expected = file.lineage_rows.filter(([table]) => !table.startsWith('~~'));
      const byKey = (a: readonly unknown[], b: readonly unknown[]): number => (a.join('\0') < b.join('\0') ? -1 : 1);
      expect(
        rows.map(({ table_name, attribute_name, lineage }) => [table_name, attribute_name, lineage]).sort(byKey),
      ).toEqual([...expected].sort(byKey));
    });

    test('the jobs of a computed table are kept in the same table', async () => {
      const lab = schemas[`${prefix}_lab`] as Schema;
      if (generation === 'legacy') {
        await expect(lab.jobs('Analysis')).rejects.toThrow('in one table of its own');
        return;
      }
      await expect(lab.jobs('Subject')).rejects.toThrow('Only imported and computed tables have jobs');
      const jobs = await lab.jobs('Analysis');
      const recorded = file.tables.find(({ name }) => name === 'jobs of Analysis');
      expect(typesOf(await jobs.describe())).toEqual(typesOf(recorded?.describe_text_no_context ?? ''));
      expect(typesOf(await jobs.describe()).length).toBeGreaterThan(15);
      expect((await lab.jobs('Analysis')).name).toEqual({ schema: `${prefix}_lab`, table: '~~analysis' });
      const origins = await backend.query<Record<string, string>>(
        `SELECT * FROM "${prefix}_lab"."~lineage" WHERE table_name = '~~analysis' ORDER BY attribute_name`,
      );
      expect(origins.map(({ table_name, attribute_name, lineage }) => [table_name, attribute_name, lineage])).toEqual(
        file.lineage_rows?.filter(([table]) => table === '~~analysis'),
      );
    });

    test('declaring them again changes nothing', async () => {
      for (const declared of tables) await declareTable(declared);
    });
  });
});

function recorded({ family }: Backend, generation: 'legacy' | '2'): File {
  const modern = { mysql: 'describe_v2_mariadb.json', postgresql: 'describe_v2_postgres.json' }[family];
  return JSON.parse(
    readFileSync(shared(`golden/${generation === 'legacy' ? 'describe.json' : modern}`), 'utf8'),
  ) as File;
}

/** What a definition says, but for comments, and defaults, which each database prints in its own way. */
function typesOf(definition: string): readonly string[] {
  return definition
    .split('\n')
    .map((line) => line.replace(/^(\w+)\s*(?:=.*?)? : (.*?)\s*(?:#.*)?$/, '$1 : $2'))
    .filter((line) => line !== '' && !/^INDEX/.test(line));
}

async function classesOf(schema: Schema): Promise<Record<string, Awaited<ReturnType<Schema['table']>>>> {
  const tables = await schema.tables();
  const masters = tables.filter(({ className }) => !className.includes('.'));
  return Object.fromEntries(
    await Promise.all(masters.map(async ({ className }) => [className, await schema.table(className)] as const)),
  );
}

/** Later versions of the library append the hidden column of a table of one row, which came first. */
function firstColumn(create: string | undefined): string | undefined {
  return create?.replace(/(\n {2}"_singleton".*,)((?:\n {2}".*,)*)/, '$2$1');
}

/**
 * What the statements for PostgreSQL say, in one spelling. Left out are comments without a type, because the library
 * drops those of foreign keys' attributes, and the backslashes that it leaves before quotes in comments.
 */
function statementsOf(text: string): readonly string[] {
  const statements = text.split(/;\n/).map((statement) => statement.trim().replace(/\s+/g, ' '));
  return statements
    .filter((statement) => statement !== '' && !/lineage|^INSERT|^SELECT|^DELETE|CREATE TYPE/.test(statement))
    .map((statement) => statement.replaceAll("''", "'"))
    .filter((statement) => !statement.startsWith('COMMENT ON COLUMN') || / IS ':/.test(statement))
    .map((statement) =>
      statement
        .replaceAll('\\"', '"')
        .replaceAll('character varying(', 'varchar(')
        .replaceAll('character(', 'char(')
        .replace("DEFAULT '1', PRIMARY KEY", 'DEFAULT TRUE, PRIMARY KEY')
        .replace(/\( ("_singleton".*?,)(.*?,)/, '($2 $1'),
    )
    .sort();
}
