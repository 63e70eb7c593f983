import { compileSelect } from '../../packages/datajoint/src/expression/compile.ts';
import {
  Connection,
  Database,
  mysqlDialect,
  postgresDialect,
  postgresDriver,
  type ResultSet,
} from '../../packages/datajoint/src/index.ts';
import { trusted, trustedFragment } from '../../packages/datajoint/src/sql/trusted-sql.ts';
import { toPython } from '../../test/interop/algebra/to-python.ts';
import { toQuery } from '../../test/interop/algebra/to-query.ts';
import type { Tree } from '../../test/interop/algebra/tree.ts';
import { PythonSession } from '../../test/interop/python-session.ts';
import { startMariadb } from '../../test/support/mariadb.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { python23, python014 } from '../../test/support/python.ts';
import { expressions } from './expressions.ts';
import { leastTimes, type Timed } from './least-times.ts';
import { type Clock, processorClock } from './processor-clock.ts';
import { fill, tablesFor } from './tables.ts';

/** Without helpers, which come and go: what a statement costs is all seen. */
const startAlone = () => startPostgres({ settings: { max_parallel_workers_per_gather: '0' } });

const sides = {
  'mariadb-0.14': { family: 'mysql', generation: 'legacy', start: startMariadb, interpreter: python014 },
  'mariadb-2.3': { family: 'mysql', generation: 'current', start: startMariadb, interpreter: python23 },
  'postgres-2.3': { family: 'postgresql', generation: 'current', start: startAlone, interpreter: python23 },
} as const;

/** How many milliseconds a comparison may take. */
const patience = { statements: 6000, libraries: 3000 };
const schema = 'bench_algebra';
/** How often both libraries are asked for a row before anything is measured: programs run slowly at first. */
const warmUp = 3000;

/**
 * Thirty questions, asked by both libraries. What the statements that they write cost the database, run on one connection;
 * and how long the libraries themselves take, from the operators to rows as values, each in its own language. Of each the least time of all turns, and
 * ours to theirs; then the geometric mean of all ratios, and how many statements the database goes about alike.
 * @param options which libraries and servers; all where none is named.
 */
export async function run(options: readonly string[]): Promise<void> {
  const unknown = options.find((name) => !Object.hasOwn(sides, name));
  if (unknown !== undefined) throw new Error(`Expected ${Object.keys(sides).join(', ')}; got ${unknown}.`);
  for (const [name, side] of Object.entries(sides)) {
    if (options.length === 0 || options.includes(name)) await compare(name, side);
  }
}

async function compare(
  name: string,
  { family, generation, start, interpreter }: (typeof sides)[keyof typeof sides],
): Promise<void> {
  const server = await start();
  const python = await PythonSession.start(await interpreter());
  const { host, port, user, password } = server;
  const dialect = family === 'mysql' ? { dialect: mysqlDialect } : { dialect: postgresDialect, driver: postgresDriver };
  const database = new Database(new Connection({ host, port, user, password, ...dialect }), { metadataAge: 3_600_000 });
  try {
    await python.ask('connect', { backend: family, host, port, user, password });
    await python.ask('declare_tables', { schema, tables: tablesFor(generation) });
    for (const statement of fill(schema, family))
      await database.connection.execute(trustedFragment(trusted(statement)));
    const tables = new Map(
      await Promise.all(
        tablesFor(generation).map(
          async (table) => [table.name, await database.schema(schema).table(table.name)] as const,
        ),
      ),
    );
    const ownOf =
      (tree: Tree): (() => Promise<unknown>) =>
      async () =>
        await toQuery(tree, tables).fetch();
    const theirsOf =
      (tree: Tree): Timed =>
      (times) =>
        python.ask<number>('time_expression', { schema, expression: toPython(tree, generation), times });
    const [first] = Object.values(expressions) as [Tree];
    await repeated(ownOf(first))(warmUp);
    await theirsOf(first)(warmUp);
    const clock = await processorClock(database.connection);
    const statements: number[] = [];
    const libraries: number[] = [];
    let alike = 0;
    console.log(
      `\n${name}: milliseconds here, there, and their ratio; statements in time of the database's processors`,
    );
    console.log(`${''.padEnd(40)} ${'statements'.padStart(22)} ${'libraries'.padStart(24)}`);
    for (const [title, tree] of Object.entries(expressions)) {
      const expression = toPython(tree, generation);
      const own = compileSelect(toQuery(tree, tables), dialect.dialect);
      const theirs = trustedFragment(trusted(await python.ask<string>('make_sql', { schema, expression })));
      const run = async (statement: typeof own): Promise<void> => {
        for await (const _ of database.connection.stream(statement));
      };
      const [a, b] = await leastTimes(
        repeated(() => run(own), clock),
        repeated(() => run(theirs), clock),
        patience.statements,
      );
      const [c, d] = await leastTimes(repeated(ownOf(tree)), theirsOf(tree), patience.libraries);
      const plan = async (statement: typeof own): Promise<string> =>
        planOf(await database.connection.execute(dialect.dialect.explain(statement)));
      if ((await plan(own)) === (await plan(theirs))) alike += 1;
      else console.log(`${title}: another plan`);
      statements.push(a / b);
      libraries.push(c / d);
      console.log(`${title.padEnd(40)} ${shown(a, b)}   ${shown(c, d)}`);
    }
    console.log(`plans: ${alike} of ${statements.length} are the same`);
    for (const [what, ratios] of Object.entries({ statements, libraries })) {
      const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
      console.log(`${what}: geometric mean ${mean.toFixed(3)}, most ${Math.max(...ratios).toFixed(2)}`);
    }
  } finally {
    await python.close();
    await database.close();
    await server.stop();
  }
}

/** How a database goes about a statement, without the names that the statement gives to tables. */
function planOf({ columns, rows }: ResultSet): string {
  // MySQL has a line for each table, PostgreSQL lines of text: one for each step, and more with conditions.
  if (columns.includes('select_type')) {
    const kept = ['id', 'select_type', 'type', 'key', 'key_len', 'rows', 'Extra'].map((name) => columns.indexOf(name));
    return JSON.stringify(rows.map((row) => kept.map((at) => row[at])));
  }
  const steps = rows.map(([line]) => String(line)).filter((line) => line.includes('(cost='));
  return steps.map((line) => line.replace(/ on .*?(?= {2}\(cost)/, '')).join('\n');
}

const repeated =
  (work: () => Promise<unknown>, clock: Clock = () => performance.now()): Timed =>
  async (times) => {
    const began = clock();
    for (let count = 0; count < times; count += 1) await work();
    return clock() - began;
  };

function shown(own: number, theirs: number): string {
  return `${own.toFixed(2).padStart(8)} ${theirs.toFixed(2).padStart(8)} ${(own / theirs).toFixed(2).padStart(5)}`;
}
