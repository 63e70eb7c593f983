import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkLineages } from '../../packages/datajoint/src/expression/lineage.ts';
import type { Database, QueryExpression } from '../../packages/datajoint/src/index.ts';
import { pipelines as pipelinesOf } from '../golden/corpora/recorded-pipeline.ts';
import { openDatabase } from '../support/connect-to-backend.ts';
import { type Garden, grow } from './algebra/grow.ts';
import { ownOutcome, plainOutcome, pythonOutcome } from './algebra/outcome.ts';
import { makePipeline } from './algebra/pipeline.ts';
import { copyPublished, leafOf } from './algebra/published.ts';
import { type SharedStore, shareStore } from './algebra/store.ts';
import { Tally } from './algebra/tally.ts';
import { toPython } from './algebra/to-python.ts';
import { toQuery } from './algebra/to-query.ts';
import { describeEachLibrary } from './matrix.ts';

const runs = Number(process.env.ALGEBRA_RUNS ?? 300);
const seed = Number(process.env.ALGEBRA_SEED ?? 20_260_726);
const pipelines = Math.max(3, Math.ceil(runs / 500));

/** Pipelines that labs published: in long runs all of them. */
const published = {
  mysql: runs < 1000 ? ['tutorials'] : pipelinesOf.mysql,
  postgresql: runs < 1000 ? ['tutorials'] : pipelinesOf.postgresql,
};

/** Where expressions grow that the library knows by this schema. */
interface Plot extends Garden {
  readonly name: string;
  readonly schema: string;
}

const isSound = (query: QueryExpression): Promise<boolean> =>
  checkLineages(query).then(
    () => true,
    () => false,
  );

describeEachLibrary((interop) => {
  const gardens: Plot[] = [];
  let database: Database;
  let store: SharedStore;

  beforeAll(async () => {
    const { backend, python, generation, createSchema } = interop();
    const setting = { generation, family: backend.family };
    store = await shareStore(python, setting);
    database = openDatabase(backend, { metadataAge: 3_600_000, stores: store.stores });
    const plant = async (
      name: string,
      schema: string,
      classes: readonly string[],
      leaf: typeof leafOf,
    ): Promise<void> => {
      const tables = new Map<string, QueryExpression>();
      for (const table of classes) tables.set(table, await database.schema(schema).table(table));
      const leaves = [...tables].map(([table, query]) => leaf(table, query));
      gardens.push({ ...setting, name, schema, tables, leaves, isSound });
    };
    for (let index = 0; index < pipelines; index += 1) {
      const schema = await createSchema(`algebra_${index}`);
      const tables = makePipeline(seed + index, setting);
      await python.ask('declare_tables', { schema, tables });
      const classes = tables.map(({ name }) => name);
      await plant(`pipeline ${seed + index}`, schema, classes, (name) => ({ op: 'table', name }));
    }
    // Those that were published are of the one generation on MariaDB, of the other on PostgreSQL.
    const isPublished = (generation === 'legacy') === (backend.family === 'mysql');
    for (const pipeline of isPublished ? published[backend.family] : []) {
      for (const { schema, tables } of await copyPublished(backend, pipeline)) {
        await python.ask('use_tables', { schema });
        await plant(schema, schema, tables, leafOf);
      }
    }
  });
  afterAll(async () => {
    await database?.close();
    await store?.remove();
  });

  test(`${runs} random expressions come to the same`, async () => {
    const { python, generation } = interop();
    const tally = new Tally(interop().backend.family);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1_000_000 }),
        fc.array(fc.nat({ max: 1_000_000 }), { minLength: 90, maxLength: 90 }),
        async (index, decisions) => {
          // Half of them over tables made for it, half over published ones.
          const [made, copied] = [gardens.slice(0, pipelines), gardens.slice(pipelines)];
          const plots = index % 2 === 1 && copied.length > 0 ? copied : made;
          const garden = plots[(index >> 1) % plots.length] as Plot;
          let at = 0;
          const tree = await grow((below) => (decisions[at++] ?? 0) % below, garden, 6);
          const text = toPython(tree, generation);
          const build = (): QueryExpression => toQuery(tree, garden.tables);
          const [own, theirs] = await Promise.all([ownOutcome(build), pythonOutcome(python, garden.schema, text)]);
          const plain = await plainOutcome(tree, garden, database.connection);
          try {
            tally.add(tree, { own, theirs, plain });
          } catch (error) {
            const { message } = error as Error;
            throw new Error(
              `${message}\n  ${garden.name}, ${generation} on ${garden.family}\n  ${text}\n  ${sqlOf(build)}`,
            );
          }
        },
      ),
      { numRuns: runs, seed },
    );
    console.log(`algebra, ${generation} on ${gardens[0]?.family}, seed ${seed}: ${JSON.stringify(tally)}`);
    expect(tally.refusedByBoth / runs).toBeLessThanOrEqual(1 / 20);
    // What nobody else has an opinion on proves little.
    const unjudged = Object.values(tally.plainErrors).reduce((sum, count) => sum + count, 0);
    expect(unjudged / runs).toBeLessThanOrEqual(1 / 50);
    expect(Math.min(...Object.values(tally.operators)) / runs).toBeGreaterThanOrEqual(1 / 20);
  }, 3_600_000);
});

function sqlOf(build: () => QueryExpression): string {
  try {
    const { text, params } = build().toSql();
    return `${text} ${JSON.stringify(params.map(String))}`;
  } catch (error) {
    return String(error);
  }
}
