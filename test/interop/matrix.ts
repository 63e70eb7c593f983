import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, type ApiClient, startApi } from '../support/api.ts';
import { type Backend, connectBackend, describeEachBackend } from '../support/backends.ts';
import { startMariadb } from '../support/mariadb.ts';
import { startMysql, whyNoMysql } from '../support/mysql.ts';
import { python23, python014 } from '../support/python.ts';
import { PythonSession } from './python-session.ts';

export type Generation = 'legacy' | 'current';

/** A server, a Python library on it, and the REST API on it. */
export interface Interop {
  readonly generation: Generation;
  readonly backend: Backend;
  readonly python: PythonSession;
  readonly client: ApiClient;
  /** Makes an empty schema, where it matters in utf8mb4, and answers its name. */
  createSchema(name: string): Promise<string>;
}

const libraries = {
  legacy: { title: 'datajoint 0.14', interpreter: python014, version: /^0\.14\./ },
  current: { title: 'datajoint 2.3', interpreter: python23, version: /^2\.3\./ },
} as const;

/** The libraries that speak with each database, or why none does. */
const generations: Readonly<Record<Backend['name'], readonly Generation[] | string>> = {
  mariadb: ['legacy', 'current'],
  mysql: ['legacy', 'current'],
  postgres: ['current'],
  pglite: 'its database lives in this process, where Python cannot reach it',
};

/** Describes the same behaviour with each Python library on each server of the matrix, in the zone they are in. */
export function describeEachLibrary(body: (interop: () => Interop) => void): void {
  describeEachBackend((backend) => describeLibraries(backend.name, () => backend, body));
}

/** The same on servers that are in New York, clocks and all. */
export function describeEachLibraryInNewYork(body: (interop: () => Interop) => void): void {
  const servers = inject('servers');
  // What is declared need not survive a power cut.
  const options = { env: { TZ: 'America/New_York' }, args: ['--innodb-flush-method=nosync', '--innodb-doublewrite=0'] };
  describeOne('mariadb', servers.mariadb.reason, () => startMariadb(options));
  describeOne('mysql', servers.mysql.reason ?? whyNoMysql(), () => startMysql(options));

  function describeOne(name: Backend['name'], reason: string | undefined, start: typeof startMariadb): void {
    if (reason !== undefined) {
      test(`${name} in New York: not available because ${reason}`, () => undefined);
      return;
    }
    describe(`${name} in New York`, () => {
      let backend: Backend;
      const ends: (() => Promise<unknown>)[] = [];
      beforeAll(async () => {
        const server = await start();
        ends.push(server.stop);
        const connected = connectBackend(server);
        ends.push(connected.close);
        backend = connected.backend;
      });
      afterAll(async () => {
        for (const end of ends.reverse()) await end();
      });

      test('the clocks are those of New York, in winter and in summer', async () => {
        const winter = "TIMESTAMPDIFF(HOUR, '2024-01-01', FROM_UNIXTIME(1704067200)) AS winter";
        const summer = "TIMESTAMPDIFF(HOUR, '2024-07-01', FROM_UNIXTIME(1719792000)) AS summer";
        const [row] = await backend.query(`SELECT @@time_zone AS zone, ${winter}, ${summer}`);
        expect(row).toEqual({ zone: 'SYSTEM', winter: '-5', summer: '-4' });
      });

      describeLibraries(name, () => backend, body);
    });
  }
}

function describeLibraries(
  name: Backend['name'],
  backend: () => Backend,
  body: (interop: () => Interop) => void,
): void {
  const spoken = generations[name];
  if (typeof spoken === 'string') {
    test(`no library, because ${spoken}`, () => undefined);
    return;
  }
  for (const generation of spoken) {
    const { title, interpreter, version } = libraries[generation];
    describe(title, () => {
      let interop: Interop | undefined;
      let api: Api | undefined;
      beforeAll(async () => {
        const { host, port, user, password, family } = backend();
        const python = await PythonSession.start(await interpreter());
        api = await startApi();
        interop = {
          generation,
          backend: backend(),
          python,
          client: await api.login(backend()),
          async createSchema(name) {
            const schema = `interop_${generation}_${name}`;
            await backend().createSchemas(schema);
            return schema;
          },
        };
        expect(await python.ask('connect', { backend: family, host, port, user, password })).toMatch(version);
      });
      afterAll(async () => {
        await interop?.python.close();
        await api?.close();
      });
      body(() => {
        if (interop === undefined) throw new Error('The library is not there yet: ask for it inside of tests.');
        return interop;
      });
    });
  }
}
