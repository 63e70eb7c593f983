import type { ColumnRow } from '../dialect/catalog.ts';
import { isHiddenAttribute } from '../naming.ts';
import type { Attribute, Generation } from './attribute.ts';
import { printedDefault, readColumnType } from './column-type.ts';
import { Heading } from './heading.ts';

/**
 * Builds a heading from the catalog's rows.
 * A schema without signs of DataJoint 2 is legacy, unless a column of the table itself says otherwise.
 */
export function readHeading(rows: readonly ColumnRow[], comment: string, schemaGeneration: Generation): Heading {
  const isModern = rows.some(([, type, collation, , , , , , text]) => {
    return readColumnType(type, collation, text, 'legacy').isModern;
  });
  const generation = isModern ? '2' : schemaGeneration;
  const visible = rows.filter(([name]) => !isHiddenAttribute(name));
  return new Heading(
    visible.map((row) => readAttribute(row, generation)),
    comment,
    generation,
  );
}

function readAttribute(row: ColumnRow, generation: Generation): Attribute {
  const [name, databaseType, collation, nullability, key, rawDefault, extra, , rawComment] = row;
  const { type, comment, storage } = readColumnType(databaseType, collation, rawComment, generation);
  const nullable = nullability === 'YES';
  const printedType = /^<.+>$/.test(type) ? type : databaseType;
  return {
    name,
    type,
    databaseType,
    comment,
    inKey: key === 'PRI',
    nullable,
    autoincrement: /auto_increment/i.test(extra),
    default: printedDefault({ type: printedType, nullable, rawDefault }, generation),
    storage,
  };
}
