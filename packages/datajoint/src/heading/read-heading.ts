import type { ColumnRow } from '../dialect/catalog.ts';
import type { ColumnTypes } from '../dialect/column-types.ts';
import { isHiddenAttribute } from '../naming.ts';
import type { Attribute, Generation } from './attribute.ts';
import { readColumnType } from './column-type.ts';
import { Heading } from './heading.ts';

/**
 * Builds a heading from the catalog's rows; `json` names the texts that hold JSON, `place` says what opens the values that
 * are kept in stores.
 * A schema without signs of DataJoint 2 is legacy, unless a column of the table itself says otherwise.
 */
export function readHeading(
  rows: readonly ColumnRow[],
  comment: string,
  schemaGeneration: Generation,
  types: ColumnTypes,
  json: ReadonlySet<string> = new Set(),
  place: Pick<Attribute, 'schema' | 'objects'> = {},
): Heading {
  const isModern = rows.some(([, type, , , , , , , text]) => {
    return readColumnType(types, type, text, 'legacy').isModern;
  });
  const generation = isModern ? '2' : schemaGeneration;
  const visible = rows.filter(([name]) => !isHiddenAttribute(name));
  const hidden = rows.filter(([name]) => isHiddenAttribute(name));
  return new Heading(
    visible.map((row) => readAttribute(row, generation, types, json, place)),
    comment,
    generation,
    hidden.map(([name, , , , key]) => ({ name, inKey: key === 'PRI' })),
  );
}

function readAttribute(
  row: ColumnRow,
  generation: Generation,
  types: ColumnTypes,
  json: ReadonlySet<string>,
  place: Pick<Attribute, 'schema' | 'objects'>,
): Attribute {
  const [name, databaseType, collation, nullability, key, rawDefault, extra, , rawComment] = row;
  const { type, comment, storage } = readColumnType(types, databaseType, rawComment, generation);
  const nullable = nullability === 'YES';
  const charset = storage.kind === 'text' ? types.charset(collation) : undefined;
  const declaredType = /^<.+>$/.test(type) ? type : databaseType;
  const printed = rawDefault === null ? null : types.printedDefault(declaredType, rawDefault, generation);
  return {
    name,
    type,
    databaseType,
    comment,
    inKey: key === 'PRI',
    nullable,
    autoincrement: /auto_increment/i.test(extra),
    default: nullable ? 'null' : printed,
    storage: storage.kind === 'text' && json.has(name) ? { kind: 'json' } : storage,
    ...(charset !== undefined && { charset }),
    ...(storage.kind === 'external' ? place : {}),
  };
}
