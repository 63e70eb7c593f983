import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { repositoryRoot } from '../support/shared.ts';
import { freePort } from '../support/test-server.ts';
import { mysqlServer } from './mysql-server.ts';
import { type ServeProcess, startServe } from './serve-process.ts';

const schema = 'pharus_replicas';
const database = mysqlServer();
const { host, port, user, password } = database;

let directory: string;
let admin: Connection;
let replicas: { readonly url: string; readonly process: ServeProcess }[];
let nginx: Nginx;
let front: string;

/** The configuration of the guide, for these ports. */
function configuration(listen: number, ports: readonly number[]): string {
  const page = readFileSync(join(repositoryRoot, 'docs/how-to/replicas.md'), 'utf8');
  const [, text = ''] = /```nginx\n([\s\S]*?)```/.exec(page) ?? [];
  const rest = [...ports];
  return text
    .replaceAll(/server 10\.0\.0\.\d+:5000/g, () => `server 127.0.0.1:${rest.shift()}`)
    .replace('listen 80;', `listen 127.0.0.1:${listen};`)
    .replace('$remote_addr consistent', '$remote_port consistent');
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** When it was asked, in the time of `performance.now()`. */
  readonly asked: number;
}

/** Failures of the connection are answers of status 0. */
function ask(url: string, token: string, body?: unknown, agent?: Agent): Promise<Answer> {
  const asked = performance.now();
  return new Promise((resolve) => {
    const lost = (error: Error): void => resolve({ status: 0, text: error.message, asked });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, asked }));
      answer.on('error', lost);
    });
    sent.on('error', lost);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function login(url: string): Promise<string> {
  const { text } = await ask(`${url}/login`, '', { databaseAddress: `${host}:${port}`, username: user, password });
  return (JSON.parse(text) as { jwt: string }).jwt;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pharus-replicas-'));
  admin = await createConnection({ host, port, user, password, multipleStatements: true });
  await admin.query(`DROP DATABASE IF EXISTS ${schema}; CREATE DATABASE ${schema};
    CREATE TABLE ${schema}.trial (trial int NOT NULL, PRIMARY KEY (trial))`);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const environment = {
    PHARUS_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    PHARUS_TRUST_PROXY: 'yes',
  };
  const ports = await Promise.all([1, 2, 3].map(() => freePort()));
  replicas = await Promise.all(
    ports.map(async (listen, index) => {
      const own = { PHARUS_PORT: String(listen), PHARUS_DATA_DIR: join(directory, String(index)) };
      const process = startServe({ ...environment, ...own });
      return { process, url: await process.url };
    }),
  );
  const listen = await freePort();
  nginx = await startNginx(configuration(listen, ports), listen);
  front = `http://127.0.0.1:${listen}`;
});
afterAll(async () => {
  await nginx?.stop();
  for (const { process } of replicas ?? []) {
    process.kill('SIGKILL');
    await process.ended;
  }
  await admin?.query(`DROP DATABASE IF EXISTS ${schema}`);
  await admin?.end();
  await rm(directory, { recursive: true, force: true });
});

test('a token of one replica is good at all, and through nginx', async () => {
  const token = await login(replicas[0]?.url ?? '');
  for (const url of [...replicas.map((replica) => replica.url), front, front, front]) {
    const { status, text } = await ask(`${url}/schema`, token);
    expect([status, text]).toEqual([200, expect.stringContaining(schema)]);
  }
});

test('where one is killed under load, nothing is lost but what it was answering', async () => {
  const token = await login(front);
  const record = `${front}/schema/${schema}/table/Trial/record`;
  const clients = 12;
  let isOver = false;
  let last = 0;
  const written: { readonly trial: number; readonly answer: Answer }[] = [];
  const read: Answer[] = [];
  const client = async (writes: boolean): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isOver) {
      if (writes) {
        last += 1;
        const trial = last;
        written.push({ trial, answer: await ask(record, token, { records: [{ trial }] }, agent) });
      } else read.push(await ask(`${record}?limit=5`, token, undefined, agent));
    }
    agent.destroy();
  };
  const load = Promise.all(Array.from({ length: clients }, (_, index) => client(index % 2 === 0)));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const [victim] = replicas;
  victim?.process.kill('SIGKILL');
  await victim?.process.ended;
  const killed = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  isOver = true;
  await load;

  const failed = [...read, ...written.map(({ answer }) => answer)].filter(({ status }) => status !== 200);
  expect(failed.length).toBeLessThanOrEqual(clients);
  expect(failed.filter(({ asked }) => asked > killed)).toEqual([]);
  // LabBook takes any failed write but 500 for success.
  const lost = written.filter(({ answer }) => answer.status !== 200);
  expect(lost.map(({ answer }) => answer.status)).toEqual(lost.map(() => 500));
  expect(read.filter(({ asked }) => asked > killed).length).toBeGreaterThan(clients);

  const [rows] = await admin.query<RowDataPacket[]>(`SELECT trial FROM ${schema}.trial`);
  const stored = new Set(rows.map(({ trial }) => Number(trial)));
  expect(written.filter(({ trial, answer }) => answer.status === 200 && !stored.has(trial))).toEqual([]);
  expect(rows.length).toBeLessThanOrEqual(written.length);
});

test('a replica that dies over a delete has no other repeat it', async () => {
  const asked: string[] = [];
  const dying = Array.from({ length: 3 }, () =>
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (request) => {
        asked.push(String(request).split(' ', 1)[0] as string);
        socket.destroy();
      });
    }).listen(0, '127.0.0.1'),
  );
  await Promise.all(dying.map((server) => once(server, 'listening')));
  const listen = await freePort();
  const own = await startNginx(
    configuration(
      listen,
      dying.map((server) => (server.address() as AddressInfo).port),
    ),
    listen,
  );
  try {
    const answer = await fetch(`http://127.0.0.1:${listen}/schema/lab/table/Trial/record`, { method: 'DELETE' });
    expect([answer.status, asked]).toEqual([500, ['DELETE']]);
    expect((await fetch(`http://127.0.0.1:${listen}/schema`)).status).toBe(500);
    expect(asked.filter((method) => method === 'GET').length).toBeGreaterThan(1);
  } finally {
    await own.stop();
    for (const server of dying) server.close();
  }
});
