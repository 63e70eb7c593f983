import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { dropStalled } from './stalled.ts';

async function serve(patience: number) {
  const lines: string[] = [];
  const app = fastify({ logger: { level: 'warn', stream: { write: (line: string) => lines.push(line) } } });
  dropStalled(app, patience);
  let sent = 0;
  let hasEnded = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        sent += 1;
        yield Buffer.alloc(1 << 20);
      }
    } finally {
      hasEnded = true;
    }
  }
  app.get('/endless', (_, reply) => reply.send(Readable.from(endless())));
  app.get('/slow', async () => {
    await delay(400);
    return 'slow';
  });
  const url = await app.listen({ port: 0 });
  const state = () => ({ sent, hasEnded });
  return { app, url, state, lines };
}

function request(url: string, path: string) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return socket;
}

test('a client that takes nothing is cut off, and what was read for it ends', async () => {
  const { app, url, state, lines } = await serve(150);
  const socket = request(url, '/endless?secret=1');
  await expect.poll(() => state().hasEnded).toBe(true);
  expect(state().sent).toBeLessThan(100);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { method: 'GET', path: '/endless', msg: expect.stringContaining('was cut off') },
  ]);
  socket.destroy();
  await app.close();
});

test('one that reads slowly, and one that waits for the database, are not', async () => {
  const { app, url, state } = await serve(150);
  const socket = request(url, '/endless');
  let taken = 0;
  socket.on('data', (chunk) => {
    taken += chunk.length;
    if (taken > 4 << 20) socket.pause();
  });
  const reading = setInterval(() => {
    taken = 0;
    socket.resume();
  }, 40);
  expect(await (await fetch(`${url}/slow`)).text()).toBe('slow');
  await delay(300);
  expect(state().hasEnded).toBe(false);
  clearInterval(reading);
  socket.destroy();
  await app.close();
});

test('a connection that nobody uses any more is closed, as it is without this', async () => {
  const { app, url } = await serve(5000);
  app.server.keepAliveTimeout = 50;
  const socket = request(url, '/slow');
  socket.resume();
  const began = performance.now();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(performance.now() - began).toBeLessThan(4000);
  await app.close();
});
