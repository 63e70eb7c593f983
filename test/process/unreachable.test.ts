import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pairOf, readPrivateKey } from '../../packages/server/src/auth/rsa-keys.ts';
import { tokenAuthority } from '../../packages/server/src/auth/token.ts';
import { type Answer, type Gateway, openGateway, tablePath } from '../backends/gateway.ts';
import { describeEachBackend } from '../support/backends.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { startMariadb } from '../support/mariadb.ts';
import { type RogueServer, startRogueServer } from '../support/rogue-server.ts';
import { freePort, type PrivateServer } from '../support/test-server.ts';

const problem = { accept: 'application/problem+json' };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const tokens = tokenAuthority({ keys: pairOf(readPrivateKey(pem, 'test')), lifetime: 3_600_000 });

interface Timed {
  readonly status: number;
  readonly text: string;
  readonly seconds: number;
}

async function timed(asked: Promise<Answer>): Promise<Timed> {
  const start = performance.now();
  const { status, text } = await asked;
  return { status, text, seconds: (performance.now() - start) / 1000 };
}

describe('a database that cannot be reached', () => {
  let gateway: Gateway;
  /** With less patience. */
  let hasty: Gateway;
  let silent: RogueServer;
  let closing: RogueServer;
  let babbling: RogueServer;
  let endless: RogueServer;
  /** Where to connect, by what is wrong there. */
  let places: Record<string, string>;

  beforeAll(async () => {
    gateway = await openGateway();
    hasty = await openGateway({ environment: { PHARUS_PRIVATE_KEY: pem, PHARUS_CONNECT_TIMEOUT: '1s' } });
    silent = await startRogueServer(() => undefined);
    closing = await startRogueServer((socket) => socket.destroy());
    babbling = await startRogueServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    endless = await startRogueServer((socket) => {
      const more = setInterval(() => socket.write(Buffer.alloc(65_536, 7)), 5);
      socket.on('close', () => clearInterval(more));
    });
    places = {
      'closed port': `127.0.0.1:${await freePort()}`,
      'closes at once': `127.0.0.1:${closing.port}`,
      'accepts and stays silent': `127.0.0.1:${silent.port}`,
      'speaks something else': `127.0.0.1:${babbling.port}`,
      'never ends its greeting': `127.0.0.1:${endless.port}`,
      'no such host': 'pharus-no-such-host.invalid:3306',
      'no such address': '192.0.2.1:3306',
    };
  });
  afterAll(async () => {
    await gateway?.close();
    await hasty?.close();
    for (const rogue of [silent, closing, babbling, endless]) await rogue?.stop();
  });

  const logIn = (databaseAddress: string, through = gateway): Promise<Timed> =>
    timed(through.ask('POST', '/login', { body: { databaseAddress, username: 'x', password: 'y' } }));

  test('is told about in one sentence, the same whatever the reason, within the connect timeout', async () => {
    const asked = Object.entries(places).map(async ([what, place]) => [what, place, await logIn(place)] as const);
    const sentences = new Set<string>();
    for (const [what, place, { status, text, seconds }] of await Promise.all(asked)) {
      expect.soft(status, what).toBe(500);
      expect.soft(seconds, what).toBeLessThan(6);
      expect.soft(text, what).toContain(place);
      expect.soft(text, what).toMatch(/could not be reached/);
      expect.soft(text, what).not.toMatch(/\n|ECONN|ENOTFOUND|EAI_|ETIMEDOUT|\bat .*:\d+:\d+/);
      sentences.add(text.replace(place, 'PLACE'));
    }
    expect([...sentences]).toHaveLength(1);
  });

  test('is told about the same to who has a token, on every route', async () => {
    const asked = Object.entries(places).map(async ([what, place]) => {
      const token = await tokens.issue({ databaseAddress: place, username: 'x', password: 'y' });
      const [read, exact, write] = await Promise.all([
        timed(hasty.ask('GET', tablePath('a', 'B'), { token })),
        timed(hasty.ask('GET', '/schema', { token, headers: problem })),
        timed(hasty.ask('POST', tablePath('a', 'B'), { token, body: { records: [{ a: 1 }] } })),
      ]);
      return [what, place, read, exact, write] as const;
    });
    const sentences = new Set<string>();
    for (const [what, place, read, exact, write] of await Promise.all(asked)) {
      expect.soft([read.status, exact.status, write.status], what).toEqual([500, 503, 500]);
      for (const { seconds } of [read, exact, write]) expect.soft(seconds, what).toBeLessThan(3);
      for (const { text } of [read, write]) sentences.add(text.replace(place, 'PLACE'));
      expect.soft(JSON.parse(exact.text), what).toMatchObject({ code: 'DATABASE_UNREACHABLE', status: 503 });
    }
    expect([...sentences]).toHaveLength(1);
  });

  test('keeps nobody else waiting', async () => {
    const many = Array.from({ length: 60 }, () => logIn(places['accepts and stays silent'] ?? '', hasty));
    const versions = await Promise.all(Array.from({ length: 20 }, () => timed(hasty.ask('GET', '/version'))));
    for (const { status, seconds } of versions) expect([status, seconds < 1]).toEqual([200, true]);
    const slowest = Math.max(...(await Promise.all(many)).map(({ seconds }) => seconds));
    expect(slowest).toBeLessThan(8);
  });

  test('is not told about where the list of databases does not allow it, and not even tried', async () => {
    const strict = await openGateway({ environment: { PHARUS_DATABASE_HOSTS: 'db.example.org:3306' } });
    const before = [silent.connections, closing.connections];
    for (const databaseAddress of Object.values(places)) {
      const body = { databaseAddress, username: 'x', password: 'y' };
      const answer = await timed(strict.ask('POST', '/login', { body, headers: problem }));
      expect([answer.status, answer.seconds < 0.5]).toEqual([403, true]);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'HOST_NOT_ALLOWED' });
    }
    expect([silent.connections, closing.connections]).toEqual(before);
    await strict.close();
  });
});

