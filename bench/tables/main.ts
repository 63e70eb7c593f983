/**
 * What a request about one table costs in a schema of 3,000 tables, and in one of a hundred: `npm run bench -- tables
 * [--database mariadb,postgresql] [--seconds 1] [--rounds 7] [--write]`. Both schemas are in one database and asked in turns,
 * with all that is known of tables at hand, as it is for a second, and with nothing known. It is to be at most 1.1 times as much.
 * `--rounds` are how many turns each has, so many `--seconds` long.
 */
import { parseArgs } from 'node:util';
import { type BenchDatabase, databaseNames, startDatabase } from '../http/database.ts';
import { type Load, load, summaryOf } from '../http/load.ts';
import { makeSmallTables } from '../http/pipeline.ts';
import { processorTime } from '../http/processes.ts';
import { type BenchRequest, onTheWire } from '../http/requests.ts';
import { type Side, startPharus } from '../http/sides.ts';
import { namesOption, numberOption } from '../options.ts';
import { circumstances, figure, ratio, table, writeSection } from '../page.ts';
import { inTurns, median, ratiosOf, warmUp } from '../turns.ts';

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
  const [seconds, rounds] = [numberOption('seconds', values.seconds), numberOption('rounds', values.rounds)];
  const names = namesOption('database', values.database, databaseNames);
  const how = circumstances(['tables', ...options].join(' '), values.database);
  const rows: string[][] = [];
  for (const name of names) {
    console.error('Making two schemas.');
    const database = await startDatabase(name);
    try {
      for (const size of Object.keys(schemas) as Size[])
        await database.addSchema(schemas[size], makeSmallTables(counts[size]));
      for (const age of ['1s', '0s'])
        for await (const row of measure(database, age, seconds, rounds)) {
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
of 3,000. With what is known of tables at hand, as it is for a second, and with nothing known. It is to be at most 1.1 times
as much. Failures are answers with another status than 200.`;

async function* measure(
  database: BenchDatabase,
  age: string,
  seconds: number,
  rounds: number,
): AsyncGenerator<string[]> {
  const settings = { ...database.settings, PHARUS_METADATA_AGE: age };
  const pharus = await startPharus({ login: database.login, settings });
  const sizes = Object.keys(schemas) as Size[];
  try {
    for (const [name, make] of Object.entries(requests)) {
      const ask = (size: Size): Promise<Turn> => {
        const request = () => make(`/schema/${schemas[size]}/table/SmallAa`);
        return take(request, { pharus, database, seconds });
      };
      await warmUp(sizes, async (size) => (await ask(size)).cost);
      const turns = await inTurns(sizes, rounds, ask);
      const [few, many] = sizes.map((size) => (turns.get(size) ?? []).map(({ cost }) => cost)) as [number[], number[]];
      const known = age === '0s' ? 'nothing' : 'what was asked for';
      const { failures } = summaryOf([...turns.values()].flat());
      yield [
        database.name,
        name,
        known,
        figure(median(few)),
        figure(median(many)),
        ratio(ratiosOf(many, few)),
        failures,
      ];
    }
  } finally {
    await pharus.stop();
  }
}

interface Turn extends Load {
  /** Milliseconds of processor time of an answer. */
  readonly cost: number;
}

async function take(
  make: BenchRequest['make'],
  { pharus, database, seconds }: { readonly pharus: Side; readonly database: BenchDatabase; readonly seconds: number },
): Promise<Turn> {
  const next = onTheWire({ name: '', make, isComparable: false }, { token: pharus.token });
  const used = (): number => processorTime([...pharus.pids, ...database.pids]);
  const before = used();
  const answered = await load({ port: pharus.port, next, clients, seconds });
  return { ...answered, cost: (used() - before) / answered.times.length };
}
