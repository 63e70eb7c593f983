import { documentedStatus, errors, isErrorCode, type RouteContract, routes } from '@pharus/contract';
import { type Setting, settings } from '../../packages/server/src/config/settings.ts';
import type { Ask, Difference } from '../backends/differences/difference.ts';
import { differences } from '../backends/differences/differences.ts';

/** Parts of the reference pages that follow from the code. The test writes them anew with `UPDATE_DOCS=1`. */

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export function settingsPage(): string {
  const rows = (Object.values(settings) as readonly Setting<unknown>[]).map((setting) => [
    `\`${setting.name}\``,
    setting.default ? `\`${setting.default}\`` : '',
    `${setting.description}${setting.isSecret ? ' Secret: has no flag and is never printed.' : ''}`,
  ]);
  return [
    '# Settings',
    '',
    'Every setting is an environment variable; `pharus serve` takes each as a flag, too (`PHARUS_DATA_DIR` is `--data-dir`), secrets excepted. Flags win. A value that is not understood, and a misspelt `PHARUS_` variable, is named at the start. Times are written `500ms`, `5s`, `10m`, `12h`; sizes `512KiB`, `8MiB`.',
    '',
    table(['variable', 'default', 'meaning'], rows),
    '',
  ].join('\n');
}

export function errorsPage(): string {
  const codes = Object.keys(errors).filter(isErrorCode);
  const rows = codes.map((code) => {
    const { className, status, title } = errors[code];
    const documented = (['read', 'write', 'login'] as const).map((kind) => String(documentedStatus(code, { kind })));
    return [`\`${code}\``, `\`${className}\``, title, String(status), documented.join(' / ')];
  });
  return [
    '# Errors',
    '',
    'An error is one sentence as `text/plain`: what was expected, what came, what to do. Clients of the documented API take any status but 500 for success when they write, so failed writes answer 500, the conflict of a delete (409) apart. A request whose `Accept` names `application/problem+json` gets RFC 9457 `{type, title, status, detail, code}` with the true status.',
    '',
    table(['code', 'class', 'meaning', 'true status', 'documented status: read / write / login'], rows),
    '',
  ].join('\n');
}

function parameters({ params, query }: RouteContract): string {
  const names = [
    ...Object.keys(params?.properties ?? {}),
    ...Object.keys(query?.properties ?? {}).map((name) => `?${name}`),
  ];
  return names.map((name) => `\`${name}\``).join(' ');
}

export function routesPage(): string {
  const rows = routes.map((route) => [
    `\`${route.method} ${route.path}\``,
    parameters(route),
    `${route.summary}${route.isProtected ? '' : ' (no token needed)'}`,
  ]);
  return [
    '# Routes',
    '',
    'All routes sit under `PHARUS_PREFIX`. Every GET route answers HEAD; a wrong method is 405. A parameter that an address does not know is refused, with the nearest right one; addresses of the documented API pass over it and name it in the header `Pharus-Warning`. `Authorization: Bearer <token>` is needed where not said otherwise. The machine-readable form is at `/openapi.json`, a page to try it at `/docs`; [records](records.md) tells values and restrictions.',
    '',
    table(['route', 'parameters', 'what it does'], rows),
    '',
  ].join('\n');
}

const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

function asked(ask: Ask): string {
  if ('read' in ask) return 'read';
  if ('order' in ask) return 'in order';
  if ('insert' in ask) return `insert ${code(ask.insert)}`;
  if ('where' in ask) return `rows where ${code(ask.where)}`;
  if ('proj' in ask) return code(ask.proj);
  if ('restrict' in ask) return `rows where ${code(ask.restrict.join(' '))}`;
  return 'attribute' in ask ? `${ask.attribute} of the attribute` : 'line of the definition';
}

function answered({ column, answers }: Difference, family: 'mysql' | 'postgresql'): string {
  const own = answers[family];
  if (column[family] === undefined || own === undefined) return 'no such type';
  const { mariadb } = answers;
  return family === 'mysql' && mariadb !== undefined ? `MariaDB ${code(mariadb)}, MySQL ${code(own)}` : code(own);
}

export function backendsPage(): string {
  const sections = [...new Set(differences.map(({ about }) => about))].flatMap((about) => {
    const rows = differences
      .filter((difference) => difference.about === about)
      .map((difference) => [
        difference.what,
        [...new Set(Object.values(difference.column))].map(code).join(', '),
        asked(difference.ask),
        answered(difference, 'mysql'),
        answered(difference, 'postgresql'),
      ]);
    const header = ['what', 'column', 'asked', 'MariaDB and MySQL', 'PostgreSQL and PGlite'];
    return [`## ${about}`, '', table(header, rows), ''];
  });
  return [
    '# Differences between the databases',
    '',
    'The same request on the same rows gets the same JSON from MariaDB, MySQL, PostgreSQL and PGlite, and the same words where it is refused. A test sends some 2,800 requests to each of them and compares the answers: every type both families have, every route, orders, pages, restrictions, queries, exports, imports, plans, transactions, inserts, updates, deletes and their errors. Where the servers differ and a client need not see it, it does not: NULL comes first in every order, a `char` has no blanks at its end, whole numbers and decimals are rounded alike, a conflict is told in the documented words, and an insert that replaces rows leaves alone what refers to them.',
    '',
    'What cannot be the same is here; each line is a test. Definitions and types are those that the Python library prints on the database in question.',
    '',
    ...sections,
  ].join('\n');
}
