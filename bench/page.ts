import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../test/support/shared.ts';
import type { Spread } from './turns.ts';

const path = join(repositoryRoot, 'docs/reference/performance.md');

const introduction = `# Performance

Written by the benchmarks themselves, a section each: \`npm run bench -- NAME --write\`. All that takes part in one, the load
and the database too, shares the processors, so that only the ratios mean something elsewhere.

A machine's speed may swing by more than what is compared differs, and within seconds. So sides are warmed up until an answer
takes no less processor time, and then asked in turns, every second time in the opposite order. A ratio is the median of those
of neighbouring turns, with the smallest and the largest in brackets. The ratio of all answers was as steady where both were
tried; the median leaves out a turn in which something else happened, and the brackets say how far to trust it. Sections
whose ratios have no brackets are older: there one side was asked after the other.
`;

/** In the order of the page. */
const titles = ['MariaDB', 'PostgreSQL', 'PGlite', 'A million rows', 'Three thousand tables', 'Two users'] as const;
export type SectionTitle = (typeof titles)[number];

/** Puts a section in its place on the page, in place of the one that was there. */
export function writeSection(title: SectionTitle, text: string): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const sections = new Map<string, string>();
  for (const section of before.split(/^(?=## )/m).slice(1)) sections.set(section.split('\n', 1)[0] as string, section);
  sections.set(`## ${title}`, `## ${title}\n\n${text.trim()}\n`);
  const ordered = titles.map((each) => sections.get(`## ${each}`)).filter((section) => section !== undefined);
  writeFileSync(path, [introduction, ...ordered.map((section) => `${section.trim()}\n`)].join('\n'));
}

/** How something was measured, and on what; to be asked for before it begins. */
export function circumstances(command: string, database: string): string {
  const [processor] = cpus();
  const [busy = 0] = loadavg();
  const machine = [
    `${cpus().length} × ${processor?.model.trim() ?? 'processor'}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    database,
  ].join(', ');
  const others = `When it began, ${busy.toFixed(1)} processes of others wanted a processor`;
  const warning = busy > 1 ? ': figures of a quiet machine are higher, and ratios steadier' : '';
  return `Run with \`npm run bench -- ${command}\` on: ${machine}. ${others}${warning}.`;
}

/** A table of Markdown. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A figure as a reader can use it: three digits that count, none behind the third place. Empty for what is no number. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '';
  const rounded = Number(value.toPrecision(3));
  const places = rounded === 0 ? 0 : 2 - Math.floor(Math.log10(Math.abs(rounded)));
  return rounded.toFixed(Math.min(3, Math.max(0, places)));
}

/** A ratio: the middle and, in brackets, from the smallest to the largest, where that tells more. */
export function ratio({ median, least, most }: Spread): string {
  const [middle, ...ends] = [median, least, most].map(figure);
  return ends.every((end) => end === middle) ? `${middle}` : `${middle} (${ends.join('–')})`;
}
