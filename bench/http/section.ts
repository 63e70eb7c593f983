import { table } from '../page.ts';
import type { DatabaseName } from './database.ts';

/** What one side did with one kind of request. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time per request: the server's, the database's. */
  readonly server: number;
  /** NaN where the database is part of the server. */
  readonly database: number;
  /** Statements the database ran per request; NaN where nobody counts them. */
  readonly statements: number;
  readonly failures: number;
}

/** A kind of request, as all sides did with it. */
export interface SectionRow {
  readonly name: string;
  readonly clients: number;
  readonly sides: ReadonlyMap<string, Figures>;
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
  readonly seconds: number;
  readonly rows: readonly SectionRow[];
  readonly memory: readonly SectionMemory[];
}

const rate = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

function rateCell(figures: Figures | undefined): string {
  if (figures === undefined) return '';
  return `${rate(figures.perSecond)}${figures.failures > 0 ? `, ${figures.failures} failed` : ''}`;
}

function ratio(sides: SectionRow['sides'], other: string): string {
  const [ours, theirs] = [sides.get('pharus'), sides.get(other)];
  if (ours === undefined || theirs === undefined || theirs.perSecond === 0) return '';
  const value = ours.perSecond / theirs.perSecond;
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function ratesOf(rows: readonly SectionRow[]): string {
  const names = [...(rows[0]?.sides.keys() ?? [])];
  const header = ['request', ...names, ...names.filter((name) => name !== 'pharus').map((name) => `of the ${name}`)];
  return table(
    header,
    rows.map(({ name, sides }) => [
      name,
      ...names.map((side) => rateCell(sides.get(side))),
      ...names.filter((side) => side !== 'pharus').map((side) => ratio(sides, side)),
    ]),
  );
}

function costsOf(rows: readonly SectionRow[]): string {
  const figure = (value: number, digits: number): string => (Number.isNaN(value) ? '' : value.toFixed(digits));
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
      if (ours === undefined) return [];
      const costs = [ours, ...(floor === undefined ? [] : [floor])].flatMap(({ server, database, statements }) => [
        figure(server, 2),
        figure(database, 2),
        figure(statements, 1),
      ]);
      return [[name, figure(ours.p50, 1), figure(ours.p99, 1), ...costs]];
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

/** The section as Markdown. */
export function sectionOf({ database, circumstances, seconds, rows, memory }: SectionOptions): string {
  const clients = [...new Set(rows.map((row) => row.clients))];
  return [
    'A table of a million rows beside a hundred small ones; each server is asked in turn, in one run.',
    '',
    sidesOf[database],
    '- **pharus**: this server, one process.',
    '',
    `${circumstances} ${seconds} s for each figure.`,
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
      memory.map(({ side, atRest, peak }) => [side, atRest.toFixed(0), peak.toFixed(0)]),
    ),
  ].join('\n');
}
