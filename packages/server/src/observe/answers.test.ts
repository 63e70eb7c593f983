import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import { endOf } from '../request-end.ts';
import type { RequestState } from '../request-state.ts';
import { type Answer, left, observeAnswers } from './answers.ts';

const heard: (Answer & { readonly url: string })[] = [];
let app: FastifyInstance;

async function listening(register: (app: FastifyInstance) => void): Promise<number> {
  heard.length = 0;
  app = fastify();
  app.decorateRequest('state');
  app.addHook('onRequest', (request, reply, done) => {
    request.state = { end: endOf(request.raw.socket, reply.raw) } as RequestState;
    done();
  });
  observeAnswers(app, [({ url }, answer) => heard.push({ ...answer, url })]);
  register(app);
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
}
afterEach(() => app.close());

test('of each request it is told once what it came to, and how long that took', async () => {
  const port = await listening((server) => {
    server.get('/slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 'slow';
    });
    server.addHook('onRequest', async ({ url }) => {
      if (url === '/refused') throw Object.assign(new Error('no'), { statusCode: 401 });
    });
  });
  for (const path of ['/slow', '/refused', '/nowhere']) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(heard.map(({ url, status }) => [url, status])).toEqual([
    ['/slow', 200],
    ['/refused', 401],
    ['/nowhere', 404],
  ]);
  expect(heard[0]?.milliseconds).toBeGreaterThan(40);
});

test('of one whose client left, too: before its answer, in the middle of it, and while it was being sent', async () => {
  const port = await listening((server) => {
    server.get('/waits', () => new Promise(() => undefined));
    server.get('/streams', (_, reply) => reply.send(Readable.from(endless())));
    server.post('/takes', async () => 'taken');
  });
  const leave = async (request: string, when: 'answered' | 'sent'): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(request);
    if (when === 'answered') await once(socket, 'data');
    else await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
  };
  await leave('GET /waits HTTP/1.1\r\nHost: a\r\n\r\n', 'sent');
  await leave('GET /streams HTTP/1.1\r\nHost: a\r\n\r\n', 'answered');
  await leave('POST /takes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\npart', 'sent');
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(heard.map(({ url, status }) => [url, status]).sort()).toEqual([
    ['/streams', left],
    ['/takes', left],
    ['/waits', left],
  ]);
});

test('of those that wait behind one whose client leaves, too', async () => {
  const port = await listening((server) => {
    server.get('/waits', () => new Promise(() => undefined));
    server.get('/behind', async () => 'behind');
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(['/waits', '/behind', '/behind'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(heard.map(({ url, status }) => [url, status]).sort()).toEqual([
    ['/behind', left],
    ['/behind', left],
    ['/waits', left],
  ]);
});

async function* endless(): AsyncGenerator<string> {
  for (;;) {
    yield 'x'.repeat(10_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
