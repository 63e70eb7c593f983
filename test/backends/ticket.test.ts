import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type ApiClient, startApi, tablePath } from '../support/api.ts';
import { describeEachBackend } from '../support/backends.ts';
import { createEveryType } from '../support/every-type.ts';

describeEachBackend((backend) => {
  const path = `${tablePath('every_type', 'Sample', 'export')}?format=csv&attributes=key_id`;
  let api: Api;
  let client: ApiClient;
  const urlFor = async (asked: unknown): Promise<string> => {
    const answer = await client.post('/ticket', { path: asked });
    expect(answer.status, answer.text).toBe(200);
    return (JSON.parse(answer.text) as { url: string }).url;
  };
  /** As a browser follows a link: with no token. */
  const follow = (url: string, method: 'GET' | 'HEAD' | 'DELETE' = 'GET') =>
    api.withToken(undefined).request({ method, path: url });

  beforeAll(async () => {
    await createEveryType(backend);
    api = await startApi();
    client = await api.login(backend);
  });
  afterAll(async () => {
    await api?.close();
    await backend.dropSchemas('every_type');
  });

  test('a link downloads a table once, without a token', async () => {
    const url = await urlFor(path);
    expect(url.startsWith(`${path}&ticket=`)).toBe(true);
    expect((await follow(url, 'HEAD')).status).toBe(200);
    const answer = await follow(url);
    expect([answer.status, answer.text]).toEqual([200, 'key_id\n0\n1\n2\n']);
    const again = await follow(url);
    expect([again.status, again.text]).toEqual([401, expect.stringContaining('POST /ticket')]);
    expect((await follow(path)).status).toBe(401);
  });

  test('it is good for its path alone, as a browser writes it, and for reading alone', async () => {
    const spaced = await urlFor(`${tablePath('every_type', 'Sample', 'record')}?order=key_id DESC&limit=1`);
    expect(spaced).toContain('order=key_id%20DESC&limit=1&ticket=');
    expect((await follow(spaced.replace('limit=1', 'limit=2'))).status).toBe(401);
    expect((await follow(`${spaced}&limit=2`)).status).toBe(401);
    expect((await follow(spaced, 'DELETE')).status).toBe(401);
    const page = await follow(spaced);
    expect([page.status, page.headers['pharus-warning']]).toEqual([200, undefined]);
    expect((await follow(await urlFor('/schema'))).status).toBe(200);
  });

  test.each([undefined, 7, 'schema', '//elsewhere/schema', '/\\elsewhere', '/schema#x', `/${'x'.repeat(9000)}`])(
    'no ticket for %j',
    async (asked) => {
      const { status, text } = await client.post('/ticket', { path: asked });
      expect(status).toBe(500);
      expect(text).toContain('Expected {"path": "/schema/..."}');
    },
  );
});
