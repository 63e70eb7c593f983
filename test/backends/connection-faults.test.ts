import { readFile } from 'node:fs/promises';
import { createServer, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Connection,
  type ConnectionOptions,
  type ConnectOptions,
  LostConnectionError,
  mysqlDialect,
  mysqlDriver,
  sql,
  TimeoutError,
  UnavailableError,
  UnreachableError,
} from '@pharus/datajoint';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectBackend } from '../support/backends.ts';
import { startMariadb } from '../support/mariadb.ts';
import { capability, greeting, ok, packet, type RogueServer, startRogueServer } from '../support/rogue-server.ts';
import { freePort, type PrivateServer } from '../support/test-server.ts';

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
    const error: unknown = await mysqlDriver.connect(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnreachableError);
    expect((error as Error).message).toBe(
      `The database at ${options.host}:${options.port} could not be reached within 0.7 s. Check the address and that it is up.`,
    );
    expect(performance.now() - started).toBeLessThan(1100);
  };

  test('a closed port', async () => await expectUnreachable(optionsFor(await freePort())));

  test('a name nobody knows', async () => {
    await expectUnreachable({ ...optionsFor(3306), host: 'no-such-host.invalid' });
  });

  test('an address that does not answer', async () => {
    await expectUnreachable({ ...optionsFor(3306), host: 'db.example.org', address: '192.0.2.1' });
  });

  const behaviours: Record<string, (socket: Socket) => void> = {
    'accepts and says nothing': () => undefined,
    'closes at once': (socket) => socket.destroy(),
    'resets at once': (socket) => socket.resetAndDestroy(),
    'speaks HTTP': (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
    'says nonsense': (socket) => socket.write(Buffer.alloc(4096, 0xa5)),
    'greets one byte at a time': (socket) => {
      const bytes = greeting();
      let index = 0;
      const timer = setInterval(() => socket.write(bytes.subarray(index, ++index)), 100);
      socket.on('close', () => clearInterval(timer));
    },
    'greets and then says nothing': (socket) => socket.write(greeting()),
    'greets and then closes': (socket) => {
      socket.write(greeting());
      socket.once('data', () => socket.destroy());
    },
    'lets in and then says nothing': (socket) => {
      socket.write(greeting());
      socket.once('data', () => socket.write(ok(2)));
    },
    'never ends its greeting': (socket) => {
      const flood = (): void => {
        while (
          !socket.destroyed &&
          socket.write(Buffer.concat([Buffer.from([255, 255, 255, 0]), Buffer.alloc(65532)]))
        );
      };
      socket.on('drain', flood);
      flood();
    },
  };
  test.each(Object.entries(behaviours))('a server that %s', async (_, behave) => {
    rogue = await startRogueServer(behave);
    await expectUnreachable(optionsFor(rogue.port));
  });

  test('a server that asks for a file gets none', async () => {
    let flags = 0;
    const after: Buffer[] = [];
    rogue = await startRogueServer((socket) => {
      socket.write(greeting());
      socket.once('data', (login) => {
        flags = login.readUInt32LE(4);
        socket.write(ok(2));
        socket.once('data', () => {
          socket.on('data', (data) => after.push(data));
          socket.write(packet(1, Buffer.from('\xfb/etc/hostname', 'latin1')));
        });
      });
    });
    await expectUnreachable(optionsFor(rogue.port));
    expect(flags & capability.localFiles).toBe(0);
    // At most the empty packet that ends a file.
    expect(Buffer.concat(after).length).toBeLessThanOrEqual(4);
    expect(Buffer.concat(after).includes((await readFile('/etc/hostname', 'utf8').catch(() => 'x')).trim())).toBe(
      false,
    );
  });

  test('many that hang do not hold up one another', async () => {
    const hanging = await startRogueServer(() => undefined);
    rogue = hanging;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 100 }, () => expect(mysqlDriver.connect(optionsFor(hanging.port))).rejects.toThrow()),
    );
    expect(performance.now() - started).toBeLessThan(1500);
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
  let server: PrivateServer;
  let connection: Connection;
  const connectTo = (options: Partial<ConnectionOptions> = {}): Connection => {
    const { host, port, user, password } = server;
    return new Connection({ host, port, user, password, dialect: mysqlDialect, ...options });
  };
  const query = async (text: string): Promise<void> => {
    const { backend, close } = connectBackend(server);
    await backend.query(text);
    await close();
  };
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    process.kill(Number(await readFile(join(server.directory, 'server.pid'), 'utf8')), name);
    // Each of its threads hears of it in its own time.
    await delay(100);
  };

  beforeAll(async () => {
    server = await startMariadb();
    await query('CREATE DATABASE fault; CREATE TABLE fault.t (id int PRIMARY KEY)');
    connection = connectTo({ statementTimeout: 500 });
  });
  afterAll(async () => {
    await connection.close();
    await server.stop();
  });

  test('stopped: statements time out, and go on once it continues', async () => {
    await connection.execute(sql`SELECT 1`);
    await signal('SIGSTOP');
    try {
      const started = performance.now();
      await expect(connection.execute(sql`SELECT 1`)).rejects.toThrow(TimeoutError);
      expect(performance.now() - started).toBeLessThan(3500);
      await expect(connectTo({ connectTimeout: 300 }).verify()).rejects.toThrow(UnreachableError);
    } finally {
      await signal('SIGCONT');
    }
    expect((await connection.execute(sql`SELECT 1`)).rows).toEqual([[1]]);
  });

  test('idle sessions it ended are replaced, also where a transaction begins', async () => {
    await query('SET GLOBAL wait_timeout = 1');
    const own = connectTo();
    await own.verify();
    await delay(2200);
    await own.transaction(async (transaction) => await transaction.execute(sql`INSERT INTO fault.t VALUES (1)`));
    await delay(2200);
    expect((await own.execute(sql`SELECT id FROM fault.t`)).rows).toEqual([[1]]);
    await own.close();
    await query('SET GLOBAL wait_timeout = 28800');
  });

  test('read-only', async () => {
    await query(
      "CREATE USER writer@'%' IDENTIFIED BY 'w'; GRANT ALL ON fault.* TO writer@'%'; SET GLOBAL read_only = 1",
    );
    const own = connectTo({ user: 'writer', password: 'w' });
    await expect(own.execute(sql`INSERT INTO fault.t VALUES (9)`)).rejects.toThrow(UnavailableError);
    await own.close();
    await query('SET GLOBAL read_only = 0');
  });

  test('a network that cuts: a stream is an error, a transaction is undone, a query runs again', async () => {
    const proxy = await startProxy(server.port);
    const own = connectTo({ port: proxy.port });
    const rows = own.stream(sql`SELECT seq, REPEAT('x', 1000) FROM fault.seq_1_to_200000`)[Symbol.asyncIterator]();
    await rows.next();
    proxy.cut();
    const rest = async (): Promise<void> => {
      for (let next = await rows.next(); next.done !== true; next = await rows.next());
    };
    await expect(rest()).rejects.toThrow(LostConnectionError);
    const inside = own.transaction(async (transaction) => {
      await transaction.execute(sql`INSERT INTO fault.t VALUES (50)`);
      proxy.cut();
      await transaction.execute(sql`INSERT INTO fault.t VALUES (51)`);
    });
    await expect(inside).rejects.toThrow(LostConnectionError);
    expect((await own.execute(sql`SELECT id FROM fault.t WHERE id >= 50`)).rows).toEqual([]);
    await own.close();
    await proxy.stop();
  });

  test('a network that swallows everything: the deadline holds', async () => {
    const proxy = await startProxy(server.port);
    const own = connectTo({ port: proxy.port, statementTimeout: 300 });
    await own.verify();
    proxy.hold();
    const started = performance.now();
    await expect(own.execute(sql`SELECT 1`)).rejects.toThrow(TimeoutError);
    expect(performance.now() - started).toBeLessThan(3500);
    await own.close();
    await proxy.stop();
  });

  test('killed: everything ends at once, and a later start is found', async () => {
    const own = connectTo({ connectTimeout: 1000 });
    const failing = expect(own.execute(sql`SELECT SLEEP(20)`)).rejects.toThrow(UnreachableError);
    await delay(200);
    const started = performance.now();
    await signal('SIGKILL');
    await failing;
    await expect(own.transaction(async () => undefined)).rejects.toThrow(UnreachableError);
    expect(performance.now() - started).toBeLessThan(2500);
    await own.close();
  });
});
