import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeFamily } from '../support/backends.ts';
import { type Gateway, openGateway, tablePath } from './gateway.ts';

const schema = 'pharus_single_session';

describeFamily('mysql', (backend) => {
  let gateway: Gateway;
  let directory: string;
  let token: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pharus-single-'));
    const hash = createHash('md5').update('note.txt\0attached').digest('hex');
    const file = join(directory, schema, hash.slice(0, 2), hash.slice(2, 4), `${hash}.note.txt`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'attached');
    const settings = join(directory, 'datajoint.json');
    writeFileSync(settings, JSON.stringify({ stores: { raw: { protocol: 'file', location: directory } } }));
    await backend.createSchemas(schema);
    await backend.query(`
      CREATE TABLE ${schema}.\`~external_raw\` (hash binary(16) NOT NULL COMMENT ':uuid:', size bigint unsigned NOT NULL,
        attachment_name varchar(255), filepath varchar(1000), contents_hash binary(16) COMMENT ':uuid:',
        timestamp timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (hash));
      CREATE TABLE ${schema}.thing (id int NOT NULL, file binary(16) NOT NULL COMMENT ':attach@raw:', PRIMARY KEY (id));
      INSERT INTO ${schema}.\`~external_raw\` (hash, size, attachment_name) VALUES (UNHEX('${hash}'), 8, 'note.txt');
      INSERT INTO ${schema}.thing VALUES (1, UNHEX('${hash}')), (2, UNHEX('${hash}'))`);
    gateway = await openGateway({
      environment: {
        PHARUS_STORES: settings,
        PHARUS_DATABASE_HOSTS: backend.host,
        PHARUS_POOL_MAX: '1',
        PHARUS_POOL_WAIT: '1s',
      },
    });
    token = await gateway.login(backend);
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(directory, { recursive: true });
  });

  test('with one session a user, a page shows what lies in stores, and its count', async () => {
    const asked = Array.from({ length: 4 }, () =>
      gateway.ask('GET', tablePath(schema, 'Thing'), { token, query: { blobs: 'describe', attributes: 'file' } }),
    );
    const file = { kind: 'attach', name: 'note.txt', stored: 8 };
    for (const answer of await Promise.all(asked)) {
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      expect(answer.json).toMatchObject({ records: [[file], [file]], totalCount: 2 });
    }
  });

  test('and an export holds it', async () => {
    const query = { format: 'ndjson', blobs: 'inline' };
    const { status, text } = await gateway.ask('GET', tablePath(schema, 'Thing', 'export'), { token, query });
    expect([status, text.trim().split('\n').length]).toEqual([200, 2]);
    expect(text).toContain(Buffer.from('note.txt\0attached').toString('base64'));
  });
});
