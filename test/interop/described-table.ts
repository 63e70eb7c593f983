import { tablePath } from '../support/api.ts';
import type { Interop } from './matrix.ts';
import type { PythonAttribute, PythonCell } from './python-cell.ts';

/** A table as the Python library describes it (see `python/virtual.py`). */
export interface DescribedTable {
  /** As clients write it, `Session.Trial`. */
  readonly name: string;
  readonly tier: string;
  /** The table's name in the database, `session__trial`. */
  readonly stored: string;
  readonly primaryKey: readonly string[];
  readonly attributes: readonly PythonAttribute[];
  readonly definition: string;
  readonly rows: readonly (readonly PythonCell[])[];
  /** All digits of 32-bit floats, by attribute, row by row. */
  readonly exactFloats: Readonly<Record<string, readonly PythonCell[]>>;
}

export async function describeSchema({ python }: Interop, schema: string): Promise<readonly DescribedTable[]> {
  return await python.ask('describe_schema', { schema });
}

/** What a table's route answers, as text; fails where it is refused. */
export async function read(
  { client }: Interop,
  schema: string,
  table: string,
  route: Parameters<typeof tablePath>[2],
  query = '',
): Promise<string> {
  const path = tablePath(schema, table, route) + query;
  const { status, text } = await client.get(path);
  if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${text}`);
  return text;
}
