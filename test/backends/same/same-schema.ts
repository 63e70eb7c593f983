import type { Backend } from '../../support/backends.ts';
import { type AttributeType, coreTypes, nativeTypes, storedAs } from './attribute-types.ts';

export const schema = 'pharus_same';
export const other = 'pharus_same_other';

interface Column {
  readonly name: string;
  readonly type: string;
  /** As DataJoint 2 declares it. */
  readonly declared?: string;
  readonly comment?: string;
}

/** Tables with a column for each of their types, named after it. */
export const typeTables: Readonly<Record<'types' | 'native_types', readonly AttributeType[]>> = {
  types: coreTypes,
  native_types: nativeTypes,
};

/** Their rows: every sample is in one of them; the last one is NULL all over. */
export const rowCount = Math.max(...[...coreTypes, ...nativeTypes].map(({ samples }) => samples.length)) + 1;
export const rowNumbers: readonly number[] = Array.from({ length: rowCount }, (_, index) => index + 1);

/** What stands in a row in the column of a type, stored and as a record prints it. */
export function sampleIn(row: number, { samples, isOpaque }: AttributeType): readonly [stored: unknown, json: string] {
  const sample = row === rowCount ? undefined : samples[(row - 1) % samples.length];
  return sample ?? [null, isOpaque === true ? '"=BLOB="' : 'null'];
}

/** Creates the tables of DataJoint 2, and fills them, with the same rows on every backend. */
export async function createSameSchema(backend: Backend): Promise<void> {
  const { family } = backend;
  await backend.createSchemas(schema, other);
  if (family === 'postgresql') {
    await backend.query(`CREATE TYPE ${schema}.mood AS ENUM ('b', 'a', 'c d');
      CREATE TYPE ${schema}.outcome AS ENUM ('hit', 'miss')`);
  }
  const outcome = family === 'mysql' ? "enum('hit','miss')" : `${schema}.outcome`;
  const id = (name: string, rest = ''): Column => ({ name, type: `int NOT NULL${rest}`, declared: 'int32' });
  const foreign = (name: string, type = 'int NOT NULL'): Column => ({ name, type });
  for (const [table, types] of Object.entries(typeTables)) {
    const columns = types.map(({ name, declared, column }) => ({
      name,
      type: `${column[family]} DEFAULT NULL`,
      ...(declared !== undefined && { declared }),
    }));
    await declare(backend, `${schema}.${table}`, 'every type', [id('id'), ...columns, 'PRIMARY KEY (id)']);
  }
  for (const each of [schema, other]) {
    await declare(backend, `${each}."~lineage"`, '', [
      { name: 'table_name', type: 'varchar(64) NOT NULL' },
      { name: 'attribute_name', type: 'varchar(64) NOT NULL' },
      { name: 'lineage', type: 'varchar(255) NOT NULL' },
      'PRIMARY KEY (table_name, attribute_name)',
    ]);
  }
  await declare(backend, `${schema}."#species"`, 'species of animals', [
    { name: 'species', type: 'varchar(24) NOT NULL', declared: 'varchar(24)', comment: 'species name' },
    'PRIMARY KEY (species)',
  ]);
  await declare(backend, `${schema}.subject`, '', [
    { ...id('subject'), comment: 'who it is' },
    foreign('species', 'varchar(24) DEFAULT NULL'),
    { name: 'code', type: 'varchar(8) DEFAULT NULL', declared: 'varchar(8)' },
    { name: 'weight', type: 'decimal(6,2) NOT NULL', declared: 'decimal(6,2)' },
    'PRIMARY KEY (subject)',
    `CONSTRAINT subject_follows_species FOREIGN KEY (species) REFERENCES ${schema}."#species" (species) ON UPDATE CASCADE ON DELETE RESTRICT`,
    'CONSTRAINT code_is_unique UNIQUE (code)',
  ]);
  await declare(backend, `${schema}.session`, 'a day with a subject', [
    foreign('subject'),
    id('session'),
    { name: 'day', type: 'date NOT NULL', declared: 'date' },
    'PRIMARY KEY (subject, session)',
    `CONSTRAINT session_follows_subject FOREIGN KEY (subject) REFERENCES ${schema}.subject (subject) ON UPDATE CASCADE ON DELETE RESTRICT`,
  ]);
  await declare(backend, `${schema}.session__trial`, '', [
    foreign('subject'),
    foreign('session'),
    id('trial'),
    { name: 'outcome', type: `${outcome} NOT NULL`, declared: "enum('hit','miss')" },
    'PRIMARY KEY (subject, session, trial)',
    `CONSTRAINT trial_follows_session FOREIGN KEY (subject, session) REFERENCES ${schema}.session (subject, session) ON UPDATE CASCADE ON DELETE RESTRICT`,
  ]);
  await declare(backend, `${schema}._recording`, '', [
    foreign('subject'),
    foreign('session'),
    { name: 'rate', type: 'double precision NOT NULL', declared: 'float64' },
    'PRIMARY KEY (subject, session)',
    `CONSTRAINT recording_follows_session FOREIGN KEY (subject, session) REFERENCES ${schema}.session (subject, session) ON UPDATE CASCADE ON DELETE RESTRICT`,
  ]);
  await declare(backend, `${schema}.__spikes`, '', [
    foreign('subject'),
    foreign('session'),
    { name: 'total', type: 'int NOT NULL', declared: 'int32' },
    'PRIMARY KEY (subject, session)',
    `CONSTRAINT spikes_follow_recording FOREIGN KEY (subject, session) REFERENCES ${schema}._recording (subject, session) ON UPDATE CASCADE ON DELETE RESTRICT`,
  ]);
  const moment = { mysql: 'datetime(3)', postgresql: 'timestamp(3)' }[family];
  await declare(backend, `${schema}."~~spikes"`, '', [
    foreign('subject'),
    foreign('session'),
    { name: 'status', type: 'varchar(10) NOT NULL', declared: 'varchar(10)' },
    { name: 'created_time', type: `${moment} NOT NULL`, declared: 'datetime(3)' },
    { name: 'error_message', type: "varchar(2047) NOT NULL DEFAULT ''", declared: 'varchar(2047)' },
    { name: 'error_stack', type: { mysql: 'longblob', postgresql: 'bytea' }[family], declared: '<blob>' },
    { name: 'connection_id', type: 'bigint NOT NULL DEFAULT 0', declared: 'int64' },
    'PRIMARY KEY (subject, session)',
  ]);
  await declare(backend, `${schema}.pair`, '', [
    id('pair'),
    foreign('first'),
    foreign('second', 'int DEFAULT NULL'),
    'PRIMARY KEY (pair)',
    `CONSTRAINT pair_follows_first FOREIGN KEY (first) REFERENCES ${schema}.subject (subject) ON UPDATE CASCADE ON DELETE RESTRICT`,
    `CONSTRAINT pair_follows_second FOREIGN KEY (second) REFERENCES ${schema}.subject (subject) ON UPDATE CASCADE ON DELETE RESTRICT`,
  ]);
  await declare(backend, `${other}.report`, '', [
    id('report'),
    foreign('subject'),
    foreign('session'),
    'PRIMARY KEY (report)',
    `CONSTRAINT report_follows_spikes FOREIGN KEY (subject, session) REFERENCES ${schema}.__spikes (subject, session) ON UPDATE CASCADE ON DELETE RESTRICT`,
  ]);
  await declare(backend, `${schema}.singleton`, 'only one', [
    {
      name: '_singleton',
      type: family === 'mysql' ? 'tinyint NOT NULL DEFAULT 1' : 'boolean NOT NULL DEFAULT TRUE',
      declared: 'bool',
      comment: 'singleton primary key',
    },
    { name: 'parameter', type: 'double precision NOT NULL', declared: 'float64' },
    'PRIMARY KEY (_singleton)',
  ]);
  await fill(backend);
}

