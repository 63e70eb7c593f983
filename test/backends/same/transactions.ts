import { tablePath } from '../../support/api.ts';
import { asProgram, item, post, records, type SameRequest } from './same-request.ts';
import { rowNumbers, sampleIn, schema, typeTables } from './same-schema.ts';
import { spelledValues } from './spelled-values.ts';

/** What a delete would take, and what forbids it. */
export function plans(): SameRequest[] {
  const plan = (table: string, body: string): SameRequest => post(tablePath(schema, table, 'record/plan'), body);
  const tables = [
    'Types',
    'Species',
    'Subject',
    'Session',
    'Session.Trial',
    'Recording',
    'Spikes',
    'Pair',
    'Singleton',
  ];
  const one = item('subject', '=', '1');
  return [
    ...tables.flatMap((table) => [plan(table, '{}'), plan(table, '{"cascade": false}')]),
    ...['Subject', 'Session', 'Session.Trial', 'Recording'].flatMap((table) => [
      plan(table, `{"restriction": [${one}]}`),
      plan(table, `{"restriction": [${one}], "cascade": false}`),
    ]),
    ...typeTables.types
      .filter(({ isOpaque }) => isOpaque !== true)
      .flatMap((type) =>
        rowNumbers.map((row) => plan('Types', `{"restriction": [${item(type.name, '=', sampleIn(row, type)[1])}]}`)),
      ),
    plan('Subject', '{"restriction": [{"attributeName": "nothing", "operation": "=", "value": 1}]}'),
    plan('Subject', '{"cascade": 1}'),
    plan('Subject', '{"all": true}'),
    plan('Subject', '[]'),
    plan('Nothing', '{}'),
  ];
}

const operation = (kind: string, table: string, rest: string): string =>
  `{"operation": "${kind}", "schema": "${schema}", "table": "${table}", ${rest}}`;

/** Writes that belong together, tried and made, and where they fail. */
export function transactions(): SameRequest[] {
  const send = (operations: readonly string[], rest = ''): SameRequest =>
    asProgram(post('/transaction', `{"operations": [${operations.join(', ')}]${rest}}`));
  const attempted = (...operations: readonly string[]): SameRequest => send(operations, ', "dryRun": true');
  const insert = (table: string, rows: string, rest = ''): string =>
    operation('insert', table, `"records": [${rows}]${rest}`);
  const update = (table: string, rows: string): string => operation('update', table, `"records": [${rows}]`);
  const remove = (table: string, items: string, rest = ''): string =>
    operation('delete', table, `"restriction": [${items}]${rest}`);
  const one = item('subject', '=', '1');
  const existing = ['error', 'skip', 'replace'].flatMap((word) =>
    [
      '{"subject": 3, "weight": 4}',
      '{"subject": 1, "weight": 4}',
      '{"subject": 20, "weight": 4}, {"subject": 2, "weight": 5}',
    ].map((rows) => attempted(insert('Subject', rows, `, "existing": "${word}"`))),
  );
  return [
    // Every spelling of every value, and where in the request it is refused.
    ...spelledValues.map(([name, value]) =>
      attempted(insert('Types', `{"id": 900}`), insert('Types', `{"id": 901, "${name}": ${value}}`)),
    ),
    ...spelledValues
      .filter((_, index) => index % 4 === 0)
      .map(([name, value]) => attempted(update('Types', `{"id": 1, "${name}": ${value}}`))),
    ...existing,
    attempted(insert('Session', '{"subject": 77, "session": 1, "day": "2024-01-01"}')),
    attempted(
      insert('Subject', '{"subject": 77, "weight": 1}'),
      insert('Session', '{"subject": 77, "session": 1, "day": "2024-01-01"}'),
      update('Session', '{"subject": 77, "session": 1, "day": "2024-01-02"}'),
      remove('Subject', item('subject', '=', '77'), ', "cascade": true'),
    ),
    attempted(insert('Subject', '{"subject": 77, "weight": 1}, {"subject": 77, "weight": 2}')),
    attempted(insert('Subject', '{"subject": 77, "weight": 1}, {"subject": 78, "weight": "x"}')),
    attempted(insert('Subject', '{"subject": 77, "weight": 1}, {"subject": 78}')),
    attempted(insert('Subject', '{"subject": 77, "weight": 1, "code": "two"}')),
    attempted(update('Subject', '{"subject": 77, "weight": 1}')),
    attempted(update('Subject', '{"subject": 1, "species": "cat"}')),
    attempted(remove('Subject', one)),
    attempted(remove('Subject', one, ', "cascade": true')),
    attempted(remove('Subject', one, ', "cascade": true, "plan": "x"')),
    attempted(remove('Subject', item('subject', '=', '99'))),
    attempted(remove('Subject', item('nothing', '=', '99'))),
    attempted(insert('Spikes', '{"subject": 1, "session": 2, "total": 1}')),
    attempted(insert('Nothing', '{"subject": 1}')),
    ...['{}', '{"operations": []}', '{"operations": [{}]}', '{"operations": [{"operation": "drop"}]}'].map((body) =>
      asProgram(post('/transaction', body)),
    ),
    records('Subject'),
    send([
      insert('Subject', '{"subject": 30, "weight": 1.5}'),
      update('Subject', '{"subject": 30, "code": "thirty"}'),
      remove('Pair', item('pair', '=', '3')),
    ]),
    send([insert('Subject', '{"subject": 31, "weight": 1.5}'), update('Subject', '{"subject": 99, "weight": 1}')]),
    records('Subject'),
    records('Pair'),
  ];
}