describeEachBackend((backend) => {
  const schema = 'pharus_slow';
  const running = {
    mysql: `SELECT 1 FROM information_schema.processlist
      WHERE info LIKE '%pharus_slow%slow%' AND info NOT LIKE '%processlist%'`,
    postgresql: `SELECT 1 FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE '%pharus_slow%slow%' AND query NOT LIKE '%pg_stat_activity%'`,
  }[backend.family];

  test('a statement that takes too long is stopped and told about', async () => {
    const cross = Array.from({ length: 9 }, (_, index) => `${schema}.ten t${index}`).join(', ');
    await backend.createSchemas(schema);
    await backend.query(`CREATE TABLE ${schema}.ten (n int);
      INSERT INTO ${schema}.ten VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)`);
    const gateway = await openGateway({ environment: { PHARUS_STATEMENT_TIMEOUT: '1s' } });
    const token = await gateway.login(backend);
    const slow = (): Promise<Timed> => timed(gateway.ask('GET', tablePath(schema, 'Slow'), { token }));
    await backend.query(`CREATE VIEW ${schema}.slow AS SELECT COUNT(*) AS id FROM ${cross} WHERE t0.n + t8.n > t4.n`);
    const { status, text, seconds } = await slow();
    expect([status, text]).toEqual([504, expect.stringMatching(/^TimeoutError: /)]);
    expect(seconds).toBeLessThan(4);
    // The count of the rows, begun a moment later, ends with it. Of PGlite nothing is left that could run.
    if (backend.name !== 'pglite') await expect.poll(() => backend.query(running), { timeout: 2000 }).toEqual([]);
    expect((await gateway.ask('GET', '/schema', { token })).status).toBe(200);
    await gateway.close();
    await backend.dropSchemas(schema);
  });
});

describe('a MariaDB that takes encrypted connections only', () => {
  let directory: string;
  let certificates: Certificates;
  let server: PrivateServer;
  let localhost: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pharus-encrypted-'));
    certificates = await makeCertificates(directory, ['DNS:localhost']);
    const { caFile, certFile, keyFile } = certificates;
    server = await startMariadb({
      args: [`--ssl-ca=${caFile}`, `--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`, '--require-secure-transport=ON'],
    });
    localhost = `localhost:${server.port}`;
  });
  afterAll(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const logIn = async (environment: Record<string, string>, databaseAddress = localhost): Promise<Answer> => {
    const gateway = await openGateway({ environment });
    const body = { databaseAddress, username: server.user, password: server.password };
    const answer = await gateway.ask('POST', '/login', { body });
    const { jwt } = answer.status === 200 ? answer.json : {};
    if (typeof jwt === 'string') expect((await gateway.ask('GET', '/schema', { token: jwt })).status).toBe(200);
    await gateway.close();
    return answer;
  };

  test('is reached with the default settings', async () => {
    expect((await logIn({})).status).toBe(200);
    expect((await logIn({ PHARUS_DATABASE_TLS: 'required' })).status).toBe(200);
    expect((await logIn({ PHARUS_DATABASE_TLS: 'off' })).status).toBe(500);
  });

  test('is believed with verify-full where its certificate is right, and refused where it is wrong', async () => {
    const verified = { PHARUS_DATABASE_TLS: 'verify-full', PHARUS_DATABASE_CA: certificates.caFile };
    expect((await logIn(verified)).status).toBe(200);
    const wrong: readonly (readonly [Record<string, string>, string])[] = [
      [verified, `127.0.0.1:${server.port}`],
      [{ PHARUS_DATABASE_TLS: 'verify-full' }, localhost],
    ];
    for (const [environment, address] of wrong) {
      const { status, text } = await logIn(environment, address);
      expect([status, text]).toEqual([500, expect.stringMatching(/^UnreachableError: [^\n]+$/)]);
    }
    const missing = openGateway({ environment: { PHARUS_DATABASE_CA: join(directory, 'none.pem') } });
    await expect(missing).rejects.toThrow(/PHARUS_DATABASE_CA: expected/);
  });
});
