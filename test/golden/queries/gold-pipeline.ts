import { readFileSync } from 'node:fs';
import type { Database } from '../../../packages/datajoint/src/index.ts';
import type { Backend } from '../../support/backends.ts';
import { shared } from '../../support/shared.ts';
import type { Tables } from './restrictions.ts';

/** Which of the recorded pipelines: schemas `gold_lab` and `gold_ephys`, or `gold2_lab` and `gold2_ephys`. */
export interface GoldPipeline {
  readonly definitions: string;
  readonly prefix: string;
}

interface Definition {
  readonly table?: string;
  readonly ddl: string | null;
  /** What the library sent; on PostgreSQL, which prints no statement. */
  readonly declare_statements?: readonly string[];
  /** By attribute; only DataJoint 2 keeps them. */
  readonly lineage?: Readonly<Record<string, string | null>>;
}

/**
 * Creates the recorded pipeline's tables, empty, from the statements the server printed for them or the library sent,
 * under a prefix of one's own (`gold` becomes `gold_a`). Answers the full names of the tables.
 */
export async function createPipeline(
  backend: Backend,
  { definitions, prefix }: GoldPipeline,
  as: string,
): Promise<readonly string[]> {
  const { tables } = JSON.parse(readFileSync(shared(`golden/${definitions}`), 'utf8')) as { tables: Definition[] };
  const own = (text: string): string => renamed(text, prefix, as);
  const wanted = tables.filter((table) => table.table !== undefined && isDeclared(table));
  await backend.createSchemas(`${as}_lab`, `${as}_ephys`);
  const statements = [...wanted.flatMap(statementsFor), ...lineagesOf(prefix, wanted)].map(own);
  await backend.query(
    // Children may come before their parents.
    backend.family === 'mysql'
      ? ['SET foreign_key_checks = 0', ...statements, 'SET foreign_key_checks = 1'].join(';\n')
      : statements.join(';\n'),
  );
  return wanted.map(({ table = '' }) => own(table));
}

/** The table in which DataJoint 2 keeps where attributes come from; the recording is as the library filled it. */
function lineagesOf(prefix: string, tables: readonly Definition[]): readonly string[] {
  if (tables.every(({ lineage }) => lineage === undefined)) return [];
  const quote = (tables[0]?.table ?? '').charAt(0);
  const nameOf = (schema: string): string => `${quote}${schema}${quote}.${quote}~lineage${quote}`;
  const columns = 'table_name varchar(64), attribute_name varchar(64), lineage varchar(255)';
  const created = ['lab', 'ephys'].map(
    (schema) =>
      `CREATE TABLE IF NOT EXISTS ${nameOf(`${prefix}_${schema}`)} (${columns}, PRIMARY KEY (table_name, attribute_name))`,
  );
  const rows = tables.flatMap(({ table = '', lineage = {} }) => {
    const [schema = '', name = ''] = table.replaceAll(quote, '').split('.');
    return Object.entries(lineage).flatMap(([attribute, origin]) =>
      origin === null ? [] : [`INSERT INTO ${nameOf(schema)} VALUES ('${name}', '${attribute}', '${origin}')`],
    );
  });
  return [...created, ...rows];
}

const isDeclared = ({ ddl, declare_statements: sent }: Definition): boolean =>
  ddl === null ? sent !== undefined : ddl.startsWith('CREATE TABLE');

function statementsFor({ table = '', ddl, declare_statements: sent = [] }: Definition): readonly string[] {
  if (ddl !== null) return [`USE ${table.split('.')[0]}; ${ddl}`];
  // Those with arguments fill the table of lineage.
  return sent.filter((statement) => !statement.includes('%s'));
}

/** A statement about the recorded pipeline, made one about a copy of it. */
export function renamed(text: string, prefix: string, as: string): string {
  return text.replaceAll(new RegExp(`([\`"])${prefix}_(lab|ephys)\\1`, 'g'), `$1${as}_$2$1`);
}

/** The tables of a copy of the pipeline that the recorded expressions are about. */
export async function loadTables(database: Database, name: string, prefix: string): Promise<Tables> {
  const schema = database.schema(name);
  const classNames = {
    Subject: 'Subject',
    Session: 'Session',
    Trial: 'Session.Trial',
    User: 'User',
    Species: 'Species',
    Method: 'ProcessingMethod',
    Pairing: 'Pairing',
    Uid: 'OnlyUuid',
    AllTypes: 'AllTypes',
    Singleton: prefix === 'gold2' ? 'Singleton' : 'User',
  };
  const tables = Object.entries(classNames).map(async ([key, className]) => [key, await schema.table(className)]);
  const Probe = await database.schema(name.replace(/lab$/, 'ephys')).table('Probe');
  return { ...Object.fromEntries(await Promise.all(tables)), Probe } as Tables;
}
