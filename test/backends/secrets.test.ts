import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasUsers } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { type Answer, type Gateway, is, openGateway, restrict, tablePath } from './gateway.ts';

const canary = 'S3cr3t-CANARY-9f1"\\\u00fc';
/** The part of it that no escaping changes. */
const plain = 'S3cr3t-CANARY-9f1';
const schema = 'pharus_secrets';
const user = 'pharus_secrets';

/** Every way in which a text could hold the password. */
const traces = [
  plain,
  Buffer.from(canary).toString('base64').slice(0, 22),
  Buffer.from(canary).toString('base64url').slice(0, 22),
  Buffer.from(plain).toString('hex'),
  [...plain].reverse().join(''),
];

/** A text, and all that its words are the base64 of. */
function unfolded(text: string, depth = 3): string[] {
  if (depth === 0) return [text];
  const words = text.match(/[A-Za-z0-9_+/=-]{8,}/g) ?? [];
  const decoded = words.map((word) => Buffer.from(word, 'base64').toString('latin1'));
  return [text, ...decoded.flatMap((inner) => unfolded(inner, depth - 1))];
}

function holdsSecret(text: string): boolean {
  return unfolded(text).some((inner) => traces.some((trace) => inner.includes(trace)));
}

describeEachBackend((backend: Backend) => {
  let gateway: Gateway;
  let token: string;
  const told: string[] = [];

  const ask = async (...given: Parameters<Gateway['ask']>): Promise<Answer> => {
    const answer = await gateway.ask(...given);
    told.push(answer.text, JSON.stringify(answer.headers));
    return answer;
  };
  const login = (body: unknown): Promise<Answer> => ask('POST', '/login', { body });

  beforeAll(async () => {
    await backend.createSchemas(schema);
    await backend.query(
      `CREATE TABLE ${schema}.mouse (mouse_id int NOT NULL, name varchar(20) NOT NULL, PRIMARY KEY (mouse_id))`,
    );
    await backend.createUser(user, { password: canary, read: [schema] });
    gateway = await openGateway({ environment: { PHARUS_LOG_LEVEL: 'trace', PHARUS_CONNECT_TIMEOUT: '1s' } });
    token = await gateway.login({ ...backend, user, password: canary });
  });
  afterAll(() => gateway?.close());

  test('a token names its user and database, and holds no password in any of its parts', async () => {
    const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header ?? '')).toMatchObject({ alg: 'RS256' });
    expect(JSON.parse(payload ?? '')).toMatchObject({
      username: user,
      databaseAddress: backend.address,
      exp: expect.any(Number),
      iat: expect.any(Number),
      credentials: expect.any(String),
    });
    expect(Object.keys(JSON.parse(payload ?? '') as object)).toHaveLength(5);
    expect(holdsSecret(token)).toBe(false);
    expect(holdsSecret(`x ${Buffer.from(`${canary} ${canary}`).toString('base64url')} x`)).toBe(true);
    // Not the same bytes twice: who sees two tokens does not learn that the password is the same.
    const other = await gateway.login({ ...backend, user, password: canary });
    const credentials = [token, other].map((jwt) => {
      const part = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
      return (JSON.parse(part) as { credentials: string }).credentials;
    });
    expect(credentials[0]).not.toBe(credentials[1]);
  });

  test('no answer holds the password or a token, right or wrong, whatever went wrong', async () => {
    const databaseAddress = backend.address;
    const right = { databaseAddress, username: user, password: canary };
    const wrong: readonly unknown[] = [
      ...(hasUsers(backend)
        ? [
            { ...right, username: 'nobody' },
            { ...right, password: `${canary}x` },
          ]
        : []),
      { ...right, databaseAddress: '127.0.0.1:1' },
      { ...right, databaseAddress: 'pharus-no-such-host.invalid' },
      { ...right, databaseAddress: `${backend.family}://${user}:${plain}@${backend.host}:${backend.port}` },
      { ...right, databaseAddress: `${databaseAddress}?password=${plain}` },
      { ...right, password: { password: canary } },
      { ...right, password: [canary] },
      { ...right, username: { password: canary } },
      { password: canary },
      [canary],
      canary,
      `{"password":"${plain}"`,
      `{"password":"${plain}","password":"${plain}"}`,
      `"${plain}`,
    ];
    for (const body of wrong) {
      const answer = await login(body);
      expect([200, 500]).toContain(answer.status);
      expect(answer.text).not.toContain('jwt');
      expect(holdsSecret(answer.text), answer.text).toBe(false);
    }
    await ask('POST', '/login', {
      body: `password=${plain}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await ask('GET', `/login?password=${plain}`);
    await ask('GET', `/nothing/${plain.slice(0, 3)}?password=${plain}`);
    const path = tablePath(schema, 'Mouse');
    const requests: readonly (readonly ['GET' | 'POST' | 'PATCH' | 'DELETE', string, object])[] = [
      ['GET', '/schema', {}],
      ['GET', path, {}],
      ['GET', path, { query: { order: 'nothing' } }],
      ['GET', path, { query: { restriction: restrict(is('nothing', 1)) } }],
      ['GET', tablePath('nothing', 'Mouse'), {}],
      ['POST', path, { body: { records: [{ mouse_id: 1, name: 'x' }] } }],
      ['PATCH', path, { body: { records: [{ mouse_id: 1, name: 'x' }] } }],
      ['DELETE', path, {}],
      ['POST', path, { body: '{' }],
    ];
    for (const [method, where, asked] of requests) {
      await ask(method, where, { token, ...asked });
      await ask(method, where, { token, ...asked, headers: { accept: 'application/problem+json' } });
      await ask(method, where, { token: `${token}x`, ...asked });
    }
    for (const text of told) {
      expect(text).not.toContain(token);
      expect(holdsSecret(text), text).toBe(false);
    }
  });

  test('a password that was changed, or a user who is gone, tells no more', async () => {
    await backend.createUser(user, { password: `${canary} new`, read: [schema] });
    const right = { databaseAddress: backend.address, password: canary };
    const before = await login({ ...right, username: user });
    const unknown = await login({ ...right, username: 'gone' });
    if (hasUsers(backend)) {
      expect([before.status, before.text]).toEqual([500, expect.stringMatching(/^AuthenticationError: /)]);
      expect(unknown.text).toBe(before.text);
    } else {
      expect([before.status, unknown.status]).toEqual([200, 200]);
    }
    for (const text of told) expect(holdsSecret(text), text).toBe(false);
  });

  test('no log line holds a password, a token or a key, at the most talkative level', () => {
    expect(gateway.log.length).toBeGreaterThan(30);
    const [, payload = '', signature = ''] = token.split('.');
    for (const line of gateway.log) {
      expect(holdsSecret(line), line).toBe(false);
      for (const part of [payload, signature]) expect(line).not.toContain(part);
      expect(line).not.toMatch(/PRIVATE KEY|"authorization":"(?!\*)/i);
    }
  });
});
