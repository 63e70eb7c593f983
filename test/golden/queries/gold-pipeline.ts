import { readFileSync } from 'node:fs';
import type { Backend } from '../../support/backends.ts';
import { shared } from '../../support/shared.ts';

/** Which of the recorded pipelines: schemas `gold_lab` and `gold_ephys`, or `gold2_lab` and `gold2_ephys`. */
export interface GoldPipeline {
  readonly definitions: string;
  readonly prefix: string;
}

interface Definition {
  readonly table?: string;
  readonly ddl: string;
}

/**
 * Creates the recorded pipeline's tables, empty, from the statements the server printed for them, under a prefix of
 * one's own (`gold` becomes `gold_a`). Answers the full names of the tables.
 */
export async function createPipeline(
  backend: Backend,
  { definitions, prefix }: GoldPipeline,
  as: string,
): Promise<readonly string[]> {
  const { tables } = JSON.parse(readFileSync(shared(`golden/${definitions}`), 'utf8')) as { tables: Definition[] };
  const own = (text: string): string => renamed(text, prefix, as);
  const wanted = tables.filter((table) => table.table !== undefined && table.ddl.startsWith('CREATE TABLE'));
  const statements = wanted.map(({ table = '', ddl }) => own(`USE ${table.split('.')[0]}; ${ddl}`));
  const schemas = ['lab', 'ephys'].map(
    (name) => `DROP DATABASE IF EXISTS \`${as}_${name}\`; CREATE DATABASE \`${as}_${name}\``,
  );
  await backend.query(
    // Children may come before their parents.
    ['SET foreign_key_checks = 0'].concat(schemas, statements, 'SET foreign_key_checks = 1').join(';\n'),
  );
  return wanted.map(({ table = '' }) => own(table));
}

/** A statement about the recorded pipeline, made one about a copy of it. */
export function renamed(text: string, prefix: string, as: string): string {
  return text.replaceAll(`\`${prefix}_lab\``, `\`${as}_lab\``).replaceAll(`\`${prefix}_ephys\``, `\`${as}_ephys\``);
}
