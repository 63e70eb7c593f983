import { tablePath } from '../../support/api.ts';
import type { AttributeType } from './attribute-types.ts';
import { get, item, post, restrictedBy, type SameRequest } from './same-request.ts';
import { rowNumbers, sampleIn, schema, typeTables } from './same-schema.ts';

const text = (query: string, rest = ''): SameRequest =>
  post('/query', `{"text": ${JSON.stringify(query)}, "schemas": ["${schema}"]${rest}}`);
const tree = (expression: string, rest = ''): SameRequest => post('/query', `{"expression": ${expression}${rest}}`);
const table = (name: string): string => `{"op": "table", "schema": "${schema}", "table": "${name}"}`;

/** By every attribute: restrictions as trees, as mappings and as SQL, sets of values, aggregations, other names. */
function byAttribute(of: string, type: AttributeType): SameRequest[] {
  const { name, samples, isOpaque, isOrdered = true } = type;
  const values = samples.map(([, json]) => json);
  const [first = '', last = first] = [values[0], values.at(-1)];
  const restrict = (op: 'restrict' | 'except', value: string): SameRequest =>
    tree(`{"op": "${op}", "of": ${table(of)}, "by": [${item(name, '=', value)}]}`, ', "attributes": "KEY"');
  const proj = (named: string): string => `{"op": "proj", "of": ${table(of)}, "named": {"other": "${named}"}}`;
  const nulls = [text(`${of} & "${name} IS NULL"`, ', "attributes": "KEY"'), tree(proj(name))];
  if (isOpaque === true) return [...nulls, restrict('restrict', first), text(`${of} & {'${name}': 'x'}`)];
  const sqlValues = samples.map(([stored]) => String(stored)).filter((stored) => !stored.includes('\\'));
  const grouped = `{"op": "universal", "by": ["${name}"], "of": ${table(of)}`;
  return [
    ...nulls,
    ...values.flatMap((value) => [restrict('restrict', value), restrict('except', value)]),
    tree(
      `{"op": "restrict", "of": ${proj(name)}, "by": [${item('other', 'IN', `[${first}, ${last}]`)}]}`,
      ', "order": "id DESC", "limit": 2',
    ),
    ...values.map((value) => text(`${of} & {'${name}': ${python(value)}}`, ', "attributes": "KEY"')),
    ...(type.name === 'a_json'
      ? []
      : sqlValues.map((value) => text(`${of} & "${name} = ${sqlText(value)}"`, ', "attributes": "KEY"'))),
    tree(`${grouped}, "named": {"n": "count(*)", "most": "max(id)"}}`, isOrdered ? '' : ', "order": "most"'),
    ...(isOrdered ? [tree(`${grouped}}`, ', "limit": 3, "page": 2')] : []),
    text(`dj.U().aggr(${of}, n='count(${name})', d='count(DISTINCT ${name})')`),
    ...(isOrdered && !/bool|uuid|enum|json/.test(name)
      ? [text(`dj.U().aggr(${of}, low='min(${name})', high='max(${name})')`)]
      : []),
  ];
}

/** As Python writes it. */
const python = (json: string): string => (json === 'null' ? 'None' : json === 'true' ? 'True' : json);

/** A text of SQL within a text of Python in double quotes. */
const sqlText = (value: string): string =>
  `'${value.replaceAll("'", "''").replaceAll('"', '\\"').replaceAll('\n', '\\n')}'`;

