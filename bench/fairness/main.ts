/**
 * What one user notices of another who asks for much: `npm run bench -- fairness [--database mariadb|postgresql] [--seconds 5]
 * [--write]`. User B asks for ten rows, alone, and then while user A always waits for twenty answers of one kind. B's 95th
 * percentile is to be at most twice of what it is alone, or 25 ms.
 */
import { parseArgs } from 'node:util';
import { type BenchDatabase, databaseNames, startDatabase } from '../http/database.ts';
import { type Load, load, summaryOf } from '../http/load.ts';
import { type BenchRequest, onTheWire, restriction, table } from '../http/requests.ts';
import { logIn, startPharus } from '../http/sides.ts';
import { namesOption, numberOption } from '../options.ts';
import { circumstances, figure, table as markdown, writeSection } from '../page.ts';

const get = (name: string, path: string): BenchRequest => ({
  name,
  make: () => ({ method: 'GET', path }),
  isComparable: true,
});

const like = restriction({ attributeName: 'note', operation: 'LIKE', value: '%99999%' });
const tenRows = get('ten rows', table('Big', 'record?limit=10'));

/** What A asks for. */
const heavy: readonly BenchRequest[] = [
  get('a scan of all rows, counted', table('Big', `record?limit=10&restriction=${like}`)),
  get('a sort of all rows', table('Big', 'record?limit=10&order=note')),
  get('100,000 rows', table('Big', 'record?limit=100000')),
  get('a thousand rows', table('Big', 'record?limit=1000')),
];

const askers = 20;

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      database: { type: 'string', default: 'mariadb,postgresql' },
      seconds: { type: 'string', default: '5' },
      write: { type: 'boolean', default: false },
    },
  });
  const seconds = numberOption('seconds', values.seconds);
  const names = namesOption('database', values.database, databaseNames);
  const how = circumstances(['fairness', ...options].join(' '), values.database);
  const rows: string[][] = [];
  for (const name of names) {
    console.error('Making a million rows.');
    const database = await startDatabase(name);
    try {
      for await (const row of measure(database, seconds)) {
        rows.push(row);
        console.log(row.join(' | '));
      }
    } finally {
      await database.stop();
    }
  }
  if (values.write) writeSection('Two users', [explained, '', how, '', markdown(header, rows)].join('\n'));
}

const header = [
  'database',
  'A waits for 20 times',
  'B alone, p95 ms',
  'B beside A',
  'at most',
  'A, answers/s',
  'failures',
];

const explained = `User B asks for ten rows over one connection, alone and then while user A, another user of the database, always waits for
twenty answers. B's 95th percentile is to be at most twice what it is alone, or 25 ms. Failures are answers to either with
another status than 200: 503 where no session of the user's came free within \`PHARUS_POOL_WAIT\`.`;

async function* measure(database: BenchDatabase, seconds: number): AsyncGenerator<string[]> {
  // As many sessions as a user has where nothing is said.
  const settings = { ...database.settings, PHARUS_POOL_MAX: '8', PHARUS_POOL_SLOW: '2' };
  const pharus = await startPharus({ login: database.login, settings });
  try {
    const { port } = pharus;
    const [a, b] = [await database.addReader('reader_a'), await database.addReader('reader_b')];
    const ask = (request: BenchRequest, token: string, clients: number, time = seconds): Promise<Load> =>
      load({ port, next: onTheWire(request, { token }), clients, seconds: time });
    const [tokenA, tokenB] = [await logIn(port, a), await logIn(port, b)];
    await ask(tenRows, tokenB, 1);
    for (const request of heavy) {
      const alone = await ask(tenRows, tokenB, 1);
      const busy = ask(request, tokenA, askers, seconds + 2);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const beside = await ask(tenRows, tokenB, 1);
      const ofA = await busy;
      const [p95Alone, p95Beside] = [summaryOf([alone]).p95, summaryOf([beside]).p95];
      const figures = [p95Alone, p95Beside, Math.max(2 * p95Alone, 25), summaryOf([ofA]).perSecond];
      yield [database.name, request.name, ...figures.map(figure), summaryOf([alone, beside, ofA]).failures];
    }
  } finally {
    await pharus.stop();
  }
}
