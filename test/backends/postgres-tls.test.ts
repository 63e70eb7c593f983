import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthenticationError, type ConnectOptions, UnreachableError } from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresDriver } from '../../packages/datajoint/src/connection/postgres-driver.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { startRogueServer } from '../support/rogue-server.ts';

/** Opens a session, and tells whether the server says it is encrypted. */
async function isEncrypted(options: ConnectOptions): Promise<boolean> {
  const session = await postgresDriver.connect(options);
  const text = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  const { rows } = await session.execute({ text, params: [] });
  await session.close();
  const answer = rows[0]?.[0] === 't';
  expect(session.server.isEncrypted).toBe(answer);
  return answer;
}

const optionsFor = ({ host, port, user, password }: PostgresServer): ConnectOptions => ({ host, port, user, password });

describe('a server that encrypts', () => {
  let directory: string;
  let certificates: Certificates;
  let server: PostgresServer;
  let options: ConnectOptions;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pharus-tls-'));
    certificates = await makeCertificates(directory, ['DNS:localhost', 'IP:127.0.0.1']);
    server = await startPostgres({
      certificate: certificates,
      hba: [
        'hostssl all secure all scram-sha-256',
        'hostssl all clear all password',
        'hostnossl all clear all password',
        'host all old all md5',
        'host all postgres all scram-sha-256',
      ],
    });
    options = optionsFor(server);
    await server.psql("CREATE ROLE secure LOGIN PASSWORD 's'");
    await server.psql("CREATE ROLE clear LOGIN PASSWORD 'c'");
    await server.psql("SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD 'pässword 😀'");
  });
  afterAll(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([undefined, 'preferred', 'required'] as const)('%s is encrypted', async (tls) => {
    expect(await isEncrypted({ ...options, tls })).toBe(true);
  });

  test('off is not', async () => expect(await isEncrypted({ ...options, tls: 'off' })).toBe(false));

  test('off, of a user who may not', async () => {
    const secure = { ...options, user: 'secure', password: 's' };
    expect(await isEncrypted(secure)).toBe(true);
    const connecting = isEncrypted({ ...secure, tls: 'off' });
    await expect(connecting).rejects.toThrow(AuthenticationError);
    await expect(connecting).rejects.toThrow('not over this kind of connection');
  });

  test('a password goes in clear only where the connection does not', async () => {
    const clear = { ...options, user: 'clear', password: 'c' };
    expect(await isEncrypted(clear)).toBe(true);
    await expect(isEncrypted({ ...clear, password: 'wrong' })).rejects.toThrow('refused the user name or the password');
    await expect(isEncrypted({ ...clear, tls: 'off' })).rejects.toThrow('in a way that is not supported');
  });

  test('a password in the old form', async () => {
    for (const tls of ['off', 'required'] as const) {
      await isEncrypted({ ...options, user: 'old', password: 'pässword 😀', tls });
      await expect(isEncrypted({ ...options, user: 'old', password: 'wrong', tls })).rejects.toThrow(
        AuthenticationError,
      );
    }
  });

  test.each([
    ['the name', { host: 'localhost', address: '127.0.0.1' }],
    ['the IP address', { host: '127.0.0.1' }],
  ])('verify-full accepts a certificate for %s', async (_, place) => {
    expect(await isEncrypted({ ...options, ...place, tls: 'verify-full', tlsCa: certificates.ca })).toBe(true);
  });

  test.each([
    ['another name', { host: 'db.example.org', address: '127.0.0.1' }],
    ['another IP address', { host: '127.0.0.2', address: '127.0.0.1' }],
  ])('verify-full refuses a certificate for %s', async (_, place) => {
    const connecting = isEncrypted({ ...options, ...place, tls: 'verify-full', tlsCa: certificates.ca });
    await expect(connecting).rejects.toThrow(UnreachableError);
    await expect(connecting).rejects.toThrow(`could not prove with a certificate that it is ${place.host}`);
  });

  test('verify-full refuses an authority that is not trusted, and a trust store that is none', async () => {
    const verified = { ...options, host: 'localhost', address: '127.0.0.1', tls: 'verify-full' as const };
    await expect(isEncrypted(verified)).rejects.toThrow('could not prove');
    await expect(isEncrypted({ ...verified, tlsCa: 'not a certificate' })).rejects.toThrow(UnreachableError);
  });

  test('stops statements and large answers over encrypted connections too', async () => {
    const session = await postgresDriver.connect(options);
    const started = performance.now();
    const running = session.execute({ text: 'SELECT pg_sleep(20)', params: [] }, { signal: AbortSignal.timeout(200) });
    await expect(running).rejects.toThrow('took longer');
    expect(performance.now() - started).toBeLessThan(2500);
    const other = await postgresDriver.connect(options);
    let count = 0;
    const text = "SELECT repeat('x', 1000) FROM generate_series(1, 50000)";
    for await (const batch of other.stream({ text, params: [] })) count += batch.length;
    expect(count).toBe(50_000);
    for await (const _ of other.stream({ text, params: [] })) break;
    expect(other.isUsable).toBe(false);
  });
});

describe('a server that does not', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => await server?.stop());

  test.each([undefined, 'preferred', 'off'] as const)('%s goes in clear', async (tls) => {
    expect(await isEncrypted({ ...optionsFor(server), tls })).toBe(false);
  });

  test.each(['required', 'verify-full'] as const)('%s is refused', async (tls) => {
    const connecting = isEncrypted({ ...optionsFor(server), tls });
    await expect(connecting).rejects.toThrow(UnreachableError);
    await expect(connecting).rejects.toThrow('offers no encryption, and it is required');
  });
});

test('a TLS that fails is fallen back from where encryption is only preferred, and nothing was told before', async () => {
  const received: string[] = [];
  const rogue = await startRogueServer((socket) => {
    let said = '';
    socket.on('data', (data) => {
      said += data.toString('latin1');
      if (said.length === 8) socket.write('S');
      else {
        received.push(said);
        // In the place of a TLS server's hello.
        socket.end('SSH-2.0-OpenSSH_9.2\r\n');
      }
    });
  });
  const options = { host: '127.0.0.1', port: rogue.port, user: 'ann', password: 'secret', connectTimeout: 1000 };
  for (const tls of ['required', 'verify-full'] as const) {
    await expect(postgresDriver.connect({ ...options, tls })).rejects.toThrow(UnreachableError);
  }
  expect(received.join('')).not.toContain('ann');
  await expect(postgresDriver.connect(options)).rejects.toThrow('could not be reached');
  expect(received.join('')).toContain('ann');
  expect(received.join('')).not.toContain('secret');
  await rogue.stop();
});
