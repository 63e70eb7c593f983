import type { Executor } from '../connection/executor.ts';
import type { TableName } from '../dependencies/foreign-key.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { InputValue } from '../heading/codec/encode.ts';
import { StoredReference } from '../heading/codec/object-writer.ts';
import type { Heading } from '../heading/heading.ts';
import type { InputRow } from './insert.ts';

/**
 * The row with its external values in their stores, and what the columns hold of them in their place. Objects come before
 * rows, as in Python: a row that is refused afterwards leaves objects behind that nothing refers to.
 */
export async function putAway(
  { name, heading }: { readonly name: TableName; readonly heading: Heading },
  row: InputRow,
  executor: Executor,
): Promise<InputRow> {
  const external = heading.attributes.filter(({ objects }) => objects !== undefined);
  if (external.length === 0) return row;
  const givenFor = (attribute: Attribute): InputValue => {
    return Array.isArray(row)
      ? row[heading.names.indexOf(attribute.name)]
      : (row as { readonly [name: string]: InputValue })[attribute.name];
  };
  const key = heading.primaryKey.map((part) => {
    const attribute = heading.get(part) as Attribute;
    return [attribute, givenFor(attribute)] as const;
  });
  const changed = new Map<string, InputValue>();
  for (const attribute of external) {
    const value = givenFor(attribute);
    if (value === null || value === undefined || value instanceof StoredReference) continue;
    const kept = await attribute.objects?.write(attribute, value, { ...name, key }, executor);
    if (kept !== undefined) changed.set(attribute.name, kept);
  }
  if (changed.size === 0) return row;
  if (Array.isArray(row)) return heading.names.map((each, index) => changed.get(each) ?? row[index]);
  return { ...row, ...Object.fromEntries(changed) };
}
