import { encodeRestriction, tablePath } from '../../support/api.ts';
import { type AttributeType, coreTypes } from './attribute-types.ts';
import { blobs } from './blobs.ts';
import { pipelines } from './pipelines.ts';
import { queries } from './queries.ts';
import { get, item, records, type SameRequest } from './same-request.ts';
import { other, rowCount, rowNumbers, sampleIn, schema, typeTables } from './same-schema.ts';
import { oddRestrictions, spelledValues } from './spelled-values.ts';
import { plans, transactions } from './transactions.ts';
import { exports, imports } from './transfers.ts';

/** The rows that meet a restriction, given as its JSON. */
const found = (table: string, restriction: string): SameRequest =>
  records(table, `?restriction=${encodeRestriction(restriction)}`);

const tables = ['Types', 'Species', 'Subject', 'Session', 'Session.Trial', 'Recording', 'Spikes', 'Pair', 'Singleton'];

/** What a table is, as far as no foreign key brings its own type and no index is printed. */
function descriptions(): SameRequest[] {
  const route = (table: string, name: 'attribute' | 'definition' | 'dependency', where = schema): SameRequest =>
    get(tablePath(where, table, name));
  return [
    get(`/schema/${schema}/table`),
    get('/schema/pharus_samee/table'),
    ...['Types', 'Species', 'Singleton'].map((table) => route(table, 'attribute')),
    ...tables.filter((table) => table !== 'Subject').map((table) => route(table, 'definition')),
    ...[...tables, 'NativeTypes'].flatMap((table) => [route(table, 'dependency'), records(table)]),
    ...['Sesion', '~lineage', 'session', 'Sub\u{1f42d}ject'].flatMap((table) => [
      route(table, 'attribute'),
      route(table, 'definition'),
      route(table, 'dependency'),
      records(table),
    ]),
    ...['1', '2', '9'].map((subject) =>
      get(
        `${tablePath(schema, 'Subject', 'dependency')}?restriction=${encodeRestriction(`[${item('subject', '=', subject)}]`)}`,
      ),
    ),
    get(tablePath(other, 'Report', 'record')),
    route('Report', 'dependency', other),
  ];
}

/** By every attribute, with every operation, by values as a record prints them. */
function restrictions(table: string, { name, samples, isOpaque, isOrdered = true }: AttributeType): SameRequest[] {
  const values = samples.map(([, json]) => json);
  const [first = '', second = first, last = second] = [values[0], values[1], values.at(-1)];
  const restrict = (...args: Parameters<typeof item>): SameRequest => found(table, `[${item(...args)}]`);
  const nulls = [restrict(name, '=', 'null'), restrict(name, '!=', 'null')];
  if (isOpaque === true) return [...nulls, restrict(name, '=', '"x"')];
  const isText = samples.every(([stored, json]) => JSON.stringify(stored) === json) && !/decimal|uuid/.test(name);
  return [
    ...nulls,
    ...values.map((value) => restrict(name, '=', value)),
    restrict(name, '!=', first),
    restrict(name, '<>', second),
    ...(isOrdered
      ? ['<', '<=', '>', '>='].flatMap((operation) => [
          restrict(name, operation, first),
          restrict(name, operation, second),
        ])
      : []),
    restrict(name, 'IN', `[${first}, ${second}, null]`),
    restrict(name, 'NOT IN', `[${first}]`),
    ...(isOrdered ? [restrict(name, 'BETWEEN', `[${first}, ${last}]`)] : []),
    ...(isText ? ['a%', '%a%', '_', '%\\\\%', 'a', 'abcdefgh'] : []).map((text) => restrict(name, 'LIKE', `"${text}"`)),
    ...(isText ? [restrict(name, 'NOT LIKE', '"a%"')] : []),
    found(table, `[{"not": ${item(name, '=', first)}}]`),
    found(table, `[{"or": [${item(name, '=', first)}, ${item('id', '=', '2')}]}]`),
  ];
}

