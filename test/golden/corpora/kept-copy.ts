import type { Backend } from '../../support/backends.ts';

/** A copy of some tables as they are now, to bring back rows that were deleted and to prove that nothing is different. */
export class KeptCopy {
  readonly #backend: Backend;
  readonly #schema: string;
  readonly #then = new Map<string, unknown>();
  readonly #copies = new Map<string, { readonly copy: string; readonly columns: readonly string[] }>();

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
    await backend.query(`CREATE DATABASE \`${schema}\``);
    for (const [index, table] of [...touched].entries()) {
      const copy = `\`${schema}\`.\`t${index}\``;
      const fields = await backend.query<{ Field: string; Extra: string }>(`SHOW COLUMNS FROM ${table}`);
      const columns = fields.filter(({ Extra }) => !/GENERATED/i.test(Extra.replace('DEFAULT_GENERATED', '')));
      kept.#copies.set(table, { copy, columns: columns.map(({ Field }) => `\`${Field.replaceAll('`', '``')}\``) });
      await backend.query(`CREATE TABLE ${copy} LIKE ${table}; ${kept.#copyRows(table, copy, table)}`);
    }
    return kept;
  }

  /** Inserts again what is missing, as a dump would: without looking at foreign keys. */
  async bringBack(tables: Iterable<string>, keyOf: (table: string) => readonly string[]): Promise<void> {
    const inserts = [...tables].map((table) => {
      const { copy } = this.#copies.get(table) as { copy: string };
      const on = keyOf(table).map((name) => `t.\`${name}\` = k.\`${name}\``);
      const missing = `${copy} k WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE ${on.join(' AND ')})`;
      return this.#copyRows(table, table, missing);
    });
    await this.#backend.query(`SET foreign_key_checks = 0; ${inserts.join('; ')}; SET foreign_key_checks = 1`);
  }

  /** Names of the tables whose rows are not what they were. */
  async changed(tables: readonly string[]): Promise<readonly string[]> {
    const now = await this.#checksums(tables);
    return tables.filter((table, index) => now[index] !== this.#then.get(table));
  }

  async drop(): Promise<void> {
    await this.#backend.query(`DROP DATABASE \`${this.#schema}\``);
  }

  #copyRows(table: string, into: string, from: string): string {
    const columns = this.#copies.get(table)?.columns.join(', ');
    return `SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO ${into} (${columns}) SELECT ${columns} FROM ${from}; SET sql_mode = DEFAULT`;
  }

  async #checksums(tables: readonly string[]): Promise<readonly unknown[]> {
    const rows = await this.#backend.query<{ Checksum: unknown }>(`CHECKSUM TABLE ${tables.join(', ')}`);
    return rows.map(({ Checksum }) => Checksum ?? new Error('no checksum'));
  }
}
