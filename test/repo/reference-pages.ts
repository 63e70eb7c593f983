import { documentedStatus, errors, isErrorCode, type RouteContract, routes } from '@pharus/contract';
import { type Setting, settings } from '../../packages/server/src/config/settings.ts';

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
    'All routes sit under `PHARUS_PREFIX`. Every GET route answers HEAD; a wrong method is 405. `Authorization: Bearer <token>` is needed where not said otherwise. The machine-readable form is at `/openapi.json`, a page to try it at `/docs`; [records](records.md) tells values and restrictions.',
    '',
    table(['route', 'parameters', 'what it does'], rows),
    '',
  ].join('\n');
}
