import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMariadb } from '../support/mariadb.ts';
import type { PrivateServer } from '../support/test-server.ts';
import { type ServeProcess, startServe } from './serve-process.ts';

let database: PrivateServer;
let directory: string;
let server: ServeProcess;

beforeAll(async () => {
  database = await startMariadb({ args: ['--max-connections=50'] });
  const { host, port, user, password } = database;
  const admin = await createConnection({ host, port, user, password });
  const users = Array.from({ length: 200 }, (_, index) => `user_${index}@'%' IDENTIFIED BY 'secret'`);
  await admin.query(`CREATE USER ${users.join(', ')}`);
  await admin.end();
  directory = await mkdtemp(join(tmpdir(), 'pharus-crowded-'));
  server = startServe({ PHARUS_PORT: '0', PHARUS_DATA_DIR: directory, PHARUS_POOL_WAIT: '30s' });
});
afterAll(async () => {
  server?.kill('SIGKILL');
  await server?.ended;
  await database?.stop();
  await rm(directory, { recursive: true, force: true });
});

test.each([
  ['two hundred users', (index: number) => `user_${index}`],
  ['one user', () => 'user_0'],
])('two hundred logins of %s at once succeed where the database takes fifty connections', async (_name, userOf) => {
  const url = await server.url;
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const login = {
        databaseAddress: `${database.host}:${database.port}`,
        username: userOf(index),
        password: 'secret',
      };
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${url}/login`, { method: 'POST', headers, body: JSON.stringify(login) });
      return answer.status === 200 ? 200 : await answer.text();
    }),
  );
  expect(statuses).toEqual(Array(200).fill(200));
});
