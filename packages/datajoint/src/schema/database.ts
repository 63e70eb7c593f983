import type { Connection } from '../connection/connection.ts';
import type { Generation } from '../dialect/storage.ts';
import { DataJointError } from '../errors.ts';
import { ObjectKeeper } from '../store/object-keeper.ts';
import { Stores } from '../store/stores.ts';
import { Catalog } from '../table/catalog.ts';
import { ChangeWatch } from '../table/change-watch.ts';
import { PageMarks } from '../table/page-marks.ts';
import { RowCounts } from '../table/row-counts.ts';
import { signSchema } from './own-tables.ts';
import { Schema } from './schema.ts';

export interface DatabaseOptions {
  /** Milliseconds that what is known of tables may be old; default 1000. */
  readonly metadataAge?: number;
  /** Where values are kept that are not in the database; see `loadStores`. */
  readonly stores?: Stores | undefined;
}

export interface CreateSchemaOptions {
  readonly generation?: Generation;
}

/** A database as one user sees it: its schemas and their tables. */
export class Database {
  readonly connection: Connection;
  readonly catalog: Catalog;
  readonly counts: RowCounts;
  readonly marks: PageMarks;

  constructor(connection: Connection, { metadataAge = 1000, stores = new Stores() }: DatabaseOptions = {}) {
    this.connection = connection;
    this.catalog = new Catalog(connection, { maxAge: metadataAge, objects: new ObjectKeeper(stores) });
    const watch = new ChangeWatch(connection);
    this.counts = new RowCounts(connection, watch);
    this.marks = new PageMarks(watch);
  }

  /** Names of the schemas the user can see, sorted; the server's own are left out. */
  schemas(): Promise<readonly string[]> {
    return this.catalog.schemas();
  }

  /** A schema by name; whether it exists is seen when it is asked for something. */
  schema(name: string): Schema {
    return new Schema(this.connection, this.catalog, name);
  }

  /**
   * Makes a schema; one that is there already is taken as it is.
   *
   * @param options.generation whose tables it will hold; DataJoint 2 by default. The older generation is for pipelines
   *   that are still worked on with Python's DataJoint 0.14, in MySQL and MariaDB.
   * @throws DataJointError for a schema that is there with tables of the other generation.
   */
  async createSchema(name: string, { generation }: CreateSchemaOptions = {}): Promise<Schema> {
    const { connection, catalog } = this;
    const { dialect } = connection;
    if (!dialect.canName(name) || name === '') {
      throw new DataJointError(`No schema can have the name ${JSON.stringify(name.slice(0, 80))}.`);
    }
    if (generation === 'legacy' && dialect.generation !== 'legacy') {
      throw new DataJointError('This database holds tables of DataJoint 2 only. Leave the generation out.');
    }
    catalog.invalidate();
    const schema = this.schema(name);
    if (!(await catalog.hasSchema(name))) await connection.execute(dialect.ddl.createSchema(name));
    catalog.invalidate();
    const stored = await schema.generation();
    if (stored !== undefined && generation !== undefined && stored !== generation) {
      throw new DataJointError(
        `Schema ${JSON.stringify(name)} holds tables of ${nameOf(stored)}, not of ${nameOf(generation)}. Choose another name.`,
      );
    }
    if (stored === undefined) await signSchema(connection, name, generation ?? '2');
    catalog.invalidate();
    return schema;
  }

  /** Proves the user and password by opening a session with them. */
  verify(): Promise<void> {
    return this.connection.verify();
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

const nameOf = (generation: Generation): string => (generation === '2' ? 'DataJoint 2' : 'DataJoint 0.14');
