import { NumberLiteral } from '../../../packages/datajoint/src/index.ts';
import type { JsonValue } from '../../../packages/server/src/parse/json.ts';

/** A value as JSON, its numbers with the very digits they were read with. */
export function printed(value: JsonValue): string {
  if (value instanceof NumberLiteral) return String(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${printed(item)}`)}}`;
  }
  return JSON.stringify(value);
}

/** The restriction to the row with these key values. */
export function keyRestriction(names: readonly string[], values: readonly JsonValue[]): string {
  const items = names.map(
    (name, index) =>
      `{"attributeName":${JSON.stringify(name)},"operation":"=","value":${printed(values[index] as JsonValue)}}`,
  );
  return `[${items}]`;
}
