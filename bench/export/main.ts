/**
 * A million rows as a file beside the same rows read by the bare driver, in one run on the same table:
 * `npm run bench -- export [--rows 1000000] [--only csv]`. Memory is the server's at its highest.
 */
import { get } from 'node:http';
import { parseArgs } from 'node:util';
import { createConnection } from 'mysql2';
import { startMariadb } from '../../test/support/mariadb.ts';
import type { PrivateServer } from '../../test/support/test-server.ts';
import { memory, processorTime } from '../http/processes.ts';
import { type Side, startPharus } from '../http/sides.ts';
import { makeSamples } from './data.ts';

const formats = ['csv', 'ndjson', 'arrow', 'parquet'] as const;

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { rows: { type: 'string', default: '1000000' }, only: { type: 'string', default: '' } },
  });
  const rows = Number(values.rows);
  const database = await startMariadb({ args: ['--innodb-buffer-pool-size=1G'] });
  let pharus: Side | undefined;
  try {
    await makeSamples(database, rows);
    const login = {
      databaseAddress: `${database.host}:${database.port}`,
      username: database.user,
      password: database.password,
    };
    pharus = await startPharus({ login, settings: { PHARUS_DATABASE_HOSTS: '*' } });
    console.log(`At rest: ${memory(pharus.pids).now.toFixed(0)} MB\n`);
    console.log('| | s | rows/s | of the driver | processor s | of the driver | MB | server MB, at most so far |');
    console.log('|---|--:|--:|--:|--:|--:|--:|--:|');
    await readBare(database);
    for (const format of formats.filter((name) => name.includes(values.only))) {
      const driver = await readBare(database);
      const before = processorTime(pharus.pids);
      const { seconds, bytes } = await download(pharus, format);
      const processor = (processorTime(pharus.pids) - before) / 1000;
      const rates = [seconds, rows / seconds, driver.seconds / seconds, processor, driver.processor / processor];
      const sizes = [bytes / 1e6, memory(pharus.pids).peak];
      console.log(
        `| ${[format, ...rates.map((rate) => rate.toFixed(2)), ...sizes.map((size) => size.toFixed(0))].join(' | ')} |`,
      );
    }
  } finally {
    await pharus?.stop();
    await database.stop();
  }
}

/** How mysql2 reads the rows, prepared as the server has them, and does nothing with them: seconds, and those of the processor. */
async function readBare({
  host,
  port,
  user,
  password,
}: PrivateServer): Promise<{ seconds: number; processor: number }> {
  const connection = createConnection({ host, port, user, password, rowsAsArray: true, dateStrings: true });
  const start = performance.now();
  const used = process.cpuUsage();
  await new Promise<void>((resolve, reject) => {
    connection
      .execute({ sql: 'SELECT * FROM bench_export.sample ORDER BY sample_id', values: [] })
      .on('result', () => undefined)
      .on('error', reject)
      .on('end', () => resolve());
  });
  connection.destroy();
  const { user: own, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - start) / 1000, processor: (own + system) / 1e6 };
}

async function download({ port, token }: Side, format: string): Promise<{ seconds: number; bytes: number }> {
  const start = performance.now();
  const path = `/schema/bench_export/table/Sample/export?format=${format}`;
  const bytes = await new Promise<number>((resolve, reject) => {
    get({ port, path, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      let size = 0;
      if (answer.statusCode !== 200) reject(new Error(`${format} was answered with ${answer.statusCode}.`));
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      answer.on('error', reject).on('end', () => resolve(size));
    }).on('error', reject);
  });
  return { seconds: (performance.now() - start) / 1000, bytes };
}
