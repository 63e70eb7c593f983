import type { SmallTable } from './pipeline.ts';

/** Who logs in, and to what. */
export interface Login {
  readonly databaseAddress: string;
  readonly username: string;
  readonly password: string;
}

/** A database with the pipeline that is measured. */
export interface BenchDatabase {
  readonly name: DatabaseName;
  /** What it calls itself. */
  readonly version: string;
  readonly login: Login;
  /** Its processes; none where it runs inside of each server. */
  readonly pids: readonly number[];
  /** The settings that let pharus reach it. */
  readonly settings: Readonly<Record<string, string>>;
  /** What the floor is told to reach it. */
  readonly floor: object;
  /** Statements it has run so far; NaN where nobody counts them. */
  statements(): Promise<number>;
  /** A schema of small tables alone, each with a hundred rows. */
  addSchema(name: string, tables: readonly SmallTable[]): Promise<void>;
  /** Another user, who may read everything. */
  addReader(name: string): Promise<Login>;
  stop(): Promise<void>;
}

export const databaseNames = ['mariadb', 'postgresql', 'pglite'] as const;
export type DatabaseName = (typeof databaseNames)[number];

/** Starts one and fills it. Takes the better part of a minute. */
export async function startDatabase(name: DatabaseName): Promise<BenchDatabase> {
  switch (name) {
    case 'mariadb':
      return await (await import('./mysql/database.ts')).startMariadbDatabase();
    case 'postgresql':
      return await (await import('./postgres/database.ts')).startPostgresDatabase();
    case 'pglite':
      return await (await import('./postgres/pglite.ts')).makePgliteDatabase();
  }
}
