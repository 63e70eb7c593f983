import { expect } from 'vitest';
import type { ApiClient } from '../../support/api.ts';
import type { Backend } from '../../support/backends.ts';
import { ok, rowPath } from './answers.ts';
import type { CascadeCase } from './cascade-cases.ts';
import type { KeptCopy } from './kept-copy.ts';
import { orphanedParts } from './part-integrity.ts';
import type { PipelineTable } from './recorded-pipeline.ts';
import type { RowGraph } from './row-graph.ts';

/** Without cascade: refused with a child's name. With it: these rows go, no others, and nothing else changes. */
export async function checkDelete(
  client: ApiClient,
  { table, row, going }: CascadeCase,
  rows: RowGraph,
  kept: KeptCopy,
  classNames: ReadonlyMap<string, string>,
  backend: Backend,
): Promise<void> {
  const path = await rowPath(client, table, row);
  const title = `${table.schema}.${table.className} ${row}`;
  const conflict = await client.delete(path);
  expect(conflict.status, title).toBe(409);
  const { error, childSchema, childTable } = conflict.json() as Record<string, string>;
  expect(error).toBe('IntegrityError');
  const children = [...going.keys()].map((name) => classNames.get(name));
  expect(children, title).toContain(`${childSchema}.${childTable}`);
  expect(await kept.changed([...going.keys()]), title).toEqual([]);

  const { text } = await ok(client.delete(`${path}&cascade=true`));
  expect(JSON.parse(text)).toEqual({ response: 'Delete Successful' });
  try {
    for (const [name, gone] of going) {
      const left = [...Array(rows.count(name)).keys()].filter((place) => !gone.has(place));
      expect([...(await rows.present(backend, name))], `${title}: ${name}`).toEqual(left);
    }
  } finally {
    await kept.bringBack(going.keys(), (name) => rows.primaryKey(name));
  }
  expect(await kept.changed([...going.keys()]), title).toEqual([]);
}

/** A part goes with its master only. */
export async function checkPart(client: ApiClient, table: PipelineTable): Promise<void> {
  const { status, text } = await client.delete(`${await rowPath(client, table, 0)}&cascade=true`);
  expect({ status, text }).toEqual({ status: 500, text: expect.stringContaining(table.className) });
}

export async function checkRefusal(
  client: ApiClient,
  { table, row, going }: CascadeCase,
  kept: KeptCopy,
): Promise<void> {
  const { status, text } = await client.delete(`${await rowPath(client, table, row)}&cascade=true`);
  const [, part] = /Attempt to delete part table (\S+) before deleting from its master (\S+) first/.exec(text) ?? [];
  expect({ status, isOrphaned: orphanedParts(going).includes(part?.replaceAll('`', '"') ?? '') }, text).toEqual({
    status: 500,
    isOrphaned: true,
  });
  expect(await kept.changed([...going.keys()])).toEqual([]);
}
