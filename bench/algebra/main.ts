import { compileSelect } from '../../packages/datajoint/src/expression/compile.ts';
import {
  Connection,
  Database,
  mysqlDialect,
  postgresDialect,
  postgresDriver,
} from '../../packages/datajoint/src/index.ts';
import { trusted, trustedFragment } from '../../packages/datajoint/src/sql/trusted-sql.ts';
import { toPython } from '../../test/interop/algebra/to-python.ts';
import { toQuery } from '../../test/interop/algebra/to-query.ts';
import { PythonSession } from '../../test/interop/python-session.ts';
import { startMariadb } from '../../test/support/mariadb.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { python23, python014 } from '../../test/support/python.ts';
import { expressions } from './expressions.ts';
import { fill, tablesFor } from './tables.ts';

const sides = {
  'mariadb-0.14': { family: 'mysql', generation: 'legacy', start: startMariadb, interpreter: python014 },
  'mariadb-2.3': { family: 'mysql', generation: 'current', start: startMariadb, interpreter: python23 },
  'postgres-2.3': { family: 'postgresql', generation: 'current', start: startPostgres, interpreter: python23 },
} as const;

const repeats = 9;
const schema = 'bench_algebra';

/**
 * Runs the statement this library writes for each expression, and the one the Python library writes, by turns on one
 * connection: the least time of each, which other work on the machine disturbs least, their ratio, and the geometric mean of all ratios.
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
    const time = async (work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work();
      return performance.now() - began;
    };
    const ratios: number[] = [];
    console.log(`\n${name}: milliseconds here, there, and their ratio`);
    for (const [title, tree] of Object.entries(expressions)) {
      const query = toQuery(tree, tables);
      const theirs = await python.ask<string>('make_sql', { schema, expression: toPython(tree, generation) });
      const [own, other]: [number[], number[]] = [[], []];
      const ask = {
        own: () => database.connection.execute(compileSelect(query, dialect.dialect)),
        other: () => database.connection.execute(trustedFragment(trusted(theirs))),
      };
      await ask.own();
      await ask.other();
      for (let turn = 0; turn < repeats; turn += 1) {
        const first = turn % 2 === 0;
        if (first) own.push(await time(ask.own));
        other.push(await time(ask.other));
        if (!first) own.push(await time(ask.own));
      }
      const [a, b] = [Math.min(...own), Math.min(...other)];
      ratios.push(a / b);
      console.log(`${title.padEnd(40)} ${a.toFixed(1).padStart(8)} ${b.toFixed(1).padStart(8)} ${(a / b).toFixed(2)}`);
    }
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    console.log(`geometric mean ${mean.toFixed(3)}, most ${Math.max(...ratios).toFixed(2)}`);
  } finally {
    await python.close();
    await database.close();
    await server.stop();
  }
}
