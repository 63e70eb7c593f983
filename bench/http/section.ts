import { figure, ratio, table } from '../page.ts';
import type { Spread } from '../turns.ts';
import type { DatabaseName } from './database.ts';
import type { Summary } from './load.ts';

/** What one side did with one kind of request. */
export interface Figures extends Summary {
  /** Milliseconds of processor time per request: the server's, the database's. */
  readonly server: number;
  /** NaN where the database is part of the server. */
  readonly database: number;
  /** Statements the database ran per request; NaN where nobody counts them. */
  readonly statements: number;
}

/** A kind of request, as all sides did with it. */
export interface SectionRow {
  readonly name: string;
  readonly clients: number;
  readonly sides: ReadonlyMap<string, Figures>;
  /** What part of each other side's answers ours are. */
  readonly ratios: ReadonlyMap<string, Spread>;
}

interface SectionMemory {
  readonly side: string;
  /** Megabytes before any request, and at most. */
  readonly atRest: number;
  readonly peak: number;
}

export interface SectionOptions {
  readonly database: DatabaseName;
  /** How it was measured. */
  readonly circumstances: string;
  readonly rows: readonly SectionRow[];
  readonly memory: readonly SectionMemory[];
}

function ratesOf(rows: readonly SectionRow[]): string {
  const [first] = rows;
  const rate = ({ perSecond, failures }: Figures): string =>
    `${figure(perSecond)}${failures === '' ? '' : ` (${failures})`}`;
  return table(
    ['request', ...(first?.sides.keys() ?? []), ...[...(first?.ratios.keys() ?? [])].map((name) => `of the ${name}`)],
    rows.map(({ name, sides, ratios }) => [
      name,
      ...[...sides.values()].map(rate),
      ...[...ratios.values()].map((spread) => ratio(spread)),
    ]),
  );
}

function costsOf(rows: readonly SectionRow[]): string {
  return table(
    [
      'request',
      'p50, ms',
      'p99, ms',
      'processor of server, ms',
      'of database, ms',
      'statements',
      'of the floor: server',
      'database',
      'statements',
    ],
    rows.flatMap(({ name, sides }) => {
      const [ours, floor] = [sides.get('pharus'), sides.get('floor')];
      if (ours === undefined || floor === undefined) return [];
      const costs = [ours, floor].flatMap(({ server, database, statements }) => [server, database, statements]);
      return [[name, ...[ours.p50, ours.p99, ...costs].map(figure)]];
    }),
  );
}

const sidesOf = {
  mariadb: `- **reference**: pharus 0.8.12 from the Python package index, with two workers.
- **floor**: the least a server could do: \`node:http\`, the bare driver, SQL written by hand for these very requests. It
  checks no token, looks nothing up and does not count rows (\`bench/http/floor.ts\`).`,
  postgresql:
    '- **floor**: as on MariaDB, with the driver `pg` and statements that stay prepared. The reference knows no PostgreSQL.',
  pglite: `- **floor**: as on MariaDB, with PGlite in the process of \`node:http\`. Here the database runs in a thread, so that a heavy
  statement keeps nothing else waiting, and statements can be stopped. The database's time is part of the server's.`,
} as const;

const failed =
  'In brackets after a rate: how many answers failed, and with which status. They are counted like the others.';

/** The section as Markdown. */
export function sectionOf({ database, circumstances, rows, memory }: SectionOptions): string {
  const clients = [...new Set(rows.map((row) => row.clients))].sort((a, b) => a - b);
  return [
    'A table of a million rows beside a hundred small ones; the servers are asked in turns, in one run.',
    '',
    sidesOf[database],
    '- **pharus**: this server, one process.',
    '',
    circumstances,
    ...clients.flatMap((count) => {
      const some = rows.filter((row) => row.clients === count);
      return [
        '',
        `### ${count === 1 ? 'One client' : `${count} clients`}`,
        '',
        'Requests per second, and what part of the others’ (more than 1 is faster):',
        '',
        ratesOf(some),
        '',
        ...(some.some(({ sides }) => [...sides.values()].some(({ failures }) => failures !== '')) ? [failed, ''] : []),
        'What a request costs:',
        '',
        costsOf(some),
      ];
    }),
    '',
    '### Memory',
    '',
    table(
      ['', 'at rest, MB', 'at most, MB'],
      memory.map(({ side, atRest, peak }) => [side, figure(atRest), figure(peak)]),
    ),
  ].join('\n');
}
