import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../test/support/shared.ts';

const path = join(repositoryRoot, 'docs/reference/performance.md');

const introduction = `# Performance

Written by the benchmarks themselves, a section each: \`npm run bench -- NAME --write\`. All that takes part in one, the load
and the database too, shares the processors, so that only the ratios mean something elsewhere.
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
