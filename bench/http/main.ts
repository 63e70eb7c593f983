/**
 * Requests per second of this server beside the one it succeeds and beside the least a server could do, in one run on
 * the same data: `npm run bench -- http [--database mariadb|postgresql|pglite] [--seconds 5] [--clients 1,16]
 * [--without-reference] [--only "record"] [--write]`. `--write` makes a section of docs/reference/performance.md of it.
 *
 * All sides are warmed up, and then asked in turns, so that a machine whose speed swings within seconds is as fast for one as
 * for the other; `--seconds` are what all turns of a side last. A ratio is the median of those of the turns. It scattered as
 * little as the ratio of all answers, tried on `record limit=10` and `insert 1`, and a turn in which one side was disturbed
 * does not move it; turns of half a second scattered less than turns of a second in the same time.
 */
import { parseArgs } from 'node:util';
import { chosenBy, countsOption, nameOption, numberOption } from '../options.ts';
import { circumstances, figure, ratio, type SectionTitle, writeSection } from '../page.ts';
import { type DatabaseName, databaseNames, startDatabase } from './database.ts';
import { measure, method } from './measure.ts';
import { memory } from './processes.ts';
import { type BenchRequest, requestsOf } from './requests.ts';
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
  const seconds = numberOption('seconds', values.seconds);
  const clients = countsOption('clients', values.clients);
  const name = nameOption('database', values.database, databaseNames);
  console.error('Making a million rows.');
  const database = await startDatabase(name);
  const sides: Side[] = [];
  try {
    const how = circumstances(['http', ...options].join(' '), database.version);
    sides.push(await startFloor(database), await startPharus(database));
    // It knows no other.
    if (database.name === 'mariadb' && !values['without-reference']) sides.push(await startReference(database));
    const atRest = sides.map((side) => memory(side.pids).now);
    for (const [index, { name }] of sides.entries()) console.log(`${name} at rest: ${atRest[index]?.toFixed(0)} MB`);
    const rows: SectionRow[] = [];
    const chosen = chosenBy(values.only, requestsOf(database));
    await compare(chosen, sides);
    console.log(`\n${seconds} s for each figure, ${method}\n`);
    for (const request of chosen) {
      for await (const row of measure(request, { sides, database, clients, seconds })) {
        rows.push(row);
        console.log(line(row));
      }
    }
    for (const side of sides) {
      const { now, peak } = memory(side.pids);
      console.log(`${side.name} after it: ${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB`);
    }
    if (values.write) {
      const text = sectionOf({
        database: database.name,
        circumstances: `${how} ${seconds} s for each figure, ${method}.`,
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

function line({ name, clients, sides, ratios }: SectionRow): string {
  return [
    `${name}, ${clients === 1 ? 'one client' : `${clients} clients`}`,
    ...[...sides].map(([side, figures]) => `${side} ${costs(figures)}`),
    ...[...ratios].map(([side, spread]) => `of the ${side} ${ratio(spread)}`),
  ].join(' | ');
}

function costs({ perSecond, p50, p99, server, database, statements, failures }: Figures): string {
  return [
    `${figure(perSecond)}/s p50 ${figure(p50)} p99 ${figure(p99)} ms`,
    `cpu ${figure(server)}${Number.isNaN(database) ? '' : ` + ${figure(database)}`} ms`,
    ...(Number.isNaN(statements) ? [] : [`${figure(statements)} statements`]),
    ...(failures === '' ? [] : [`FAILED ${failures}`]),
  ].join('; ');
}
