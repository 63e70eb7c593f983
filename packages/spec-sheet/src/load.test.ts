// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sheets write their variables like this.
import { expect, test } from 'vitest';
import { componentRoutes, type SpecValue } from './document.ts';
import { parseSpecSheet, SpecSheetError } from './load.ts';

function sheet(text: string, environment: Record<string, string> = {}) {
  return parseSpecSheet(text, { path: 'sheet.yaml', environment });
}

function value(text: string, environment: Record<string, string> = {}): SpecValue | undefined {
  return sheet(`SciViz:\n  value: ${text}\n`, environment).document.value;
}

test.each([
  ['$A', 'a'],
  ['${A}', 'a'],
  ['x-${A}-y', 'x-a-y'],
  ['$B|two words', 'two words'],
  ['${B|two words}!', 'two words!'],
  ['$A|unused', 'a'],
  ['"$A"', 'a'],
  ['$$A', '$A'],
  ['costs 5 $', 'costs 5 $'],
  ['$5', '$5'],
  ['$PORT', 3306],
  ['"$PORT"', '3306'],
  ['${EMPTY}x', 'x'],
])('fills in %s', (text, expected) => {
  expect(value(text, { A: 'a', PORT: '3306', EMPTY: '' })).toBe(expected);
});

test('a variable cannot become structure', () => {
  expect(value('$A', { A: '{a: [1, 2]}' })).toBe('{a: [1, 2]}');
});

test('names line and nearest name of a variable that is missing', () => {
  expect(() => sheet('SciViz:\n  a: 1\n  b: $CUSTOM_HSOT\n', { CUSTOM_HOST: 'x' })).toThrow(
    /^sheet\.yaml, line 3: expected the variable CUSTOM_HSOT .* Did you mean \$CUSTOM_HOST\?$/,
  );
});

test('leaves code alone', () => {
  const code = 'def dj_query(s):\n    return dict(query=s.T & \'a->"$.b"\', fetch_args=[])\n';
  const text = `SciViz:\n  dj_query: |\n${code.replaceAll(/^/gm, '    ').trimEnd()}\n`;
  expect(sheet(text).document.dj_query).toBe(code);
});

test('y, n and dates are words, yes and off are not', () => {
  const { document } = sheet('SciViz:\n  {x: 0, y: 4.5, n: y, a: yes, b: off, d: 2020-01-02}\n');
  expect(document).toEqual({ x: 0, y: 4.5, n: 'y', a: true, b: false, d: '2020-01-02' });
});

test('masks secrets in public and keeps them inside', () => {
  const loaded = sheet(
    'SciViz:\n  host: $S3_HOST|s3\n  id: $S3_SECRET_KEY|fallback\n  component_interface:\n    static_variables: {bucket: b, key: $S3_ACCESS_KEY}\n',
    { S3_ACCESS_KEY: 'canary', S3_HOST: 'minio' },
  );
  expect(loaded.publicDocument).toEqual({
    host: 'minio',
    id: '***',
    component_interface: { static_variables: { bucket: '***', key: '***' } },
  });
  expect(loaded.document.component_interface).toEqual({ static_variables: { bucket: 'b', key: 'canary' } });
});

test.each([
  ['SciViz: {auth: null}', true],
  ['SciViz: {pages: {}}', true],
  ['SciViz: {auth: false}', true],
  ['SciViz: {auth: {mode: none}}', true],
  ['SciViz: {auth: {mode: database}}', false],
  ['SciViz: {auth: {mode: oidc}}', false],
])('%s: loginless is %s', (text, expected) => {
  expect(sheet(text).isLoginless).toBe(expected);
});

test.each([['a: [1'], ['- 1'], ['Other: 1'], ['SciViz: text'], ['']])('refuses %j', (text) => {
  expect(() => sheet(text)).toThrow(SpecSheetError);
});

test('lists the routes of components, templates and dynamic grids', () => {
  const loaded = sheet(`
SciViz:
  pages:
    one:
      grids:
        fixed:
          type: fixed
          route: /ignored
          components:
            table: {type: antd-table, route: /t}
            form: {type: form, route: f}
            text: {type: markdown, text: hi}
            menu: {type: dropdown-static, route: /none}
        moving:
          type: dynamic
          route: /grid
          component_templates:
            plot: {type: 'plot:plotly:stored_json', route: /p}
`);
  expect(componentRoutes(loaded).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /t',
    'GET /t/attributes',
    'GET /t/uniques',
    'POST /f',
    'GET /f/fields',
    'GET /f/presets',
    'GET /grid',
    'GET /p',
  ]);
});
