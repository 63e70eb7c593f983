import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pairOf } from '../../packages/server/src/auth/rsa-keys.ts';
import { type Api, type ApiAnswer, startApi } from '../support/api.ts';
import { connectBackend } from '../support/backends.ts';
import { startMariadb } from '../support/mariadb.ts';
import { repositoryRoot, shared } from '../support/shared.ts';
import type { PrivateServer } from '../support/test-server.ts';
import { aSentence, documentedAnswer, isSentence, type Moment, ourAnswer } from './http/answer.ts';
import { listedDifferences } from './http/compatibility-page.ts';
import { differences } from './http/differences.ts';
import { type Headers, requestHeaders } from './http/headers.ts';
import { type RecordedCase, recordedCases } from './http/recording.ts';

const cases = recordedCases();

/** Reasons and changes of a case, in the order of the table. */
function changesOf(id: string): readonly (readonly [reason: string, change: (typeof differences)[string][string]])[] {
  return Object.entries(differences).flatMap(([reason, changes]) => {
    const change = changes[id];
    return change === undefined ? [] : [[reason, change] as const];
  });
}

describe('the recorded requests, in their order', () => {
  let server: PrivateServer;
  let api: Api;
  let headers: Headers;
  let address: string;
  let start: number;

  beforeAll(async () => {
    // Defaults such as CURRENT_TIMESTAMP are read as UTC.
    server = await startMariadb({ args: ['--default-time-zone=+00:00'] });
    const { backend, close } = connectBackend(server);
    await backend.restore(shared('golden/http/initial.sql.gz'));
    await backend.query("CREATE USER limited IDENTIFIED BY 'limited'; GRANT SELECT ON golden_fk.* TO limited");
    // The recorded server had one more schema, which no request opens.
    await backend.query('CREATE DATABASE bench');
    await close();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    api = await startApi({
      PHARUS_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      PHARUS_SPEC_PATH: shared('golden/http/spec.yaml'),
    });
    address = `${server.host}:${server.port}`;
    headers = requestHeaders(pairOf(privateKey), address);
    start = Math.floor(Date.now() / 1000) - 1;
  });
  afterAll(async () => {
    await api?.close();
    await server?.stop();
  });

  async function send(recorded: RecordedCase): Promise<ApiAnswer> {
    const { method, path } = recorded;
    const body = recorded.body?.replace('<host>:<port>', address);
    const given = await headers.of(recorded);
    return await api.withToken(undefined).request({
      method,
      path,
      headers: { ...given, 'content-type': given['content-type'] },
      ...(body !== undefined && { body }),
    });
  }

  const now = (): Moment => ({ from: start, to: Math.ceil(Date.now() / 1000) + 1 });

  const selfReference = cases.find(({ case: id }) => id === '639-delete-self-ref-quick-plain') as RecordedCase;

  for (const recorded of cases) {
    if (recorded.case === '638-delete-self-ref-cascade-plain') {
      test('a row that others of its own table name is not deleted without cascade', async () => {
        const documented = documentedAnswer(selfReference);
        expect(ourAnswer(await send(selfReference), documented, now())).toEqual(documented);
      });
    }

    test(recorded.case, async () => {
      const documented = documentedAnswer(recorded);
      let expected = documented;
      for (const [reason, change] of changesOf(recorded.case)) {
        const changed = change(expected);
        expect(changed, `"${reason}" changes nothing here`).not.toEqual(expected);
        expected = changed;
      }
      const answer = await send(recorded);
      expect(ourAnswer(answer, expected, now())).toEqual(expected);
      if (expected.body === aSentence) expect(answer.text).toSatisfy(isSentence);
      if (expected !== documented) expect(ourAnswer(answer, documented, now())).not.toEqual(documented);
    });
  }
});

describe('docs/reference/compatibility.md', () => {
  const numberOf = (id: string): string => id.slice(0, 3);

  test('lists the reasons and cases that the replay expects', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/reference/compatibility.md'), 'utf8');
    const expected = Object.entries(differences).map(([reason, changes]) => [
      reason,
      Object.keys(changes).map(numberOf).sort(),
    ]);
    expect(listedDifferences(page)).toEqual(Object.fromEntries(expected));
  });

  test('every case of the table was recorded', () => {
    const recorded = new Set(cases.map(({ case: id }) => id));
    const listed = Object.values(differences).flatMap((changes) => Object.keys(changes));
    expect(listed.filter((id) => !recorded.has(id))).toEqual([]);
  });
});
