import { afterAll, describe, inject, test } from 'vitest';
import type { Backend, ConnectedBackend } from './backend.ts';
import { connectMysqlBackend } from './mysql-backend.ts';
import { openPgliteBackend } from './pglite-backend.ts';
import { connectPostgresBackend } from './postgres-backend.ts';
import { type Family, type Product, productNames, products } from './products.ts';
import type { TestServer } from './test-server.ts';

export type { Backend } from './backend.ts';

/**
 * Describes the same behaviour on every backend of the matrix.
 *
 * What is not there stands in the report as a passing line that says why (and is printed once when the run starts):
 * never a silent skip.
 */
export function describeEachBackend(body: (backend: Backend) => void): void {
  for (const product of productNames) describeBackend(product, body);
}

/** The same on the backends of one family: for what only they have, such as the bytes their driver speaks. */
export function describeFamily(family: Family, body: (backend: Backend) => void): void {
  for (const product of productNames) if (products[product].family === family) describeBackend(product, body);
}

/** The same on one of them: for what is the same on every server of its family. */
export function describeBackend(product: Product, body: (backend: Backend) => void): void {
  const { title } = products[product];
  const { server, reason } = inject('servers')[product];
  if (server === undefined) {
    test(`${title}: not available because ${reason}`, () => undefined);
    return;
  }
  describe(title, () => {
    const { backend, close } = connectBackend(server);
    afterAll(close);
    body(backend);
  });
}

/** A backend of any server, one a test started by itself as well. Of PGlite, a database of its own each time. */
export function connectBackend(server: TestServer): ConnectedBackend {
  switch (server.product) {
    case 'postgres':
      return connectPostgresBackend(server);
    case 'pglite':
      return openPgliteBackend(server);
    default:
      return connectMysqlBackend(server);
  }
}
