/**
 * Requests per second of this server beside the one it succeeds and beside the least a server could do, in one run on
 * the same data: `npm run bench -- http [--database mariadb|postgresql|pglite] [--seconds 5] [--clients 1,16]
 * [--without-reference] [--only "record"] [--write]`. `--write` makes a section of docs/reference/performance.md of it.
 */
import { parseArgs } from 'node:util';
import { circumstances, type SectionTitle, writeSection } from '../page.ts';
import { type BenchDatabase, type DatabaseName, startDatabase } from './database.ts';
import { type LoadOptions, load } from './load.ts';
import { memory, processorTime } from './processes.ts';
import { type BenchRequest, onTheWire, requestsOf } from './requests.ts';
import { type Figures, type SectionRow, sectionOf } from './section.ts';
import { type Side, startFloor, startPharus, startReference } from './sides.ts';

const titles: Readonly<Record<DatabaseName, SectionTitle>> = {
  mariadb: 'MariaDB',
  postgresql: 'PostgreSQL',
  pglite: 'PGlite',
};

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      database: { type: 'string', default: 'mariadb' },
      seconds: { type: 'string', default: '5' },
      clients: { type: 'string', default: '1,16' },
      'without-reference': { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  console.error('Making a million rows.');
  const database = await startDatabase(values.database);
  const sides: Side[] = [];
  try {
    const how = circumstances(['http', ...options].join(' '), database.version);
    // It knows no other.
    if (database.name === 'mariadb' && !values['without-reference']) sides.push(await startReference(database));
    sides.push(await startFloor(database), await startPharus(database));
    const atRest = sides.map((side) => memory(side.pids).now);
    for (const [index, { name }] of sides.entries()) console.log(`${name} at rest: ${atRest[index]?.toFixed(0)} MB`);
    const rows: SectionRow[] = [];
    const chosen = requestsOf(database).filter(({ name }) => name.includes(values.only));
    await compare(chosen, sides);
    for (const clients of values.clients.split(',').map(Number)) {
      console.log(`\n${clients} clients, ${seconds} s each\n`);
      console.log(row(['request', ...sides.map(({ name }) => name), 'of the floor', 'of the reference']));
      for (const request of chosen) rows.push(await measureRow(request, sides, { clients, seconds, database }));
    }
    for (const side of sides) {
      const { now, peak } = memory(side.pids);
      console.log(`${side.name} after it: ${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB`);
    }
    if (values.write) {
      const text = sectionOf({
        database: database.name,
        circumstances: how,
        seconds,
        rows,
        memory: sides.map(({ name, pids }, index) => ({
          side: name,
          atRest: atRest[index] ?? Number.NaN,
          peak: memory(pids).peak,
        })),
      });
      writeSection(titles[database.name], text);
    }
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
    await database.stop();
  }
}

interface Setting {
  readonly clients: number;
  readonly seconds: number;
  readonly database: BenchDatabase;
}

async function measureRow(request: BenchRequest, sides: readonly Side[], setting: Setting): Promise<SectionRow> {
  const results = new Map<Side['name'], Figures>();
  for (const side of sides) results.set(side.name, await measure(request, side, setting));
  const ours = results.get('pharus') as Figures;
  const ratio = (name: Side['name']): string => {
    const other = results.get(name);
    return other === undefined ? '' : (ours.perSecond / other.perSecond).toFixed(2);
  };
  console.log(row([request.name, ...[...results.values()].map(cell), ratio('floor'), ratio('reference')]));
  return { name: request.name, clients: setting.clients, sides: results };
}

async function measure(request: BenchRequest, side: Side, { clients, seconds, database }: Setting): Promise<Figures> {
  const next = onTheWire(request, { token: side.token });
  await warmUp({ port: side.port, next, clients, seconds: 1 });
  const ofDatabase = (): number => (database.pids.length === 0 ? Number.NaN : processorTime(database.pids));
  const before = [processorTime(side.pids), ofDatabase(), await database.statements()] as const;
  const measured = await load({ port: side.port, next, clients, seconds });
  const per = (after: number, index: 0 | 1 | 2): number => (after - before[index]) / measured.answers;
  return {
    ...measured,
    server: per(processorTime(side.pids), 0),
    database: per(ofDatabase(), 1),
    statements: per(await database.statements(), 2),
  };
}

/** Asks for as long as that gets faster: what has just started is compiled while it runs. */
async function warmUp(options: LoadOptions): Promise<void> {
  let best = 0;
  for (let round = 1; round <= 12; round += 1) {
    const { perSecond } = await load(options);
    if (round > 3 && perSecond < best * 1.02) return;
    best = Math.max(best, perSecond);
  }
}

/** Nobody is fast by answering something else: what can be compared has to be equal. */
async function compare(chosen: readonly BenchRequest[], sides: readonly Side[]): Promise<void> {
  for (const request of chosen.filter(({ isComparable }) => isComparable)) {
    const { path } = request.make();
    const answers = await Promise.all(
      sides
        .filter(({ name }) => name !== 'reference')
        .map(async ({ port, token }) => {
          const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
            headers: { authorization: `Bearer ${token}` },
          });
          const text = await answer.text();
          return text.startsWith('{') ? JSON.stringify(JSON.parse(text)) : text;
        }),
    );
    if (new Set(answers).size > 1) {
      throw new Error(
        `${request.name} is answered differently:\n${answers.map((each) => each.slice(0, 1000)).join('\n\n')}`,
      );
    }
  }
}

function cell({ perSecond, p50, p99, server, database, statements, failures }: Figures): string {
  const costs = [
    `cpu ${server.toFixed(2)}`,
    ...(Number.isNaN(database) ? [] : [`+${database.toFixed(2)}`]),
    ' ms',
  ].join('');
  return [
    `${perSecond.toFixed(perSecond < 100 ? 1 : 0)}/s p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`,
    costs,
    ...(Number.isNaN(statements) ? [] : [`${statements.toFixed(1)} statements`]),
    ...(failures > 0 ? [`${failures} FAILED`] : []),
  ].join('; ');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
