import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthenticationError,
  type ConnectOptions,
  mysqlDriver,
  type TlsMode,
  UnreachableError,
} from '@pharus/datajoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectBackend, describeFamily } from '../support/backends.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { startMariadb } from '../support/mariadb.ts';
import { greeting, type RogueServer, startRogueServer } from '../support/rogue-server.ts';
import type { PrivateServer } from '../support/test-server.ts';

/** Opens a session, and tells whether the server says it is encrypted. */
async function cipherOf(options: ConnectOptions): Promise<string> {
  const session = await mysqlDriver.connect(options);
  const { rows } = await session.execute({ text: "SHOW SESSION STATUS LIKE 'Ssl_cipher'", params: [] });
  await session.close();
  const cipher = String(rows[0]?.[1]);
  expect(session.server.isEncrypted).toBe(cipher !== '');
  return cipher;
}

describe('a MariaDB that takes encrypted connections only', () => {
  let directory: string;
  let certificates: Certificates;
  let server: PrivateServer;
  let options: ConnectOptions;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pharus-tls-'));
    certificates = await makeCertificates(directory, ['DNS:localhost', 'IP:127.0.0.1']);
    const { caFile, certFile, keyFile } = certificates;
    server = await startMariadb({
      args: [`--ssl-ca=${caFile}`, `--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`, '--require-secure-transport=ON'],
    });
    const { host, port, user, password } = server;
    options = { host, port, user, password };
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test.each([undefined, 'preferred', 'required'] as const)('%s is encrypted', async (tls) => {
    expect(await cipherOf({ ...options, tls })).not.toBe('');
  });

  test('off is refused', async () => {
    // With the error of a wrong password: this server tells no more.
    await expect(cipherOf({ ...options, tls: 'off' })).rejects.toThrow(AuthenticationError);
  });

  test.each([
    ['the name', { host: 'localhost', address: '127.0.0.1' }],
    ['the IP address', { host: '127.0.0.1' }],
  ])('verify-full accepts a certificate for %s', async (_, place) => {
    const verified = { ...options, ...place, tls: 'verify-full' as const, tlsCa: certificates.ca };
    expect(await cipherOf(verified)).not.toBe('');
    // Once more, with the TLS session of before.
    expect(await cipherOf(verified)).not.toBe('');
  });

  test.each([
    ['another name', { host: 'db.example.org', address: '127.0.0.1' }],
    ['another IP address', { host: '127.0.0.2', address: '127.0.0.1' }],
  ])('verify-full refuses a certificate for %s', async (_, place) => {
    // A name that was right before does not vouch for one that is wrong now.
    await cipherOf({ ...options, host: 'localhost', address: '127.0.0.1', tls: 'verify-full', tlsCa: certificates.ca });
    const connecting = cipherOf({ ...options, ...place, tls: 'verify-full', tlsCa: certificates.ca });
    await expect(connecting).rejects.toThrow(UnreachableError);
    await expect(connecting).rejects.toThrow(`could not prove with a certificate that it is ${place.host}`);
  });

  test('verify-full refuses an authority that is not trusted', async () => {
    await expect(cipherOf({ ...options, host: 'localhost', tls: 'verify-full' })).rejects.toThrow('could not prove');
  });

  test('verify-full with a trust store that is none', async () => {
    const connecting = cipherOf({ ...options, host: 'localhost', tls: 'verify-full', tlsCa: 'not a certificate' });
    await expect(connecting).rejects.toThrow(UnreachableError);
  });

  test('stops statements over encrypted connections too', async () => {
    const { backend, close } = connectBackend(server);
    await close();
    expect(backend.name).toBe('mariadb');
    const session = await mysqlDriver.connect(options);
    const started = performance.now();
    const running = session.execute({ text: 'SELECT SLEEP(20)', params: [] }, { signal: AbortSignal.timeout(200) });
    await expect(running).rejects.toThrow('took longer');
    expect(performance.now() - started).toBeLessThan(2500);
  });
});

describe('a server without encryption', () => {
  let rogue: RogueServer;
  let received: Buffer[];

  beforeAll(async () => {
    rogue = await startRogueServer((socket) => {
      socket.write(greeting());
      socket.on('data', (data) => received.push(data));
    });
  });
  afterAll(async () => await rogue.stop());

  test.each(['required', 'verify-full'] as const)('%s sends it nothing', async (tls) => {
    received = [];
    const connecting = mysqlDriver.connect({
      host: '127.0.0.1',
      port: rogue.port,
      user: 'ann',
      password: 'secret',
      tls,
    });
    await expect(connecting).rejects.toThrow('offers no encryption, and it is required');
    expect(Buffer.concat(received).toString('latin1')).toBe('');
  });
});

test('a server that fails to encrypt is not told a password in the modes that require it', async () => {
  const received: Buffer[] = [];
  const rogue = await startRogueServer((socket) => {
    socket.write(greeting({ ssl: true }));
    socket.on('data', (data) => {
      received.push(data);
      // In the place of a TLS server's hello.
      socket.write(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'));
    });
  });
  for (const tls of ['required', 'verify-full'] as const) {
    const connecting = mysqlDriver.connect({
      host: '127.0.0.1',
      port: rogue.port,
      user: 'ann',
      password: 'secret',
      tls,
    });
    await expect(connecting).rejects.toThrow(UnreachableError);
  }
  expect(Buffer.concat(received).toString('latin1')).not.toContain('ann');
  await rogue.stop();
});

describeFamily('mysql', (backend) => {
  const { host, port, user, password } = backend;

  test('preferred connects, whatever the server offers', async () => {
    const isOffered = await cipherOf({ host, port, user, password, tls: 'required' }).then(
      () => true,
      () => false,
    );
    for (const _ of [1, 2]) expect((await cipherOf({ host, port, user, password })) !== '').toBe(isOffered);
    expect(await cipherOf({ host, port, user, password, tls: 'off' })).toBe('');
  });

  const methods = backend.name === 'mysql' ? ['caching_sha2_password', 'sha256_password'] : ['mysql_native_password'];
  const modes: TlsMode[] = backend.name === 'mysql' ? ['preferred', 'off', 'required'] : ['preferred', 'off'];
  test.each(methods.flatMap((method) => modes.map((tls) => [method, tls] as const)))('%s, %s', async (method, tls) => {
    const name = 'pharus_login';
    await backend.query(`DROP USER IF EXISTS ${name}@'%'`);
    const how = backend.name === 'mysql' ? 'WITH' : 'VIA';
    const secret = backend.name === 'mysql' ? "BY 'pässword 😀'" : "USING PASSWORD('pässword 😀')";
    await backend.query(`CREATE USER ${name}@'%' IDENTIFIED ${how} ${method} ${secret}`);
    const options = { host, port, user: name, tls };
    await expect(cipherOf({ ...options, password: 'pässword' })).rejects.toThrow(AuthenticationError);
    await cipherOf({ ...options, password: 'pässword 😀' });
    await backend.query(`DROP USER ${name}@'%'`);
  });
});
