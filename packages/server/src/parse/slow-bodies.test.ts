import { type AddressInfo, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseSlowBodies } from './slow-bodies.ts';

let app: FastifyInstance;
let refused: string[];

beforeEach(async () => {
  refused = [];
  app = fastify();
  refuseSlowBodies(app, { whole: 150, silence: 150 }, ({ url }, socket) => {
    refused.push(url);
    socket.destroy();
  });
  app.addContentTypeParser('*', (_request, body, done) => {
    body.resume().on('end', () => done(null, undefined));
  });
  app.addContentTypeParser('given/up', (_request, body, done) => {
    body.once('data', async () => {
      done(Object.assign(new Error('no'), { statusCode: 400 }), undefined);
      await wait(20);
      body.destroy();
    });
  });
  app.post('/small', async () => 'taken');
  app.post('/large', { config: { takesTime: true } }, async () => 'taken');
  app.get('/long', async () => {
    await wait(400);
    return 'answered';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

/** Sends so many bytes, one at a time, and answers what came back. */
async function send(path: string, bytes: number, pause: number): Promise<string> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk)).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: a/b\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += 1) {
    await wait(pause);
    socket.write('x');
  }
  await closed;
  return answer;
}

test('a small body has to be there in time, a large one to keep coming', async () => {
  const [small, large, silent] = await Promise.all([
    send('/small', 8, 50),
    send('/large', 8, 50),
    send('/large', 2, 500),
  ]);
  expect(small).toBe('');
  expect(large).toContain('taken');
  expect(silent).toBe('');
  expect(refused.sort()).toEqual(['/large', '/small']);
});

test('what is answered before it has arrived is still looked after', async () => {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk)).on('error', () => undefined);
  socket.write('POST /large HTTP/1.1\r\nHost: x\r\nContent-Type: given/up\r\nContent-Length: 9\r\n\r\npart');
  await closed;
  expect(answer).toContain('400 Bad Request');
  const other = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/long`);
  expect(await other.text()).toBe('answered');
});

test('an answer takes its time', async () => {
  const { port } = app.server.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}/long`)).text()).toBe('answered');
  expect(refused).toEqual([]);
});

test('a slow body behind a whole one that came with it', async () => {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const request = (path: string, length: number): string =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: ${length}\r\n\r\n`;
  socket.write(`${request('/small', 1)}x${request('/small', 100)}x`);
  const drip = setInterval(() => socket.write('x'), 50);
  await closed;
  clearInterval(drip);
  expect(refused).toEqual(['/small']);
});

test('a request without a connection is never late', async () => {
  const { payload } = await app.inject({
    method: 'POST',
    url: '/large',
    headers: { 'content-type': 'a/b' },
    payload: 'x',
  });
  expect(payload).toBe('taken');
  await wait(400);
  expect(refused).toEqual([]);
});
