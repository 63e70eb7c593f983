import type { Connection } from '../connection/connection.ts';
import { Catalog } from '../table/catalog.ts';
import { Schema } from './schema.ts';

export interface DatabaseOptions {
  /** Milliseconds that what is known of tables may be old; default 1000. */
  readonly metadataAge?: number;
}

/** A database as one user sees it: its schemas and their tables. */
export class Database {
  readonly connection: Connection;
  readonly catalog: Catalog;

  constructor(connection: Connection, { metadataAge = 1000 }: DatabaseOptions = {}) {
    this.connection = connection;
    this.catalog = new Catalog(connection, { maxAge: metadataAge });
  }

  /** Names of the schemas the user can see, sorted; the server's own are left out. */
  schemas(): Promise<readonly string[]> {
    return this.catalog.schemas();
  }

  /** A schema by name; whether it exists is seen when it is asked for something. */
  schema(name: string): Schema {
    return new Schema(this.connection, this.catalog, name);
  }

  /** Proves the user and password by opening a session with them. */
  verify(): Promise<void> {
    return this.connection.verify();
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
