import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { createApp } from '../../packages/server/src/app.ts';
import { loadConfig } from '../../packages/server/src/config.ts';
import { pairOf } from '../../packages/server/src/auth/rsa-keys.ts';
import { connectBackend } from '../support/backends.ts';
import { startMariadb } from '../support/mariadb.ts';
import { shared } from '../support/shared.ts';
import { recordedCases } from './http/recording.ts';
import { requestHeaders } from './http/headers.ts';

test('x', async () => {
  const server = await startMariadb();
  const { backend, close } = connectBackend('mariadb', server);
  await backend.restore(shared('golden/http/initial.sql.gz'));
  await backend.query("CREATE DATABASE bench; CREATE USER limited IDENTIFIED BY 'limited'; GRANT SELECT ON golden_fk.* TO limited");
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { config } = loadConfig({ environment: { PHARUS_PRIVATE_KEY: pem, PHARUS_SPEC_PATH: shared('golden/http/spec.yaml'), PHARUS_LOG_LEVEL: 'warn' } });
  const address = `${server.host}:${server.port}`;
  const app = await createApp({ config });
  const headers = requestHeaders(pairOf(privateKey, undefined), address);
  const out: unknown[] = [];
  for (const c of recordedCases()) {
    const payload = c.body?.replace('<host>:<port>', address);
    const h = await headers.of(c);
    try {
    const r = await app.inject({ method: c.method as 'GET', url: c.path, headers: h, ...(payload !== undefined && { payload }) });
    out.push({ case: c.case, status: r.statusCode, type: r.headers['content-type'], body: r.body });
    } catch (e) { out.push({ case: c.case, status: 0, type: '', body: String(e) }); }
  }
  writeFileSync('/tmp/http-got.json', JSON.stringify(out));
  await app.close();
  await close();
  await server.stop();
}, 300000);
