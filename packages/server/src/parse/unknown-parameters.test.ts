import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkParameters } from './unknown-parameters.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = fastify();
  checkParameters(app, '/api');
  for (const url of [
    '/version',
    '/livez',
    '/schema/:schema/table/:table/record',
    '/schema/:schema/table/:table/export',
  ]) {
    app.get(`/api${url}`, async () => ({}));
  }
  app.get('/api/component', async () => ({}));
  app.post('/api/query', async () => ({}));
  await app.ready();
});
afterAll(() => app.close());

const ask = async (url: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') => {
  const { statusCode, headers, body } = await app.inject({ method, url: `/api${url}` });
  return { isRefused: statusCode >= 400, body, warning: headers['pharus-warning'] };
};

const sentence = 'unknown parameter "limt". Did you mean "limit"?';

test('where the API is ours, a parameter that is not known is refused', async () => {
  const { isRefused, body } = await ask('/schema/lab/table/Session/export?limt=5&zzz');
  expect(isRefused).toBe(true);
  expect(JSON.parse(body)).toMatchObject({
    message: `This address takes the parameters format, attributes, order, restriction, blobs, limit; got an ${sentence}`,
  });
  expect((await ask('/query?text=x', 'POST')).body).toContain(
    'This address takes no parameters; got an unknown parameter',
  );
  expect((await ask('/schema/lab/table/Session/export?limit=5')).isRefused).toBe(false);
});

test('where it is documented, it is passed over, and named in a warning', async () => {
  for (const method of ['GET', 'HEAD'] as const) {
    const { isRefused, warning } = await ask('/schema/lab/table/Session/record?limt=5&page=2', method);
    expect([isRefused, warning]).toEqual([false, `The request has an ${sentence} It is ignored.`]);
  }
  // As a client might send it to have a header of its own.
  const { isRefused, warning } = await ask('/version?%E2%82%AC%0d%0aX=1');
  expect([isRefused, warning]).toEqual([false, 'The request has an unknown parameter "?\\r\\nX". It is ignored.']);
  expect((await ask('/version')).warning).toBeUndefined();
});

test.each(['/component?a_id=0', '/component?&a_id=0', '/livez?x=1'])('nothing is said of %s', async (url) => {
  expect(await ask(url)).toMatchObject({ isRefused: false, warning: undefined });
});
