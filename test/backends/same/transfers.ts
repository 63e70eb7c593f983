import { tablePath } from '../../support/api.ts';
import type { AttributeType } from './attribute-types.ts';
import { asProgram, get, item, records, restrictedBy, type SameRequest } from './same-request.ts';
import { rowNumbers, sampleIn, schema, typeTables } from './same-schema.ts';
import { spelledValues } from './spelled-values.ts';

const formats = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;
type Format = keyof typeof formats;

/** Rows as files, each type by itself. */
export function exports(): SameRequest[] {
  const file = (table: string, format: Format, query = ''): SameRequest =>
    get(`${tablePath(schema, table, 'export')}?format=${format}${query}`);
  return (['csv', 'ndjson'] as const).flatMap((format) => [
    ...typeTables.types.map(({ name }) => file('Types', format, `&attributes=KEY,${name}`)),
    ...typeTables.native_types.map(({ name }) => file('NativeTypes', format, `&attributes=${name}`)),
    ...['Subject', 'Session.Trial', 'Pair', 'Singleton', 'Nothing'].map((table) => file(table, format)),
    ...[
      'order=a_int8%20DESC',
      'limit=2',
      'limit=0',
      'limit=-1',
      'order=x',
      'attributes=x',
      restrictedBy(item('id', '>', '3')),
    ].map((query) => file('Types', format, `&${query}`)),
  ]);
}

function file(format: Format, table: string, lines: readonly string[], query = ''): SameRequest {
  return {
    method: 'POST',
    path: `${tablePath(schema, table, 'import')}?${query}`,
    body: `${lines.join('\n')}\n`,
    headers: { 'content-type': formats[format] },
  };
}

/** A sample as a file of that format has it. */
function written(format: Format, row: number, type: AttributeType): string {
  const [stored] = sampleIn(row, type);
  if (stored === null) return format === 'csv' ? '' : 'null';
  const text = stored instanceof Uint8Array ? Buffer.from(stored).toString('base64') : String(stored);
  if (format === 'csv') return `"${text.replaceAll('"', '""')}"`;
  return type.name === 'a_json' ? text : JSON.stringify(text);
}

/** Every type from files: kept, tried, refused; rows that exist left, replaced and refused. */
export function imports(): SameRequest[] {
  const types = typeTables.types.filter(({ name }) => !/stored|attach|blob|bytes/.test(name));
  const csv = (row: number): string => [600 + row, ...types.map((type) => written('csv', row, type))].join(',');
  const ndjson = (row: number): string =>
    `{"id": ${700 + row}, ${types.map((type) => `"${type.name}": ${written('ndjson', row, type)}`).join(', ')}}`;
  const header = ['id', ...types.map(({ name }) => name)].join(',');
  const imported = records('Types', `?${restrictedBy(item('id', '>', '600'))}`);
  const spelled = [...new Set(spelledValues.map(([name]) => name))];
  const subjects = (...lines: readonly string[]): readonly string[] => ['subject,species,code,weight', ...lines];
  const existing = ['error', 'skip', 'replace'].flatMap((word) => [
    file('csv', 'Subject', subjects('7,mouse,seven,1', '3,mouse,,2'), `dryRun=true&existing=${word}`),
    file('csv', 'Subject', subjects('3,rat,three,3'), `existing=${word}`),
    // Rows refer to it.
    file('csv', 'Subject', subjects('1,rat,one,9.5'), `existing=${word}`),
    file('csv', 'Subject', ['subject,weight', '2,8.5'], `existing=${word}`),
    // Another row has the code.
    file('csv', 'Subject', subjects('3,rat,two,3'), `existing=${word}`),
    file('csv', 'Subject', subjects('8,rat,two,3'), `existing=${word}`),
    file('csv', 'Species', ['species', 'mouse', 'hamster'], `existing=${word}`),
    records('Subject'),
    records('Session'),
    records('Species'),
  ]);
  return [
    file('csv', 'Types', [header, ...rowNumbers.map(csv)], 'dryRun=true'),
    file('csv', 'Types', [header, ...rowNumbers.map(csv)]),
    file('ndjson', 'Types', rowNumbers.map(ndjson)),
    imported,
    ...typeTables.native_types.map((type) => {
      const lines = rowNumbers.map((row) => `${600 + row},${written('csv', row, type)}`);
      return file('csv', 'NativeTypes', [`id,${type.name}`, ...lines], 'dryRun=true');
    }),
    // What is wrong is told of each row, in the same words.
    ...spelled.map((name) => {
      const values = spelledValues.filter(([of]) => of === name);
      const lines = values.map(([, value], index) => `{"id": ${800 + index}, "${name}": ${value}}`);
      return file('ndjson', 'Types', lines, 'dryRun=true');
    }),
    ...types.map(({ name }) => file('csv', 'Types', [`id,${name}`, '800,x', '801,""', '802,'], 'dryRun=true')),
    ...types.map(({ name }) => asProgram(file('csv', 'Types', [`id,${name}`, '1,', '800,"[1,"'], 'dryRun=false'))),
    file('csv', 'Types', ['id,nothing', '1,2']),
    file('csv', 'Types', ['id,id', '1,2']),
    file('csv', 'Types', ['id', '900', '900'], 'dryRun=true'),
    file('csv', 'Types', ['id', '900,2', '"900'], 'dryRun=true'),
    file('csv', 'Types', [], 'dryRun=true'),
    file('ndjson', 'Types', ['{"id": 900}', '[]', '{', '{"id": null}', '{}'], 'dryRun=true'),
    file(
      'csv',
      'Session',
      ['subject,session,day', '9,1,2024-01-01', '1,8,2024-13-01', '1,9,2024-01-01'],
      'dryRun=true',
    ),
    file('csv', 'Spikes', ['subject,session,total', '2,1,1'], 'dryRun=true'),
    file('csv', 'Types', ['id', '900'], 'dryrun=true'),
    ...existing,
  ];
}
