import type { MysqlConnection, MysqlPacket, MysqlReply, MysqlRequest, MysqlStep } from './mysql-link.ts';

export interface MysqlWriteOptions {
  readonly request: MysqlRequest;
  readonly onWritten: (rows: number) => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * A prepared statement that changes rows on the wire of a session. All it is answered is how many, so that it can be sent and
 * read with far less than the driver does for whatever may come.
 */
export class MysqlWrite implements MysqlStep {
  /** What the driver calls when the connection fails. */
  readonly onResult: (error: unknown) => void;
  readonly #options: MysqlWriteOptions;
  #isSent = false;

  constructor(options: MysqlWriteOptions) {
    this.#options = options;
    this.onResult = options.onFailed;
  }

  execute(packet: MysqlReply | undefined, connection: MysqlConnection): boolean {
    if (!this.#isSent) {
      this.#isSent = true;
      connection._resetSequenceId();
      connection.writePacket(this.#options.request);
      return false;
    }
    if (packet?.isError()) this.#options.onFailed(packet.asError(connection.clientEncoding));
    else this.#options.onWritten(writtenRows(packet));
    return true;
  }
}

/** @see https://mariadb.com/docs/server/reference/clientserver-protocol/4-server-response-packets/ok_packet */
function writtenRows(packet: MysqlPacket | undefined): number {
  const { buffer, offset } = packet ?? { buffer: Buffer.alloc(0), offset: 0 };
  if (buffer[offset] !== 0) throw new Error('The database did not answer how many rows were changed.');
  const first = buffer[offset + 1] as number;
  if (first < 0xfb) return first;
  if (first === 0xfc) return buffer.readUInt16LE(offset + 2);
  return first === 0xfd ? buffer.readUIntLE(offset + 2, 3) : Number(buffer.readBigUInt64LE(offset + 2));
}
