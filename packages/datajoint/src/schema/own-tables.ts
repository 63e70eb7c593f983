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
