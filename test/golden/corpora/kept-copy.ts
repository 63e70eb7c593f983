import { quoted } from '../../support/backend.ts';
import type { Backend } from '../../support/backends.ts';

/** A copy of some tables as they are now, to bring back rows that were deleted and to prove that nothing is different. */
export class KeptCopy {
  readonly #backend: Backend;
  readonly #schema: string;
  readonly #then = new Map<string, unknown>();
  readonly #copies = new Map<string, { readonly copy: string; readonly columns: string }>();

  private constructor(backend: Backend, schema: string) {
    this.#backend = backend;
    this.#schema = schema;
  }

  /**
   * @param tables full names, quoted.
   * @param touched those that will lose rows.
   */
  static async of(
    backend: Backend,
    schema: string,
    tables: readonly string[],
    touched: ReadonlySet<string>,
  ): Promise<KeptCopy> {
    const kept = new KeptCopy(backend, schema);
    const checksums = await kept.#checksums(tables);
    for (const [index, table] of tables.entries()) kept.#then.set(table, checksums[index]);
    await backend.createSchemas(schema);
    for (const [index, table] of [...touched].entries()) {
      const copy = `${quoted(schema)}.t${index}`;
      const columns = (await storedColumns(backend, table)).join(', ');
      kept.#copies.set(table, { copy, columns });
      await backend.query(`CREATE TABLE ${copy} AS SELECT ${columns} FROM ${table}`);
    }
    return kept;
  }

  /** Inserts again what is missing, as a dump would: without looking at foreign keys. */
  async bringBack(tables: Iterable<string>, keyOf: (table: string) => readonly string[]): Promise<void> {
    const inserts = [...tables].map((table) => {
      const { copy, columns } = this.#copies.get(table) as { copy: string; columns: string };
      const on = keyOf(table).map((name) => `t.${quoted(name)} = k.${quoted(name)}`);
      const missing = `NOT EXISTS (SELECT 1 FROM ${table} t WHERE ${on.join(' AND ')})`;
      return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${copy} k WHERE ${missing};`;
    });
    const unchecked = {
      mysql: `SET foreign_key_checks = 0, sql_mode = 'ANSI_QUOTES,NO_AUTO_VALUE_ON_ZERO'; ${inserts.join('\n')}
        SET foreign_key_checks = 1, sql_mode = DEFAULT, sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')`,
      postgresql: `BEGIN; SET LOCAL session_replication_role = replica; ${inserts.join('\n')} COMMIT`,
    };
    await this.#backend.query(unchecked[this.#backend.family]);
  }

  /** Names of the tables whose rows are not what they were. */
  async changed(tables: readonly string[]): Promise<readonly string[]> {
    const now = await this.#checksums(tables);
    return tables.filter((table, index) => now[index] !== this.#then.get(table));
  }

  async drop(): Promise<void> {
    await this.#backend.dropSchemas(this.#schema);
  }

  async #checksums(tables: readonly string[]): Promise<readonly unknown[]> {
    if (this.#backend.family === 'postgresql') {
      const sums = tables.map(
        (table, index) =>
          `SELECT ${index} AS place, COUNT(*) || '/' || SUM(hashtextextended(t::text, 0)) AS sum FROM ${table} t`,
      );
      const rows = await this.#backend.query<{ sum: string }>(`${sums.join(' UNION ALL ')} ORDER BY place`);
      return rows.map(({ sum }) => sum);
    }
    const rows = await this.#backend.query<{ Checksum: unknown }>(`CHECKSUM TABLE ${tables.join(', ')}`);
    return rows.map(({ Checksum }) => Checksum ?? new Error('no checksum'));
  }
}

/** The columns of a table that can be given, quoted. */
async function storedColumns(backend: Backend, table: string): Promise<readonly string[]> {
  const [schema, name] = table.slice(1, -1).split('"."');
  const columns = await backend.query<{ name: string; expression: string | null }>(
    `SELECT column_name AS name, generation_expression AS expression FROM information_schema.columns
     WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`,
    [schema, name],
  );
  return columns.filter(({ expression }) => !expression).map(({ name }) => quoted(name));
}
