import { Connection } from '../connection/connection.ts';
import type { Transaction } from '../connection/transaction.ts';
import { ConcurrencyError, DataJointError, QueryError, UnavailableError } from '../errors.ts';
import type { InputValue } from '../heading/codec/input-value.ts';
import { countExisting } from './existing-rows.ts';
import { nameParent } from './name-parent.ts';
import type { Table } from './table.ts';

/** A row of a file: its values by attribute, or why it is none. */
export interface FileRow {
  /** Counted from 1. */
  readonly row: number;
  readonly values: Readonly<Record<string, InputValue>> | DataJointError;
}

export interface ImportOptions {
  /** What becomes of rows whose key exists; an error by default. */
  readonly existing?: 'error' | 'skip' | 'replace' | undefined;
  /** Insert all rows to see what happens, and take them back. */
  readonly isDryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** So many wrong rows are named; then the import ends. */
  readonly maxProblems?: number | undefined;
}

/** A row that cannot be inserted, and why. */
export interface RowProblem {
  readonly row: number;
  readonly error: DataJointError;
}

export interface ImportedRows {
  /** Rows that were read. */
  readonly rows: number;
  /** Rows that were, or would be, inserted as new. */
  readonly inserted: number;
  /** Rows whose key was there before: refused, skipped or replaced. */
  readonly existing: number;
  readonly problems: readonly RowProblem[];
  /** False where the rest was not read any more, because there were too many problems. */
  readonly isComplete: boolean;
  /** Whether the rows are in the table now. */
  readonly isStored: boolean;
}

/** Rows that are sent together. */
const chunkRows = 500;

/**
 * Inserts the rows of a file in one transaction: all of them, or none where one is wrong or the run is dry. All wrong rows
 * are found, up to a limit. Memory does not follow the size of the file.
 * @throws UnsupportedTableType for a table that `populate` fills, DataJointError where the whole cannot be done: no privilege, no room, the connection lost.
 */
export async function importRows(
  table: Table,
  rows: AsyncIterable<FileRow>,
  { existing = 'error', isDryRun = false, signal, maxProblems = 100 }: ImportOptions = {},
): Promise<ImportedRows> {
  // Before anything is said of the file.
  table.checkDirectInsert();
  const { executor } = table;
  if (!(executor instanceof Connection)) throw new DataJointError('Expected a connection to import with.');
  const takenBack = new TakenBack();
  let outcome: Omit<ImportedRows, 'isStored'> | undefined;
  try {
    await executor.transaction(
      async (transaction) => {
        const run = new ImportRun(table, transaction, existing, maxProblems);
        outcome = await run.all(rows);
        if (isDryRun || outcome.problems.length > 0) throw takenBack;
      },
      { signal },
    );
    return { ...(outcome as Omit<ImportedRows, 'isStored'>), isStored: true };
  } catch (error) {
    if (error !== takenBack || outcome === undefined) throw error;
    const problems: RowProblem[] = [];
    for (const { row, error: reason } of outcome.problems) {
      problems.push({ row, error: await nameParent(reason, table.catalog) });
    }
    return { ...outcome, problems, isStored: false };
  }
}

/** Ends a transaction whose rows are not wanted. */
class TakenBack extends Error {}

class ImportRun {
  readonly #table: Table;
  readonly #existing: 'error' | 'skip' | 'replace';
  readonly #maxProblems: number;
  readonly #problems: RowProblem[] = [];
  #rows = 0;
  #inserted = 0;
  #found = 0;

  constructor(table: Table, transaction: Transaction, existing: 'error' | 'skip' | 'replace', maxProblems: number) {
    this.#table = table.using(transaction);
    this.#existing = existing;
    this.#maxProblems = maxProblems;
  }

  async all(rows: AsyncIterable<FileRow>): Promise<Omit<ImportedRows, 'isStored'>> {
    let isComplete = true;
    let chunk: FileRow[] = [];
    for await (const row of rows) {
      this.#rows += 1;
      chunk.push(row);
      if (chunk.length < chunkRows) continue;
      await this.#take(chunk);
      chunk = [];
      isComplete = this.#problems.length < this.#maxProblems;
      if (!isComplete) break;
    }
    if (isComplete) await this.#take(chunk);
    const [inserted, existing] = [this.#inserted, this.#found];
    const problems = this.#problems.sort((a, b) => a.row - b.row);
    return { rows: this.#rows, inserted, existing, problems, isComplete };
  }

  async #take(chunk: readonly FileRow[]): Promise<void> {
    const whole = chunk.filter((row) => !this.#isRefused(row));
    if (whole.length === 0) return;
    try {
      await this.#insert(whole);
    } catch (error) {
      if (!isAboutRow(error)) throw error;
      for (const row of whole) {
        if (this.#problems.length >= this.#maxProblems) return;
        await this.#insert([row]).catch((reason: unknown) => this.#note(row, reason));
      }
    }
  }

  #isRefused({ row, values }: FileRow): boolean {
    if (!(values instanceof DataJointError)) return false;
    if (this.#problems.length < this.#maxProblems) this.#problems.push({ row, error: values });
    return true;
  }

  async #insert(chunk: readonly FileRow[]): Promise<void> {
    const names = new Set(chunk.flatMap(({ values }) => Object.keys(values)));
    const rows = chunk.map(({ values }) => {
      const given = values as Readonly<Record<string, InputValue>>;
      return Object.fromEntries([...names].map((name) => [name, given[name]]));
    });
    const found = this.#existing === 'error' ? 0 : await countExisting(this.#table, rows);
    await this.#table.insert(rows, {
      replace: this.#existing === 'replace',
      skipDuplicates: this.#existing === 'skip',
    });
    this.#found += found;
    this.#inserted += chunk.length - found;
  }

  #note({ row }: FileRow, error: unknown): void {
    if (!(error instanceof DataJointError) || !isAboutRow(error)) throw error;
    if (error.code === 'DUPLICATE') this.#found += 1;
    this.#problems.push({ row, error });
  }
}

/** Whether a row is to blame, and not what others do at the same time or what the user may not do at all. */
function isAboutRow(error: unknown): boolean {
  if (error instanceof ConcurrencyError || error instanceof UnavailableError) return false;
  if (!(error instanceof DataJointError)) return false;
  return (
    ['INVALID_RECORD', 'INVALID_VALUE'].includes(error.code) ||
    (error instanceof QueryError && error.code !== 'ACCESS_DENIED')
  );
}
