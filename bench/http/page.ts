import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../test/support/shared.ts';

/** What one side did with one kind of request. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time per request: the server's, the database's. */
  readonly server: number;
  readonly database: number;
  /** Statements the database ran per request. */
  readonly statements: number;
  readonly failures: number;
}

/** A kind of request, as all sides did with it. */
export interface PageRow {
  readonly name: string;
  readonly clients: number;
  readonly sides: ReadonlyMap<string, Figures>;
}

interface PageMemory {
  readonly side: string;
  /** Megabytes before any request, and at most. */
  readonly atRest: number;
  readonly peak: number;
}

export interface PageOptions {
  /** As it was typed. */
  readonly command: string;
  readonly seconds: number;
  /** Processes that wanted a processor within the last minute before it began, on average. */
  readonly busy: number;
  /** What the database calls itself. */
  readonly database: string;
  readonly rows: readonly PageRow[];
  readonly memory: readonly PageMemory[];
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
};

const rate = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

function rateCell(figures: Figures | undefined): string {
  if (figures === undefined) return '';
  return `${rate(figures.perSecond)}${figures.failures > 0 ? `, ${figures.failures} failed` : ''}`;
}

function ratio(sides: PageRow['sides'], other: string): string {
  const [ours, theirs] = [sides.get('pharus'), sides.get(other)];
  if (ours === undefined || theirs === undefined || theirs.perSecond === 0) return '';
  const value = ours.perSecond / theirs.perSecond;
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function ratesOf(rows: readonly PageRow[]): string {
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

function costsOf(rows: readonly PageRow[]): string {
  return table(
    ['request', 'p50, ms', 'p99, ms', 'processor of server + database, ms', 'statements'],
    rows.flatMap(({ name, sides }) => {
      const ours = sides.get('pharus');
      if (ours === undefined) return [];
      const { p50, p99, server, database, statements } = ours;
      const processor = `${server.toFixed(2)} + ${database.toFixed(2)}`;
      return [[name, p50.toFixed(1), p99.toFixed(1), processor, statements.toFixed(1)]];
    }),
  );
}

/** The page as Markdown. */
function performancePage({ command, seconds, busy, database, rows, memory }: PageOptions): string {
  const [processor] = cpus();
  const clients = [...new Set(rows.map((row) => row.clients))];
  const machine = [
    `${cpus().length} × ${processor?.model.trim() ?? 'processor'}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    database,
  ].join(', ');
  return [
    '# Performance',
    '',
    'Written by the benchmark itself: `npm run bench -- http --write`. It fills a MariaDB of its own with a table of a million',
    'rows beside a hundred small ones, and asks each server in turn, in one run. All of them, the load and the database share',
    'the processors, so that only the ratios mean something elsewhere.',
    '',
    '- **reference**: pharus 0.8.12 from the Python package index, with two workers.',
    '- **floor**: the least a server could do: `node:http`, the bare driver, SQL written by hand for these very requests. It',
    '  checks no token, looks nothing up and does not count rows (`bench/http/floor.ts`).',
    '- **pharus**: this server, one process.',
    '',
    `Run with \`${command}\`, ${seconds} s for each figure, on: ${machine}. When it began,`,
    `${busy.toFixed(1)} processes of others wanted a processor${busy > 1 ? ': figures of a quiet machine are higher, and ratios steadier' : ''}.`,
    ...clients.flatMap((count) => {
      const some = rows.filter((row) => row.clients === count);
      return [
        '',
        `## ${count === 1 ? 'One client' : `${count} clients`}`,
        '',
        'Requests per second, and what part of the others’ (more than 1 is faster):',
        '',
        ratesOf(some),
        '',
        'What a request costs here:',
        '',
        costsOf(some),
      ];
    }),
    '',
    '## Memory',
    '',
    table(
      ['', 'at rest, MB', 'at most, MB'],
      memory.map(({ side, atRest, peak }) => [side, atRest.toFixed(0), peak.toFixed(0)]),
    ),
    '',
  ].join('\n');
}

export function writePage(options: PageOptions): void {
  writeFileSync(join(repositoryRoot, 'docs/reference/performance.md'), performancePage(options));
}
