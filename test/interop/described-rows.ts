import type { DescribedTable } from './described-table.ts';
import { canonicalJson, isOpaqueType, jsonOf, type PythonCell } from './python-cell.ts';

/** Without bytes and files, which become null, and without dates that only a lenient session takes. */
export function withoutWhatJsonCannotSay(table: DescribedTable): DescribedTable {
  const kept = table.rows.map((row) => !JSON.stringify(row).includes('-00-00'));
  return {
    ...table,
    rows: table.rows
      .filter((_, row) => kept[row])
      .map((row) => row.map((cell, index) => (isOpaqueType(table.attributes[index]?.[1] ?? '') ? null : cell))),
    exactFloats: Object.fromEntries(
      Object.entries(table.exactFloats).map(([name, cells]) => [name, cells.filter((_, row) => kept[row])]),
    ),
  };
}

/** Orders tables so that those that follow others come after them. */
export function parentsFirst(a: DescribedTable, b: DescribedTable): number {
  return Number(a.name.startsWith('Follows')) - Number(b.name.startsWith('Follows'));
}

/** The names of all attributes that JSON has values for. */
export function names({ attributes }: DescribedTable): readonly string[] {
  return attributes.flatMap(([name, type]) => (isOpaqueType(type) ? [] : [name]));
}

/** A row as the JSON text of a record. */
export function recordOf(table: DescribedTable, row: number, attributes: readonly string[]): string {
  const fields = attributes.map((name) => {
    const index = table.attributes.findIndex((attribute) => attribute[0] === name);
    // Python's own text of a 32-bit float has lost digits.
    const cell = table.exactFloats[name]?.[row] ?? table.rows[row]?.[index] ?? null;
    return `${JSON.stringify(name)}: ${jsonOf(cell)}`;
  });
  return `{${fields.join(', ')}}`;
}

/** Every row with these values of the next one. */
export function rotate(table: DescribedTable, attributes: readonly string[]): DescribedTable {
  const { rows, exactFloats } = table;
  const next = (row: number): number => (row + 1) % rows.length;
  return {
    ...table,
    rows: rows.map((cells, row) =>
      cells.map((cell, index) => {
        const isRotated = attributes.includes(table.attributes[index]?.[0] ?? '');
        return isRotated ? (rows[next(row)]?.[index] ?? null) : cell;
      }),
    ),
    exactFloats: Object.fromEntries(
      Object.entries(exactFloats).map(([name, cells]) => [name, cells.map((_, row) => cells[next(row)] ?? null)]),
    ),
  };
}

/** What to compare: rows as lines. */
export function contents(tables: readonly DescribedTable[]): Readonly<Record<string, unknown>> {
  const line = (cells: readonly PythonCell[]): string => cells.map(cellText).join(' | ');
  return Object.fromEntries(
    tables.map(({ name, rows, exactFloats }) => [
      name,
      rows.map((row, number) => line([...row, ...Object.values(exactFloats).map((cells) => cells[number] ?? null)])),
    ]),
  );
}

/** MySQL sorts the keys of its JSON objects. */
export function cellText(cell: PythonCell): string {
  return canonicalJson(JSON.parse(JSON.stringify(cell, sortedEntries)));
}

function sortedEntries(name: string, value: unknown): unknown {
  return name === 'dict' && Array.isArray(value)
    ? [...value].sort((a, b) => (JSON.stringify(a[0]) < JSON.stringify(b[0]) ? -1 : 1))
    : value;
}
