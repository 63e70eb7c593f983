import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { functionNames } from '../../packages/datajoint/src/expression/sql-expression/functions.ts';

const listed = (names: readonly string[]): string =>
  [...names]
    .sort()
    .map((name) => `\`${name}\``)
    .join(' ');

test('docs/reference/queries.md lists the functions that expressions may call', () => {
  const mysql = functionNames('mysql');
  const postgresql = functionNames('postgresql');
  const rows = [
    ['everywhere', mysql.filter((name) => postgresql.includes(name))],
    ['MySQL and MariaDB', mysql.filter((name) => !postgresql.includes(name))],
    ['PostgreSQL and PGlite', postgresql.filter((name) => !mysql.includes(name))],
  ] as const;
  const table = [
    '| where | functions |',
    '|---|---|',
    ...rows.map(([where, names]) => `| ${where} | ${listed(names)} |`),
  ];
  const path = new URL('../../docs/reference/queries.md', import.meta.url);
  const page = readFileSync(path, 'utf8');
  const [before] = page.split('| where | functions |');
  const expected = `${before}${table.join('\n')}\n`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, expected);
  expect(readFileSync(path, 'utf8'), 'run the tests with UPDATE_DOCS=1 to write it anew').toBe(expected);
});
