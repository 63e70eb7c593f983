import {
  Connection,
  Database,
  type DatabaseOptions,
  type Dialect,
  type Driver,
  mysqlDialect,
  mysqlDriver,
  postgresDialect,
  postgresDriver,
} from '../../packages/datajoint/src/index.ts';
import { budgetedDriver } from '../../packages/server/src/sessions/budgeted-driver.ts';
import type { ConnectionFactory, ConnectionSettings } from '../../packages/server/src/sessions/connection-factory.ts';
import type { Backend } from './backend.ts';

/** Databases of PGlite in this process, by the ports they are known by. */
const embedded = new Map<number, Driver>();
let lastPort = 0;

/** Has `connectToBackend` find a database inside this process on a port of 127.0.0.1. */
export function embed(driver: Driver): { readonly port: number; readonly release: () => void } {
  lastPort += 1;
  const port = lastPort;
  embedded.set(port, driver);
  return { port, release: () => void embedded.delete(port) };
}

/** How a server that is tested connects, and through what else, given the driver it would take. */
export const connectThrough =
  (through: (driver: Driver) => Driver): ConnectionFactory =>
  ({ budget, family, ...settings }) => {
    const { dialect, driver } = backendOf({ family, port: settings.port });
    return new Connection({
      ...settings,
      dialect,
      driver: budgetedDriver(through(driver), budget, settings.pool.acquireTimeout),
    });
  };

/** Connects to all databases of the matrix. */
export const connectToBackend: ConnectionFactory = connectThrough((driver) => driver);

/** The library's own view of a database of the matrix, as the administrator. */
export function openDatabase({ family, host, port, user, password }: Backend, options?: DatabaseOptions): Database {
  return new Database(new Connection({ host, port, user, password, ...backendOf({ family, port }) }), options);
}

function backendOf({ family, port }: Pick<ConnectionSettings, 'family' | 'port'>): {
  readonly dialect: Dialect;
  readonly driver: Driver;
} {
  if (family === 'mysql') return { dialect: mysqlDialect, driver: mysqlDriver };
  return { dialect: postgresDialect, driver: embedded.get(port) ?? postgresDriver };
}

/** A connection of the library itself, as the administrator. */
export function connectionTo(backend: Backend): Connection {
  const { family, host, port, user, password } = backend;
  return new Connection({ host, port, user, password, ...backendOf({ family, port }) });
}