/** Pages in every order. */
function orders(): SameRequest[] {
  const ordered = Object.entries({ Types: typeTables.types, NativeTypes: typeTables.native_types }).flatMap(
    ([table, types]) =>
      types.flatMap(({ name, isOrdered, isOpaque }) =>
        isOrdered === false || isOpaque === true ? [] : [[table, name] as const],
      ),
  );
  return [
    ...ordered.flatMap(([table, name]) => [
      records(table, `?order=${name}`),
      records(table, `?order=${name}%20DESC&limit=3&page=2`),
    ]),
    records('Types', '?order=a_bool,a_int8%20DESC,KEY%20DESC'),
    records('Session.Trial', '?order=KEY%20DESC&limit=2'),
    records('Types', '?limit=0'),
    ...[1, 2, 3, 4, 5, 9].map((page) => records('Types', `?limit=2&page=${page}`)),
    ...[
      'limit=-1',
      'page=0',
      'limit=x',
      'order=nothing',
      'order=id%20UP',
      'limit=2&page=99999999999',
      'restriction=!',
    ].map((query) => records('Types', `?${query}`)),
  ];
}

const sent = (method: 'POST' | 'PATCH', table: string, ...rows: readonly string[]): SameRequest => ({
  method,
  path: tablePath(schema, table, 'record'),
  body: `{"records": [${rows.join(', ')}]}`,
});

/** Dates and times go in as text: a number there is digits, 20210102, and not what a record prints. */
function inputOf(row: number, type: AttributeType): string {
  const [stored, json] = sampleIn(row, type);
  return stored !== null && /^a_(?:date|time)/.test(type.name) ? JSON.stringify(stored) : json;
}

/** What a record prints goes in again, by inserts and updates. */
function writes(table: string, types: readonly AttributeType[]): SameRequest[] {
  const shown = types.filter(({ isOpaque }) => isOpaque !== true);
  const record = (id: number, row: number): string =>
    `{"id": ${id}, ${shown.map((type) => `"${type.name}": ${inputOf(row, type)}`).join(', ')}}`;
  const written = found(table, `[${item('id', '>', '100')}]`);
  return [
    sent('POST', table, ...rowNumbers.map((row) => record(100 + row, row))),
    written,
    ...rowNumbers.map((row) => sent('PATCH', table, record(100 + row, (row % rowCount) + 1))),
    written,
  ];
}

function oddWrites(): SameRequest[] {
  const fields = spelledValues.map(([name, value]) => `"${name}": ${value}`);
  return [
    ...fields.map((field, index) => sent('POST', 'Types', `{"id": ${300 + index}, ${field}}`)),
    ...fields.filter((_, index) => index % 8 === 0).map((field) => sent('PATCH', 'Types', `{"id": 1, ${field}}`)),
    records('Types'),
  ];
}

