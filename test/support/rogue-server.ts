import { createServer, type Server, type Socket } from 'node:net';

/** Something that listens where a database should, and behaves badly. */
export interface RogueServer {
  readonly port: number;
  /** How many connections there have been. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** Starts one on 127.0.0.1. */
export async function startRogueServer(behave: (socket: Socket) => void): Promise<RogueServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    behave(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The rogue server has no port.');
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A packet of MySQL's protocol. */
export function packet(sequence: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, body]);
}

/** `CLIENT_LOCAL_FILES` and `CLIENT_SSL` of the protocol's capabilities. */
export const capability = { localFiles: 0x80, ssl: 0x800 };

/** The greeting of a MySQL that takes native passwords and offers nothing else, local files aside. */
export function greeting({ ssl = false }: { readonly ssl?: boolean } = {}): Buffer {
  const flags = 0x00_08_00_00 | 0x8000 | 0x0200 | 0x0001 | capability.localFiles | (ssl ? capability.ssl : 0);
  const low = Buffer.alloc(2);
  low.writeUInt16LE(flags & 0xffff);
  const high = Buffer.alloc(2);
  high.writeUInt16LE(flags >>> 16);
  return packet(
    0,
    Buffer.concat([
      Buffer.from([10]),
      Buffer.from('8.0.36\0'),
      Buffer.from([7, 0, 0, 0]),
      Buffer.from('saltsalt'),
      Buffer.from([0]),
      low,
      Buffer.from([45, 2, 0]),
      high,
      Buffer.from([21]),
      Buffer.alloc(10),
      Buffer.from('saltsaltsalt\0'),
      Buffer.from('mysql_native_password\0'),
    ]),
  );
}

/** The protocol's OK packet. */
export const ok = (sequence: number): Buffer => packet(sequence, Buffer.from([0, 0, 0, 2, 0, 0, 0]));
