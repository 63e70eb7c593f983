import { expect } from 'vitest';
import { UnreadableValueError } from '../../../packages/datajoint/src/index.ts';
import type { Backend } from '../../support/backends.ts';
import { openDatabase } from '../../support/connect-to-backend.ts';

/** How many blobs the tables of the pipelines hold, by family. */
const blobs: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  mysql: { elements: 25_965, book: 1_962, churchland: 800, tutorials: 2_967 },
  postgresql: { elements: 27_540, tutorials: 2_960, docs2x: 3_703 },
};

/** Every blob of some schemas is read. */
export async function checkBlobs(backend: Backend, pipeline: string, schemas: readonly string[]): Promise<void> {
  const database = openDatabase(backend);
  const unreadable: string[] = [];
  let count = 0;
  try {
    for (const name of schemas) {
      const schema = database.schema(name);
      for (const { className } of await schema.tables()) {
        const table = await schema.table(className);
        for (const attribute of table.heading.attributes.filter(({ storage }) => storage.kind === 'blob')) {
          for (const value of await table.fetch(attribute.name)) {
            if (value !== null) count += 1;
            if (value instanceof UnreadableValueError) unreadable.push(`${name}.${className}: ${value.message}`);
          }
        }
      }
    }
  } finally {
    await database.close();
  }
  expect(unreadable).toEqual([]);
  expect(count).toBe(blobs[backend.family]?.[pipeline]);
}
