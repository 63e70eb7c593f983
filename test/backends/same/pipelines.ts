import { tablePath } from '../../support/api.ts';
import { get, item, restrictedBy, type SameRequest } from './same-request.ts';
import { other, schema } from './same-schema.ts';

const tables = ['Types', 'Species', 'Subject', 'Session', 'Session.Trial', 'Recording', 'Spikes', 'Pair', 'Singleton'];

/** Tables, keys and attributes all at once, a table with its neighbours, what is around rows, jobs and how far they are. */
export function pipelines(): SameRequest[] {
  const both = `?schema=${schema},${other}`;
  const around = (table: string, query: string): SameRequest =>
    get(`${tablePath(schema, table, 'dependency')}?${query}`);
  const directions = ['up', 'down', 'both'].flatMap((direction) =>
    [1, 2, 5].map((depth) => `direction=${direction}&depth=${depth}`),
  );
  const jobs = (table: string, query = ''): SameRequest => get(`/jobs/${schema}/${table}${query}`);
  const clear = (query: string): SameRequest => ({ method: 'DELETE', path: `/jobs/${schema}/Spikes${query}` });
  return [
    { ...get(`/pipeline${both}`), without: ['rows'] },
    { ...get(`/pipeline?schema=${other}`), without: ['rows'] },
    get('/pipeline?schema=pharus_nothing'),
    // An attribute without a marker, as a foreign key brings it, has the type of the database.
    { ...get(`/pipeline/attributes${both}`), without: ['type'] },
    get('/pipeline/attributes?schema=pharus_nothing'),
    ...tables.map((table) => ({
      ...get(tablePath(schema, table, 'heading')),
      without: table === 'Types' || table === 'Species' ? [] : ['type', 'indexes', 'default'],
    })),
    get(tablePath(schema, 'Sesion', 'heading')),
    ...tables.flatMap((table) => directions.map((query) => around(table, query))),
    ...[1, 3, 9].flatMap((subject) =>
      directions.map((query) => around('Subject', `${query}&${restrictedBy(item('subject', '=', String(subject)))}`)),
    ),
    ...['foreignKey=pair_follows_first', 'foreignKey=nothing', 'foreignKey=pair_follows_second&direction=up'].flatMap(
      (query) => [around('Subject', query), around('Pair', query)],
    ),
    ...['depth=0', 'depth=17', 'depth=x', 'direction=x', 'depth=1&restriction=!'].map((query) =>
      around('Subject', query),
    ),
    ...tables.map((table) => get(`/schema/${schema}/table/${table}/progress`)),
    get(`/jobs${both}`),
    get('/jobs?schema=pharus_nothing'),
    ...['Spikes', 'Recording', 'Subject', 'Nothing'].map((table) => jobs(table)),
    ...['pending', 'error', 'ignore', 'reserved', 'success', 'x'].map((status) => jobs('Spikes', `?status=${status}`)),
    ...['limit=1', 'limit=1&page=2', 'limit=0', 'page=0', 'limit=1001', restrictedBy(item('session', '=', '2'))].map(
      (query) => jobs('Spikes', `?${query}`),
    ),
    jobs('Spikes', `?${restrictedBy(item('nothing', '=', '2'))}`),
    ...[
      '',
      '?status=x',
      '?status=error&all=1',
      `?status=error&${restrictedBy(item('session', '=', '9'))}`,
      '?status=error',
    ].map(clear),
    jobs('Spikes'),
  ];
}
