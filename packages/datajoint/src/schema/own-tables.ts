import type { Executor } from '../connection/executor.ts';
import { declare } from '../definition/declare.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { Generation } from '../dialect/storage.ts';
import type { Sql } from '../sql/sql.ts';
import { log } from '../table/log.ts';

/**
 * The tables that DataJoint keeps for itself in a schema, in its own notation.
 *
 * Source: what the Python library writes (0.14 and 2.3); the names and types are the format that all its clients share.
 */

/** What happened to the tables of a schema (older generation). */
export const logDefinition = (schema: string): string => `
# event logging table for \`${schema}\`
id       : int unsigned auto_increment     # event order id
---
timestamp = CURRENT_TIMESTAMP : timestamp  # event timestamp
version  : varchar(12)                     # datajoint version
user     : varchar(255)                    # user@host
host=""  : varchar(255)                    # system hostname
event="" : varchar(255)                    # event message
`;

/** What a store outside the database holds (older generation). */
export const externalDefinition = `
# external storage tracking
hash  : uuid    #  hash of contents (blob), of filename + contents (attach), or relative filepath (filepath)
---
size      :bigint unsigned     # size of object in bytes
attachment_name=null : varchar(255)  # the filename of an attachment
filepath=null : varchar(1000)  # relative filepath or attachment filename
contents_hash=null : uuid      # used for the filepath datatype
timestamp=CURRENT_TIMESTAMP  :timestamp   # automatic timestamp
`;

/** Where each attribute was first declared (DataJoint 2): what joins match attributes by. */
export const lineageDefinition = `
table_name     : varchar(64)   # table name within the schema
attribute_name : varchar(64)   # attribute name
---
lineage        : varchar(255)  # origin: schema.table.attribute
`;

/** What is to be computed for a table, what is being computed and what failed (DataJoint 2). `master` is the table. */
export const jobsDefinition = (fullName: string): string => `
# Job queue for ${fullName}
-> master
---
status         : enum('pending', 'reserved', 'success', 'error', 'ignore')
priority       : int8
created_time   = CURRENT_TIMESTAMP(3) : datetime(3)
scheduled_time = CURRENT_TIMESTAMP(3) : datetime(3)
reserved_time  = null : datetime(3)
completed_time = null : datetime(3)
duration       = null : float64
error_message  = "" : varchar(2047)
error_stack    = null : <blob>
user           = "" : varchar(255)
host           = "" : varchar(255)
pid            = 0 : int32
connection_id  = 0 : int64
version        = "" : varchar(64)
index (status, priority, scheduled_time)
`;

/** The statements that make a table DataJoint keeps for itself; it is written without markers, so that both generations read it. */
export function ownTable(name: TableName, definition: string, dialect: Dialect): readonly Sql[] {
  const declaration = parseDefinition(definition, 'legacy');
  return dialect.ddl.createTable(declare({ name, declaration, parents: [], dialect }).spec);
}

/** Makes the hidden table by which an empty schema is known to be of a generation. */
export async function signSchema(executor: Executor, schema: string, generation: Generation): Promise<void> {
  const [table, definition] = generation === '2' ? ['~lineage', lineageDefinition] : ['~log', logDefinition(schema)];
  for (const statement of ownTable({ schema, table }, definition, executor.dialect)) await executor.execute(statement);
  if (generation === 'legacy') await log(executor, schema, 'created');
}

/** The jobs that are taken, failed or to be ignored (older generation). */
export const jobTableDefinition = (schema: string): string => `
# job reservation table for \`${schema}\`
table_name  :varchar(255)  # className of the table
key_hash  :char(32)  # key hash
---
status  :enum('reserved','error','ignore')  # if tuple is missing, the job is available
key=null  :blob  # structure containing the key
error_message=""  :varchar(2047)  # error message returned if failed
error_stack=null  :mediumblob  # error stack if failed
user="" :varchar(255)  # database user
host="" :varchar(255)  # system hostname
pid=0  :int unsigned  # system process id
connection_id = 0  : bigint unsigned  # connection_id()
timestamp=CURRENT_TIMESTAMP  :timestamp  # automatic timestamp
`;
