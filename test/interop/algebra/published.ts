import type { QueryExpression } from '../../../packages/datajoint/src/index.ts';
import { dumpOf, recordedPipeline } from '../../golden/corpora/recorded-pipeline.ts';
import { quotedTable } from '../../support/backend.ts';
import type { Backend } from '../../support/backends.ts';
import { reserved } from './grow.ts';
import type { Tree } from './tree.ts';

/** A schema that a lab published, copied with a few rows of each table. */
export interface PublishedSchema {
  readonly schema: string;
  /** Class names. */
  readonly tables: readonly string[];
}

/** The first rows of each table: children go with their parents, and rows joined with all others stay few. */
const rowsOfEach = 6;

/** Copies the schemas of a published pipeline, without their foreign keys. */
export async function copyPublished(backend: Backend, pipeline: string): Promise<readonly PublishedSchema[]> {
  await backend.restore(dumpOf(backend.family, pipeline), { once: true });
  const filled = recordedPipeline(backend.family, pipeline).filter(({ count }) => count > 0);
  const schemas = [...new Set(filled.map(({ schema }) => schema))];
  const copies: PublishedSchema[] = [];
  for (const schema of schemas) {
    const tables = filled.filter((table) => table.schema === schema);
    if (tables.length < 3) continue;
    const copy = `algebra_${schema}`;
    await backend.createSchemas(copy);
    const statements = tables.flatMap(({ stored, primaryKey }) => {
      const order = primaryKey.length === 0 ? '' : ` ORDER BY ${primaryKey.map((name) => `"${name}"`).join(', ')}`;
      return copyTable(backend, schema, copy, stored, `${order} LIMIT ${rowsOfEach}`);
    });
    const lineage = backend.family === 'postgresql' ? copyTable(backend, schema, copy, '~lineage', '') : [];
    await backend.query([...statements, ...lineage].join(';\n'));
    copies.push({ schema: copy, tables: tables.map(({ className }) => className) });
  }
  return copies;
}

function copyTable({ family }: Backend, from: string, to: string, table: string, rows: string): readonly string[] {
  const [source, target] = [quotedTable(from, table), quotedTable(to, table)];
  const like = family === 'mysql' ? `LIKE ${source}` : `(LIKE ${source} INCLUDING ALL)`;
  return [`CREATE TABLE ${target} ${like}`, `INSERT INTO ${target} SELECT * FROM ${source}${rows}`];
}

/** A published table with the attributes that expressions can be made of, whatever else it has. */
export function leafOf(name: string, { heading }: QueryExpression): Tree {
  const table: Tree = { op: 'table', name };
  const isUsable = ({ name: own, storage }: (typeof heading.attributes)[number]): boolean =>
    /^[a-z][a-z0-9_]*$/.test(own) &&
    !reserved.has(own) &&
    !['blob', 'bytes', 'json', 'attach', 'external', 'bit', 'geometry'].includes(storage.kind);
  if (heading.attributes.every(isUsable)) return table;
  const items = heading.attributes.filter((attribute) => !attribute.inKey && isUsable(attribute));
  return { op: 'proj', of: table, items: items.map(({ name: own }) => own), named: {} };
}
