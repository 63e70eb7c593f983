/**
 * What a request about one table costs in a schema of 3,000 tables, and in one of a hundred: `npm run bench -- tables
 * [--database mariadb,postgresql] [--seconds 1] [--rounds 7] [--write]`. Both schemas are in one database and asked in turns,
 * with all that is known of tables at hand, as it is for a second, and with nothing known. It is to be at most 1.1 times as much.
 */
import { parseArgs } from 'node:util';
import { type BenchDatabase, databaseNames, startDatabase } from '../http/database.ts';
import { load } from '../http/load.ts';
import { makeSmallTables } from '../http/pipeline.ts';
import { processorTime } from '../http/processes.ts';
import { type BenchRequest, onTheWire } from '../http/requests.ts';
import { type Side, startPharus } from '../http/sides.ts';
import { circumstances, table, writeSection } from '../page.ts';

const schemas = { few: 'few_tables', many: 'many_tables' } as const;
type Size = keyof typeof schemas;
const counts: Readonly<Record<Size, number>> = { few: 100, many: 3000 };

const clients = 4;

/** Keys that no row has. */
let key = 1000;

/** What is asked of the first table, which refers to none and is referred to by one. */
const requests: Readonly<Record<string, (address: string) => ReturnType<BenchRequest['make']>>> = {
  'record limit=10': (address) => ({ method: 'GET', path: `${address}/record?limit=10` }),
  attribute: (address) => ({ method: 'GET', path: `${address}/attribute` }),
  definition: (address) => ({ method: 'GET', path: `${address}/definition` }),
  'insert 1': (address) => {
    key += 1;
    return {
      method: 'POST',
      path: `${address}/record`,
      body: JSON.stringify({ records: [{ small_aa_id: key, name_0: 'new' }] }),
    };
  },
};

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      database: { type: 'string', default: 'mariadb,postgresql' },
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '7' },
      write: { type: 'boolean', default: false },
    },
  });
  const how = circumstances(['tables', ...options].join(' '), values.database);
  const rows: string[][] = [];
  for (const name of databaseNames.filter((each) => values.database.split(',').includes(each))) {
    console.error('Making two schemas.');
    const database = await startDatabase(name);
    try {
      for (const size of Object.keys(schemas) as Size[])
        await database.addSchema(schemas[size], makeSmallTables(counts[size]));
      for (const age of ['1s', '0s'])
        for await (const row of measure(database, age, Number(values.seconds), Number(values.rounds))) {
          rows.push(row);
          console.log(row.join(' | '));
        }
    } finally {
      await database.stop();
    }
  }
  if (values.write) writeSection('Three thousand tables', [explained, '', how, '', table(header, rows)].join('\n'));
}

const header = ['database', 'request', 'of tables is known', 'ms in 100 tables', 'ms in 3,000', 'ratio', 'failures'];

const explained = `The processor time, of server and database together, that a request about one table takes in a schema of 100 tables and in one
of 3,000: the median of rounds in turns. With what is known of tables at hand, as it is for a second, and with nothing
known. It is to be at most 1.1 times as much.`;

async function* measure(
  database: BenchDatabase,
  age: string,
  seconds: number,
  rounds: number,
): AsyncGenerator<string[]> {
  const settings = { ...database.settings, PHARUS_METADATA_AGE: age };
  const pharus = await startPharus({ login: database.login, settings });
  try {
    for (const [name, make] of Object.entries(requests)) {
      const costs: Record<Size, number[]> = { few: [], many: [] };
      let failures = 0;
      // The first is not counted: it is compiled then.
      for (let round = 0; round <= rounds; round += 1) {
        for (const size of Object.keys(schemas) as Size[]) {
          const cost = await costOf(() => make(`/schema/${schemas[size]}/table/SmallAa`), {
            pharus,
            database,
            seconds,
          });
          failures += cost.failures;
          if (round > 0) costs[size].push(cost.milliseconds);
        }
      }
      const [few, many] = [median(costs.few), median(costs.many)];
      const known = age === '0s' ? 'nothing' : 'what was asked for';
      yield [database.name, name, known, few.toFixed(3), many.toFixed(3), (many / few).toFixed(2), String(failures)];
    }
  } finally {
    await pharus.stop();
  }
}

async function costOf(
  make: BenchRequest['make'],
  { pharus, database, seconds }: { readonly pharus: Side; readonly database: BenchDatabase; readonly seconds: number },
): Promise<{ readonly milliseconds: number; readonly failures: number }> {
  const next = onTheWire({ name: '', make, isComparable: false }, { token: pharus.token });
  const used = (): number => processorTime([...pharus.pids, ...database.pids]);
  const before = used();
  const { answers, failures } = await load({ port: pharus.port, next, clients, seconds });
  return { milliseconds: (used() - before) / answers, failures };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