/** Keys, foreign keys, cascades: what is refused, and in what words, and what is left. */
function integrity(): SameRequest[] {
  const remove = (table: string, items: readonly string[], query = ''): SameRequest => ({
    method: 'DELETE',
    path: `${tablePath(schema, table, 'record')}?restriction=${encodeRestriction(`[${items.join(', ')}]`)}${query}`,
  });
  const all = [...tables.slice(1).map((table) => records(table)), get(tablePath(other, 'Report', 'record'))];
  const one = item('subject', '=', '1');
  const inserts: readonly (readonly [table: string, ...rows: string[]])[] = [
    ['Subject', '{"subject": 1, "weight": 1}'],
    ['Subject', '{"subject": 7, "weight": 1, "code": "one"}'],
    ['Subject', '{"subject": 7, "weight": 1}', '{"subject": 8, "weight": 1, "code": "one"}'],
    ['Subject', '{"subject": 7, "weight": 1}', '{"subject": 7, "weight": 1}'],
    ['Subject', '{"subject": 7, "weight": 1, "species": "cat"}'],
    ['Subject', '{"subject": 7, "weight": 1, "species": "rat"}', '{"subject": 8, "weight": 1, "species": "cat"}'],
    ['Subject', '{"subject": 7}'],
    ['Subject', '{"weight": 7}'],
    ['Subject', '{"subject": 7, "weight": null}'],
    ['Subject', '{"subject": null, "weight": 1}'],
    ['Subject', '{"subject": 7, "weight": 1}', '{"subject": 8, "weight": "x"}'],
    ['Subject', '{"subject": 7, "weight": 1}', '{"subject": 8, "weight": 99999}'],
    ['Subject', '{"subject": 7, "weight": 1, "code": "123456789"}'],
    ['Subject', '{"subject": 7, "weight": 1, "code": null}', '{"subject": 8}'],
    ['Subject', '{"subject": 7, "wait": 1}'],
    ['Subject'],
    ['Session', '{"subject": 9, "session": 1, "day": "2024-01-01"}'],
    ['Session', '{"subject": 1, "session": 1, "day": "2024-01-01"}'],
    ['Session', '{"subject": 1, "session": 9, "day": "2024-13-01"}'],
    ['Session.Trial', '{"subject": 1, "session": 1, "trial": 9, "outcome": "none"}'],
    ['Recording', '{"subject": 2, "session": 1, "rate": 1}'],
    ['Spikes', '{"subject": 2, "session": 1, "total": 1}'],
    ['Subject', '{"subject": 7, "weight": 1.005}', '{"subject": 8, "weight": "2"}'],
  ];
  const updates: readonly (readonly string[])[] = [
    ['{"subject": 9, "weight": 1}'],
    ['{"subject": 1}'],
    ['{"weight": 1}'],
    ['{"subject": 1, "weight": 30.005, "species": "rat"}'],
    ['{"subject": 1, "species": "cat"}'],
    ['{"subject": 1, "code": "two"}'],
    ['{"subject": 1, "weight": 1}', '{"subject": 9, "weight": 1}'],
    ['{"subject": 1, "species": null, "weight": null}'],
  ];
  return [
    ...inserts.map(([table, ...rows]) => sent('POST', table, ...rows)),
    ...updates.map((rows) => sent('PATCH', 'Subject', ...rows)),
    sent('PATCH', 'Singleton', '{"parameter": 2.5}'),
    ...all,
    remove('Subject', [one]),
    remove('Subject', [item('subject', '=', '9')]),
    remove('Subject', [item('nobody', '=', '9')]),
    remove('Session', [one, item('session', '=', '1')]),
    remove('Species', [item('species', '=', '"mouse"')]),
    remove('Spikes', []),
    remove('Session.Trial', [item('trial', '=', '2')], '&cascade=true'),
    remove('Pair', [item('pair', '=', '3')]),
    remove('Session.Trial', [item('trial', '=', '2')]),
    remove('Session', [one, item('session', '=', '2')], '&cascade=true'),
    ...all,
    remove('Subject', [one], '&cascade=true'),
    ...all,
    remove('Species', [], '&cascade=True'),
    remove('Singleton', []),
    ...all,
  ];
}

/** In the order in which they are sent: what only reads first. */
export const requests: Readonly<Record<string, readonly SameRequest[]>> = {
  descriptions: descriptions(),
  restrictions: [
    ...coreTypes.flatMap((type) => restrictions('Types', type)),
    ...typeTables.native_types.flatMap((type) => restrictions('NativeTypes', type)),
  ],
  'odd restrictions': [
    ...oddRestrictions.map(([name, operation, value]) => found('Types', `[${item(name, operation, value)}]`)),
    ...['{}', '[1]', '[{}]', 'nothing', '[{"or": []}]', '[{"and": []}]', '[]'].map((text) => found('Types', text)),
    found(
      'Session',
      `[{"in": {"schema": "${schema}", "table": "Subject", "restriction": [${item('weight', '>', '20.75')}]}}]`,
    ),
  ],
  'orders and pages': orders(),
  pipelines: pipelines(),
  queries: queries(),
  blobs: blobs(),
  exports: exports(),
  plans: plans(),
  writes: [...writes('Types', typeTables.types), ...writes('NativeTypes', typeTables.native_types)],
  'odd writes': oddWrites(),
  imports: imports(),
  transactions: transactions(),
  integrity: integrity(),
};