async function fill(backend: Backend): Promise<void> {
  for (const [table, types] of Object.entries(typeTables)) {
    const columns = ['id', ...types.map(({ name }) => name)].join(', ');
    const marks = `(?${', ?'.repeat(types.length)})`;
    const values = rowNumbers.flatMap((row) => [
      row,
      ...types.map((type) => storedAs(type, backend.family, sampleIn(row, type)[0])),
    ]);
    const rows = rowNumbers.map(() => marks).join(', ');
    await backend.query(`INSERT INTO ${schema}.${table} (${columns}) VALUES ${rows}`, values);
  }
  await backend.query(`
    INSERT INTO ${schema}."#species" VALUES ('mouse'), ('rat');
    INSERT INTO ${schema}.subject VALUES (1, 'mouse', 'one', 20.5), (2, 'mouse', 'two', 21), (3, NULL, NULL, 0.25);
    INSERT INTO ${schema}.session VALUES (1, 1, '2024-01-01'), (1, 2, '2024-01-02'), (2, 1, '2024-02-29');
    INSERT INTO ${schema}.session__trial VALUES (1, 1, 1, 'hit'), (1, 1, 2, 'miss'), (2, 1, 1, 'hit');
    INSERT INTO ${schema}._recording VALUES (1, 1, 30000.1), (1, 2, 0.5);
    INSERT INTO ${schema}.__spikes VALUES (1, 1, 7);
    INSERT INTO ${schema}."~~spikes" (subject, session, status, created_time, error_message) VALUES
      (1, 2, 'error', '2024-01-02 03:04:05.678', 'ValueError: bad'), (1, 1, 'pending', '2024-01-01 00:00:00', '');
    INSERT INTO ${schema}.pair VALUES (1, 1, 2), (2, 2, 3), (3, 2, NULL);
    INSERT INTO ${other}.report VALUES (1, 1, 1);
    INSERT INTO ${schema}.singleton (parameter) VALUES (0.5)`);
}

async function declare(
  { family, query }: Backend,
  table: string,
  comment: string,
  lines: readonly (Column | string)[],
): Promise<void> {
  const columns = lines.filter((line) => typeof line !== 'string');
  const text = ({ declared, comment: own = '' }: Column): string =>
    `'${(declared === undefined ? own : `:${declared}:${own}`).replaceAll("'", "''")}'`;
  const declared = lines.map((line) => {
    if (typeof line === 'string') return line;
    return `"${line.name}" ${line.type}${family === 'mysql' ? ` COMMENT ${text(line)}` : ''}`;
  });
  if (family === 'mysql') {
    await query(`CREATE TABLE ${table} (${declared.join(', ')}) COMMENT '${comment}'`);
    return;
  }
  const comments = columns.map((column) => `COMMENT ON COLUMN ${table}."${column.name}" IS ${text(column)}`);
  await query(
    [`CREATE TABLE ${table} (${declared.join(', ')})`, `COMMENT ON TABLE ${table} IS '${comment}'`, ...comments].join(
      '; ',
    ),
  );
}
