import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkLineages } from '../../packages/datajoint/src/expression/lineage.ts';
import { Database, type QueryExpression } from '../../packages/datajoint/src/index.ts';
import { connectionTo } from '../support/connect-to-backend.ts';
import { faultIn, knownFaults } from './algebra/faults.ts';
import { type Garden, grow } from './algebra/grow.ts';
import { type Outcome, ownOutcome, pythonOutcome } from './algebra/outcome.ts';
import { makePipeline } from './algebra/pipeline.ts';
import { toPython } from './algebra/to-python.ts';
import { toQuery } from './algebra/to-query.ts';
import { type Tree, treesIn } from './algebra/tree.ts';
import { describeEachLibrary } from './matrix.ts';

const runs = Number(process.env.ALGEBRA_RUNS ?? 300);
const seed = Number(process.env.ALGEBRA_SEED ?? 20_260_726);
const pipelines = Math.max(3, Math.ceil(runs / 500));

/** What happened over all expressions of a run. */
interface Tally {
  alike: number;
  refusedByBoth: number;
  onlyOurs: number;
  readonly faults: Record<string, number>;
  readonly operators: Record<string, number>;
}

describeEachLibrary((interop) => {
  const gardens: Garden[] = [];
  const schemas: string[] = [];
  let database: Database;

  beforeAll(async () => {
    const { backend, python, generation, createSchema } = interop();
    database = new Database(connectionTo(backend), { metadataAge: 3_600_000 });
    for (let index = 0; index < pipelines; index += 1) {
      const schema = await createSchema(`algebra_${index}`);
      const setting = { generation, family: backend.family };
      const declared = makePipeline(seed + index, setting);
      await python.ask('declare_tables', { schema, tables: declared });
      const tables = new Map<string, QueryExpression>();
      for (const { name } of declared) tables.set(name, await database.schema(schema).table(name));
      const isSound = (query: QueryExpression): Promise<boolean> =>
        checkLineages(query).then(
          () => true,
          () => false,
        );
      gardens.push({ ...setting, tables, isSound });
      schemas.push(schema);
    }
  });
  afterAll(async () => await database?.close());

  test(`${runs} random expressions come to the same`, async () => {
    const { python, generation } = interop();
    const tally: Tally = { alike: 0, refusedByBoth: 0, onlyOurs: 0, faults: {}, operators: {} };
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: pipelines - 1 }),
        fc.array(fc.nat({ max: 1_000_000 }), { minLength: 90, maxLength: 90 }),
        async (index, decisions) => {
          const garden = gardens[index] as Garden;
          let at = 0;
          const tree = await grow((below) => (decisions[at++] ?? 0) % below, garden, 6);
          const text = toPython(tree, generation);
          const build = (): QueryExpression => toQuery(tree, garden.tables);
          const [own, theirs] = await Promise.all([
            ownOutcome(build),
            pythonOutcome(python, schemas[index] as string, text),
          ]);
          count(tally, tree, own, theirs);
          const isDifferent = difference(own, theirs);
          if (isDifferent !== undefined && faultIn(tree, own, theirs) === undefined) {
            throw new Error(
              `${isDifferent}\n  pipeline ${seed + index}, ${generation} on ${garden.family}\n  ${text}\n  ${sqlOf(build)}`,
            );
          }
        },
      ),
      { numRuns: runs, seed },
    );
    console.log(`algebra, ${generation} on ${gardens[0]?.family}, seed ${seed}: ${JSON.stringify(tally)}`);
    expect(tally.refusedByBoth / runs).toBeLessThanOrEqual(1 / 20);
    expect(Object.keys(tally.faults).filter((fault) => knownFaults[fault] === undefined)).toEqual([]);
  }, 3_600_000);
});

function count(tally: Tally, tree: Tree, own: Outcome, theirs: Outcome): void {
  for (const { op } of treesIn(tree)) tally.operators[op] = (tally.operators[op] ?? 0) + 1;
  if (difference(own, theirs) !== undefined) {
    const fault = faultIn(tree, own, theirs) ?? 'none';
    tally.faults[fault] = (tally.faults[fault] ?? 0) + 1;
  } else if ('error' in own) tally.refusedByBoth += 1;
  else if ('error' in theirs) tally.onlyOurs += 1;
  else tally.alike += 1;
}

/** How two outcomes differ; undefined where they do not, or where the library cannot do what this one can. */
function difference(own: Outcome, theirs: Outcome): string | undefined {
  if ('error' in own)
    return 'error' in theirs ? undefined : `refused here: ${own.error}\n  rows there: ${theirs.rows.length}`;
  if ('error' in theirs) {
    return /^DataJointError/.test(theirs.error) ? `refused there: ${theirs.error}` : undefined;
  }
  for (const part of ['heading', 'primaryKey', 'rows', 'length'] as const) {
    const [a, b] = [JSON.stringify(own[part]), JSON.stringify(theirs[part])];
    if (a !== b && !(part === 'length' && typeof theirs.length === 'string')) {
      return `${part} here ${a.slice(0, 600)}\n  ${part} there ${b.slice(0, 600)}`;
    }
  }
  return undefined;
}

function sqlOf(build: () => QueryExpression): string {
  try {
    const { text, params } = build().toSql();
    return `${text} ${JSON.stringify(params.map(String))}`;
  } catch (error) {
    return String(error);
  }
}
