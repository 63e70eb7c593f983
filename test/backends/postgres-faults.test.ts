import { createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthenticationError,
  type ConnectOptions,
  type DriverSession,
  LostConnectionError,
  TimeoutError,
  UnavailableError,
  UnreachableError,
} from '@pharus/datajoint';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { postgresDriver } from '../../packages/datajoint/src/connection/postgres-driver.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type RogueServer, startRogueServer } from '../support/rogue-server.ts';
import { freePort } from '../support/test-server.ts';

/** A message of the protocol. */
function message(kind: string, body: Uint8Array): Buffer {
  const header = Buffer.alloc(5);
  header.write(kind, 0, 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

/** A demand for a way to log in, and what goes with it. */
function authentication(kind: number, rest: Uint8Array | string = ''): Buffer {
  const code = Buffer.alloc(4);
  code.writeInt32BE(kind);
  return message('R', Buffer.concat([code, Buffer.from(rest as string)]));
}

const welcome = Buffer.concat([
  authentication(0),
  message('S', Buffer.from('server_version\0' + '15.0\0')),
  message('K', Buffer.from([0, 0, 0, 7, 0, 0, 0, 7])),
  message('Z', Buffer.from('I')),
]);

const no = 'N';

/** Says no to encryption, then lets the rest be said. */
const inClear =
  (behave: (socket: Socket) => void) =>
  (socket: Socket): void => {
    socket.once('data', () => {
      socket.write(no);
      socket.once('data', () => behave(socket));
    });
  };

describe('what is no database', () => {
  let rogue: RogueServer | undefined;
  afterEach(async () => {
    await rogue?.stop();
    rogue = undefined;
  });

  const optionsFor = (port: number): ConnectOptions => ({
    host: '127.0.0.1',
    port,
    user: 'ann',
    password: 'secret',
    connectTimeout: 700,
  });

  const expectUnreachable = async (options: ConnectOptions): Promise<void> => {
    const started = performance.now();
    const error: unknown = await postgresDriver.connect(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toBe(
      `The database at ${options.host}:${options.port} could not be reached within 0.7 s. Check the address and that it is up.`,
    );
    expect(performance.now() - started).toBeLessThan(1300);
  };

  test('a closed port', async () => await expectUnreachable(optionsFor(await freePort())));

  test('a name nobody knows', async () => {
    await expectUnreachable({ ...optionsFor(5432), host: 'no-such-host.invalid' });
  });

  test('an address that does not answer', async () => {
    await expectUnreachable({ ...optionsFor(5432), host: 'db.example.org', address: '192.0.2.1' });
  });

  const behaviours: Record<string, (socket: Socket) => void> = {
    'accepts and says nothing': () => undefined,
    'closes at once': (socket) => socket.destroy(),
    'resets at once': (socket) => socket.resetAndDestroy(),
    'speaks HTTP': (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
    'says nonsense': (socket) => socket.write(Buffer.alloc(4096, 0xa5)),
    'says nonsense after the first letter': inClear((socket) => socket.write(Buffer.alloc(4096, 0xa5))),
    'has more to say with the first letter': (socket) => socket.once('data', () => socket.write(`S${welcome}`)),
    'greets one byte at a time': inClear((socket) => {
      let index = 0;
      const timer = setInterval(() => socket.write(welcome.subarray(index, ++index)), 100);
      socket.on('close', () => clearInterval(timer));
    }),
    'says no and then nothing': inClear(() => undefined),
    'says no and closes': inClear((socket) => socket.destroy()),
    'asks for a password for ever': inClear((socket) => {
      socket.write(authentication(5, 'salt'));
      socket.on('data', () => socket.write(authentication(5, 'salt')));
    }),
    'sends a message that is cut off': inClear((socket) => socket.write(authentication(5).subarray(0, 9))),
    'asks with half a salt': inClear((socket) => socket.write(authentication(10, 'SCRAM-SHA-256'))),
    'asks for endless work': inClear((socket) => {
      socket.write(authentication(10, 'SCRAM-SHA-256\0\0'));
      socket.once('data', (first) => {
        const nonce = /r=(.+)$/.exec(first.toString('latin1'))?.[1];
        socket.write(authentication(11, `r=${nonce}x,s=c2FsdA==,i=2000000000`));
      });
    }),
    'lets in and then says nothing': inClear((socket) => socket.write(welcome)),
    'never ends its greeting': inClear((socket) => {
      const flood = (): void => {
        while (
          !socket.destroyed &&
          socket.write(Buffer.concat([Buffer.from('N\x7f\xff\xff\xff'), Buffer.alloc(65532)]))
        );
      };
      socket.on('drain', flood);
      flood();
    }),
  };
  test.each(Object.entries(behaviours))('a server that %s', async (_, behave) => {
    rogue = await startRogueServer(behave);
    await expectUnreachable(optionsFor(rogue.port));
  });

  test.each([
    ['Kerberos', 2, ''],
    ['GSS', 7, ''],
    ['another mechanism', 10, 'OTHER\0\0'],
    ['the password in clear, over a connection in clear', 3, ''],
  ])('a server that asks for %s', async (_, kind, rest) => {
    const received: Buffer[] = [];
    rogue = await startRogueServer(
      inClear((socket) => {
        socket.on('data', (data) => received.push(data));
        socket.write(authentication(kind, rest));
      }),
    );
    const connecting = postgresDriver.connect(optionsFor(rogue.port));
    await expect(connecting).rejects.toThrow(AuthenticationError);
    await delay(50);
    expect(Buffer.concat(received).toString('latin1')).not.toContain('secret');
  });

  test('a server that goes mad in the midst of a statement', async () => {
    rogue = await startRogueServer(
      inClear((socket) => {
        socket.write(welcome);
        // The settings, then the statement.
        socket.once('data', () => {
          socket.write(Buffer.concat([message('C', Buffer.from('SET\0')), message('Z', Buffer.from('I'))]));
          socket.once('data', () => socket.write(message('T', Buffer.from([0, 9, 1, 2]))));
        });
      }),
    );
    const session = await postgresDriver.connect(optionsFor(rogue.port));
    await expect(session.execute({ text: 'SELECT 1', params: [] })).rejects.toThrow(LostConnectionError);
    expect(session.isUsable).toBe(false);
  });

  test('many that hang do not hold up one another', async () => {
    const hanging = await startRogueServer(() => undefined);
    rogue = hanging;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 100 }, () => expect(postgresDriver.connect(optionsFor(hanging.port))).rejects.toThrow()),
    );
    expect(performance.now() - started).toBeLessThan(1800);
  });
});

/** Stands between a client and a server, and can stop passing things on. */
async function startProxy(to: number): Promise<{ port: number; cut(): void; hold(): void; stop(): Promise<void> }> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = dial(to, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        for (const other of pair) other.destroy();
        pairs.delete(pair);
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      for (const [client] of pairs) client.resetAndDestroy();
    },
    hold: () => {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
      }
    },
    stop: async () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a database in trouble', () => {
  let server: PostgresServer;
  const connectTo = async (options: Partial<ConnectOptions> = {}): Promise<DriverSession> => {
    const { host, port, user, password } = server;
    return await postgresDriver.connect({ host, port, user, password, ...options });
  };
  const one = { text: 'SELECT 1', params: [] };
  const many = { text: "SELECT repeat('x', 1000) FROM generate_series(1, 200000)", params: [] };

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => await server?.stop());

  test('stopped: statements time out and nobody gets in, until it continues', async () => {
    const session = await connectTo({ statementTimeout: 500 });
    await server.signal('SIGSTOP', [session.server.sessionId]);
    try {
      const started = performance.now();
      await expect(session.execute(one)).rejects.toThrow(TimeoutError);
      expect(performance.now() - started).toBeLessThan(3500);
      expect(session.isUsable).toBe(false);
      await expect(connectTo({ connectTimeout: 300 })).rejects.toThrow(UnreachableError);
    } finally {
      await server.signal('SIGCONT', [session.server.sessionId]);
    }
    const next = await connectTo();
    expect((await next.execute(one)).rows).toEqual([['1']]);
    await next.close();
  });

  test('stopped: whoever aborts waits no longer than two seconds', async () => {
    const session = await connectTo();
    await server.signal('SIGSTOP', [session.server.sessionId]);
    try {
      const started = performance.now();
      await expect(session.execute(one, { signal: AbortSignal.timeout(100) })).rejects.toThrow(TimeoutError);
      expect(performance.now() - started).toBeLessThan(3000);
    } finally {
      await server.signal('SIGCONT', [session.server.sessionId]);
    }
  });

  test('read-only', async () => {
    await server.psql('CREATE TABLE t (a int)');
    await server.psql("CREATE ROLE reader LOGIN PASSWORD 'r'");
    await server.psql('GRANT ALL ON t TO reader');
    await server.psql('ALTER ROLE reader SET default_transaction_read_only = on');
    const session = await connectTo({ user: 'reader', password: 'r' });
    await expect(session.execute({ text: 'INSERT INTO t VALUES (1)', params: [] })).rejects.toThrow(UnavailableError);
    expect((await session.execute(one)).rows).toEqual([['1']]);
    await session.close();
  });

  test('a network that cuts: a stream is an error', async () => {
    const proxy = await startProxy(server.port);
    const session = await connectTo({ port: proxy.port });
    const rows = session.stream(many)[Symbol.asyncIterator]();
    await rows.next();
    proxy.cut();
    const rest = async (): Promise<void> => {
      for (let next = await rows.next(); next.done !== true; next = await rows.next());
    };
    await expect(rest()).rejects.toThrow(LostConnectionError);
    expect(session.isUsable).toBe(false);
    await proxy.stop();
  });

  test('a network that swallows everything: the deadline holds', async () => {
    const proxy = await startProxy(server.port);
    const session = await connectTo({ port: proxy.port, statementTimeout: 300 });
    proxy.hold();
    const started = performance.now();
    await expect(session.execute(one)).rejects.toThrow(TimeoutError);
    expect(performance.now() - started).toBeLessThan(3500);
    await proxy.stop();
  });

  test('killed: everything ends at once', async () => {
    const session = await connectTo();
    const idle = await connectTo();
    const running = expect(session.execute({ text: 'SELECT pg_sleep(20)', params: [] })).rejects.toThrow(
      LostConnectionError,
    );
    await delay(200);
    const started = performance.now();
    await server.signal('SIGKILL');
    await running;
    await expect(connectTo({ connectTimeout: 1000 })).rejects.toThrow(UnreachableError);
    expect(performance.now() - started).toBeLessThan(3000);
    await delay(100);
    expect([session.isUsable, idle.isUsable]).toEqual([false, false]);
  });
});