/** Every operator, both as text and as a tree, and what is refused. */
function operators(): SameRequest[] {
  const children = ['Session', 'Session.Trial', 'Recording', 'Spikes', 'Pair'];
  const join = `{"op": "join", "of": ${table('Session')}, "with": ${table('Subject')}}`;
  const page = [0, 1, 2].map((limit) => `, "limit": ${limit}, "page": 2`);
  return [
    ...children.map((child) => text(`${child} & (Subject & {'subject': 1})`)),
    ...children.map((child) => text(`Subject - ${child}`)),
    text('Session * Subject & {"species": "mouse"}', ', "order": "weight DESC, KEY"'),
    text(
      'Session * Subject * Species',
      ', "restriction": [{"attributeName": "weight", "operation": ">", "value": 20}]',
    ),
    text('Subject.aggr(Session, n="count(*)", last="max(day)")'),
    text('Subject.aggr(Session, n="count(day)", keep_all_rows=True)'),
    text('Subject.aggr(Session.Trial, hits="sum(outcome = \'hit\')", trials="count(*)", part="avg(trial)")'),
    text('Subject.proj(weigh="weight", double="weight * 2", both="concat(subject, weight)")'),
    text('Subject.proj("code", kind="CASE WHEN weight > 20 THEN \'big\' ELSE \'small\' END")'),
    text('Session.proj(year="year(day)", month="month(day)")'),
    text('Subject.proj() + Session.proj(session="session").proj()'),
    text('Subject.proj() + Subject.proj()'),
    text('dj.U("species") & Subject'),
    text('dj.U("species", "subject").aggr(Session, n="count(*)")'),
    text('Subject & dj.Top(1, "weight DESC", 1)'),
    text('Pair.proj(..., subject="first") * Subject'),
    text('Subject & ["weight > 20", {"code": None}]'),
    text('Subject & dj.Not("weight > 20")'),
    text('Subject & dj.AndList(["weight > 20", "species = \'mouse\'"])'),
    text('Subject & f"weight > {10 + 10}"'),
    text('Session.extend(Subject)'),
    text('Subject.join(Session, left=True)'),
    text(`${schema}_other.Report * Spikes`),
    tree(join, ', "attributes": "KEY, weight", "order": "KEY DESC"'),
    ...page.map((rest) => tree(join, rest)),
    tree(`{"op": "join", "of": ${table('Subject')}, "with": ${table('Session')}, "left": true}`),
    tree(`{"op": "aggr", "of": ${table('Subject')}, "group": ${table('Session')}, "named": {"n": "count(*)"}}`),
    tree(
      `{"op": "aggr", "of": ${table('Subject')}, "group": ${table('Session')}, "named": {"n": "count(session)"}, "keepAllRows": true}`,
    ),
    tree(`{"op": "union", "of": ${table('Subject')}, "with": ${table('Subject')}}`),
    tree(`{"op": "top", "of": ${table('Session')}, "limit": 2, "order": "day DESC", "offset": 1}`),
    tree(`{"op": "restrict", "of": ${table('Session')}, "by": ${table('Recording')}}`),
    tree(`{"op": "except", "of": ${table('Session')}, "by": "session > 1"}`),
    ...['csv', 'ndjson'].map((format) => text('Session * Subject', `, "format": "${format}"`)),
    ...[
      'Sesion',
      'Session &',
      'Session & {"nothing": 1}',
      'Session & "nothing = 1"',
      'Session & "session = "',
      'Session & "sleep(1)"',
      'Session.proj(a="nothing")',
      'Session.fetch()',
      'Session * 1',
      '(Session',
      '',
      "Session & {'day': 'x'}",
      "Session & {'session': 'x'}",
    ].map((query) => ({ ...text(query), headers: { accept: 'application/problem+json' } })),
    ...[
      '{"op": "tabel"}',
      '{"op": "table"}',
      `{"op": "restrict", "of": ${table('Nothing')}, "by": []}`,
      `{"op": "restrict", "of": ${table('Session')}, "by": 1}`,
      `{"op": "proj", "of": ${table('Session')}, "attributes": ["nothing"]}`,
    ].map((expression) => ({ ...tree(expression), headers: { accept: 'application/problem+json' } })),
    {
      ...text('Session * Subject & "weight > 20"', ', "explain": true'),
      without: ['sql', 'parameters', 'rows', 'type'],
    },
    { ...tree(join, ', "explain": true'), without: ['sql', 'parameters', 'rows', 'type'] },
  ].map((request) => (request.without === undefined ? { ...request, without: ['type'] } : request));
}

/** The values an attribute has, and how many rows meet a restriction. */
function valuesAndCounts(of: string, type: AttributeType): SameRequest[] {
  const { name, isOpaque, isOrdered = true } = type;
  const path = `/schema/${schema}/table/${of}`;
  // Rows are counted where there is time.
  const values = (query = ''): SameRequest => ({ ...get(`${path}/values/${name}${query}`), without: ['count'] });
  if (isOpaque === true) return [values()];
  const counts = rowNumbers.map((row) =>
    get(`${path}/count?timeLimit=60000&${restrictedBy(item(name, '=', sampleIn(row, type)[1]))}`),
  );
  const searched = ['a', '12', '%25', '1970', 'x'].map((q) => values(`?q=${q}`));
  return [
    ...(isOrdered ? [values(), values('?limit=2'), values(`?${restrictedBy(item('id', '<', '3'))}`)] : []),
    // The words in which the others are refused name their type.
    ...(isOrdered && (type.declared !== undefined || name === 'a_text') ? searched : []),
    ...counts,
  ];
}

const each = (requests: (table: string, type: AttributeType) => SameRequest[]): SameRequest[] => [
  ...typeTables.types.flatMap((type) => requests('Types', type)),
  ...typeTables.native_types.flatMap((type) =>
    // They have no marker, and print other names.
    requests('NativeTypes', type).map((request) =>
      request.method === 'POST' ? { ...request, without: ['type'] } : request,
    ),
  ),
];

/** Questions that go beyond one table's records. */
export const queries = (): SameRequest[] => [
  ...each(byAttribute),
  ...each(valuesAndCounts),
  ...operators(),
  ...['timeLimit=60000', 'mode=x', 'timeLimit=0', 'timeLimit=60001', 'restriction=!'].map((query) =>
    get(`${tablePath(schema, 'Types', 'record').replace(/record$/, 'count')}?${query}`),
  ),
  ...['limit=0', 'limit=1001', 'restriction=!'].map((query) => get(`/schema/${schema}/table/Types/values/id?${query}`)),
  ...['nothing', 'idd'].map((name) => get(`/schema/${schema}/table/Types/values/${name}`)),
];
