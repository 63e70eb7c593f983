import { describe, expect, test } from 'vitest';
import { UnreadableValueError } from '../../packages/datajoint/src/index.ts';
import { describeBackend } from '../support/backends.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { shared } from '../support/shared.ts';

/** The pipelines that labs published, for each family, and how many blobs their tables hold. */
const pipelines = {
  mariadb: { elements: 25_965, book: 1_562, churchland: 800, tutorials: 2_967 },
  postgres: { elements: 27_540, tutorials: 2_960, docs2x: 3_703 },
} as const;

describe.each(['mariadb', 'postgres'] as const)('%s', (product) => {
  describeBackend(product, (backend) => {
    test.each(Object.entries(pipelines[product]))(
      'every blob of %s is read',
      { timeout: 600_000 },
      async (pipeline, expected) => {
        await backend.restore(shared(`corpora/${product}/${pipeline}.sql.gz`), { once: true });
        const database = openDatabase(backend);
        const unreadable: string[] = [];
        let count = 0;
        try {
          for (const name of (await database.schemas()).filter((schema) => schema.startsWith(`${pipeline}_`))) {
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
        expect(count).toBe(expected);
      },
    );
  });
});
