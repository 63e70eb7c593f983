/**
 * A million rows as a page of JSON and as files, beside the same rows read by the bare driver, in one run on the same table:
 * `npm run bench -- export [--only csv] [--stall 60] [--write]`. Memory is the server's at its highest; with
 * `--stall`, also while a client takes nothing for so many seconds, and then the rest.
 */
import { get } from 'node:http';
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2';
import type { TestServer } from '../../test/support/test-server.ts';
import { startDatabase } from '../http/database.ts';
import { bigRows } from '../http/pipeline.ts';
import { memory, processorTime } from '../http/processes.ts';
import { type Side, startPharus } from '../http/sides.ts';
import { chosenBy, numberOption } from '../options.ts';
import { circumstances, figure, table, writeSection } from '../page.ts';
import { makeSamples } from './data.ts';

type Place = Pick<TestServer, 'host' | 'port' | 'user' | 'password'>;

interface Table {
  readonly path: string;
  /** In SQL, in order. */
  readonly rows: string;
}

/** The one of the other comparisons, and one with more that has to be computed: every digit of doubles, microseconds. */
const big: Table = { path: '/schema/bench/table/Big', rows: 'bench.big ORDER BY id' };
const sample: Table = { path: '/schema/bench_export/table/Sample', rows: 'bench_export.sample ORDER BY sample_id' };

const files = ['csv', 'ndjson', 'arrow', 'parquet'];
const downloads = [
  { name: 'json', table: big, route: `record?limit=${bigRows}` },
  { name: 'json, harder', table: sample, route: `record?limit=${bigRows}` },
  ...files.map((name) => ({ name, table: sample, route: `export?format=${name}` })),
];

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      only: { type: 'string', default: '' },
      stall: { type: 'string', default: '0' },
      write: { type: 'boolean', default: false },
    },
  });
  const stall = numberOption('stall', values.stall, true);
  const chosen = chosenBy(values.only, downloads);
  const database = await startDatabase('mariadb');
  const place = database.floor as Place;
  let pharus: Side | undefined;
  try {
    await makeSamples(place, bigRows);
    // A client that stalls is cut off after a minute otherwise.
    const patient = { PHARUS_STALL_TIMEOUT: '5m', PHARUS_STATEMENT_TIMEOUT: '0' };
    pharus = await startPharus({ login: database.login, settings: { ...database.settings, ...patient } });
    const how = circumstances(['export', ...options].join(' '), database.version);
    const lines: string[][] = [];
    const atRest = memory(pharus.pids).now;
    for (const { name, table: from, route } of chosen) {
      // The first time, what is to be run often is compiled.
      await readBare(place, from);
      await download(pharus, `${from.path}/${route}`);
      const driver = await readBare(place, from);
      const before = processorTime(pharus.pids);
      const { seconds, bytes } = await download(pharus, `${from.path}/${route}`);
      const processor = (processorTime(pharus.pids) - before) / 1000;
      const rates = [seconds, bigRows / seconds, driver.seconds / seconds, processor, driver.processor / processor];
      const sizes = [bytes / 1e6, memory(pharus.pids).peak];
      lines.push([name, ...[...rates, ...sizes].map(figure)]);
      console.log(lines.at(-1)?.join(' | '));
    }
    if (stall > 0) await download(pharus, `${big.path}/record?limit=${bigRows}`, stall);
    const peak = memory(pharus.pids).peak;
    const stalled = stall > 0 ? ` ${figure(peak)} MB after a client that took nothing for ${stall} s.` : '';
    const text = [explained, '', how, '', table(header, lines), '', `At rest: ${figure(atRest)} MB.${stalled}`].join(
      '\n',
    );
    console.log(text);
    if (values.write) writeSection('A million rows', text);
  } finally {
    await pharus?.stop();
    await database.stop();
  }
}

const header = ['', 's', 'rows/s', 'of the driver', 'processor s', 'of the driver', 'MB', 'server MB, at most so far'];

const explained = `One client takes a million rows from MariaDB: the table of ten types as one page of JSON (\`record\`), and one of eight attributes, among
them doubles of many digits and times with microseconds, as a page and as each kind of file. Beside it, in turn,
the bare driver (\`mysql2\`, prepared, rows as arrays) reads the same rows and does nothing with them: "of the driver" is what part
of its speed that is, by the clock and by the processor time of the program that reads. More than 1 is faster.`;

/** How mysql2 reads the rows, prepared as the server has them, and does nothing with them: seconds, and those of the processor. */
async function readBare(place: Place, { rows }: Table): Promise<{ seconds: number; processor: number }> {
  const connection = createConnection({ ...place, rowsAsArray: true, dateStrings: true });
  const start = performance.now();
  const used = process.cpuUsage();
  await new Promise<void>((resolve, reject) => {
    connection
      .execute({ sql: `SELECT * FROM ${rows}`, values: [] })
      .on('result', () => undefined)
      .on('error', reject)
      .on('end', () => resolve());
  });
  connection.destroy();
  const { user: own, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - start) / 1000, processor: (own + system) / 1e6 };
}

/** @param stall seconds for which nothing is taken, after the first bytes. */
async function download({ port, token }: Side, path: string, stall = 0): Promise<{ seconds: number; bytes: number }> {
  const start = performance.now();
  const bytes = await new Promise<number>((resolve, reject) => {
    get({ port, path, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let size = 0;
      if (answer.statusCode !== 200) reject(new Error(`${path} was answered with ${answer.statusCode}.`));
      answer.on('data', (chunk: Buffer) => {
        if (size === 0 && stall > 0) {
          answer.pause();
          setTimeout(() => answer.resume(), stall * 1000);
        }
        size += chunk.length;
      });
      answer.on('error', reject).on('end', () => resolve(size));
    }).on('error', reject);
  });
  return { seconds: (performance.now() - start) / 1000, bytes };
}
