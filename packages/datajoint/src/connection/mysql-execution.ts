import { DataJointError } from '../errors.ts';
import { MysqlColumns } from './mysql-columns.ts';
import type { MysqlConnection, MysqlPacket, MysqlReply, MysqlRequest, MysqlStep } from './mysql-link.ts';
import type { PreparedStatement } from './mysql-statements.ts';

/** Who is told what the server answers. */
export interface MysqlListener {
  /** How the rows that follow stand on the wire. */
  begin(columns: MysqlColumns): void;
  /** A row, which is to be read at once. */
  read(packet: MysqlPacket): void;
  /** That was all. @param affectedRows of a statement that changes some. */
  end(affectedRows: number): void;
  refuse(error: unknown): void;
}

const noColumns = new MysqlColumns([], false);

const okMark = 0x00;
const fileMark = 0xfb;
const endMark = 0xfe;
/** Columns that rows have at most, on either server. */
const mostColumns = 4096;

/** Longer packets that begin like an end are none. */
const longestEnd = 9;
/** In the state of the server: another answer follows. */
const moreFollows = 0x08;

/**
 * A prepared statement being run on the wire of a session. It is sent, and its answer read, with far less than the driver
 * does for whatever may come; columns that are described as they were the last time are not read again.
 *
 * @see https://mariadb.com/docs/server/reference/clientserver-protocol/3-binary-protocol-prepared-statements/com_stmt_execute
 */
export class MysqlExecution implements MysqlStep {
  readonly #statement: PreparedStatement;
  readonly #listener: MysqlListener;
  /** What comes next. */
  #phase: 'request' | 'answer' | 'columns' | 'columns end' | 'rows' | 'end' = 'request';
  #request: MysqlRequest | undefined;
  #known: MysqlColumns;
  /** How many columns there are, and how many of them have been described. */
  #count = 0;
  #described = 0;
  /** Their descriptions, if one of them is not what it was. */
  #descriptions: Buffer[] | undefined;

  constructor(statement: PreparedStatement, request: MysqlRequest, listener: MysqlListener) {
    this.#statement = statement;
    this.#request = request;
    this.#listener = listener;
    this.#known = statement.columns ?? noColumns;
  }

  /** Called when the connection fails. */
  onResult(error: unknown): void {
    this.#listener.refuse(error);
  }

  execute(packet: MysqlReply | undefined, connection: MysqlConnection): boolean {
    if (packet === undefined) {
      this.#send(connection);
      return false;
    }
    if (packet.isError()) {
      this.#listener.refuse(packet.asError(connection.clientEncoding));
      return true;
    }
    switch (this.#phase) {
      case 'rows':
        return this.#row(packet);
      case 'columns':
        return this.#column(packet);
      case 'columns end':
        return this.#columnsEnd(packet, connection);
      default:
        return this.#answer(packet);
    }
  }

  #send(connection: MysqlConnection): void {
    connection._resetSequenceId();
    connection.writePacket(this.#request as MysqlRequest);
    // Its values are not needed any more.
    this.#request = undefined;
    this.#phase = 'answer';
  }

  #answer(packet: MysqlReply): boolean {
    const { buffer, offset } = packet;
    if (buffer[offset] === okMark) {
      this.#listener.end(lengthAt(buffer, offset + 1));
      return true;
    }
    // What would ask for a file of ours.
    if (buffer[offset] === fileMark) throw unasked();
    this.#count = lengthAt(buffer, offset);
    if (this.#phase !== 'answer' || this.#count === 0 || this.#count > mostColumns) throw unasked();
    this.#phase = 'columns';
    return false;
  }

  #column(packet: MysqlReply): boolean {
    const { buffer, offset, end } = packet;
    if (this.#descriptions === undefined && !this.#known.isSame(this.#described, packet)) {
      this.#descriptions = this.#known.descriptions.slice(0, this.#described);
    }
    this.#descriptions?.push(Buffer.from(buffer.subarray(offset, end)));
    this.#described += 1;
    if (this.#described === this.#count) this.#phase = 'columns end';
    return false;
  }

  #columnsEnd({ buffer, offset }: MysqlReply, connection: MysqlConnection): boolean {
    if (buffer[offset] !== endMark) throw new DataJointError('The database described more columns than it announced.');
    const isKnown = this.#descriptions === undefined && this.#count === this.#known.all.length;
    if (!isKnown) {
      const descriptions = this.#descriptions ?? this.#known.descriptions.slice(0, this.#count);
      this.#known = new MysqlColumns(descriptions, connection._mariadbExtendedMetadata);
      this.#statement.columns = this.#known;
    }
    this.#listener.begin(this.#known);
    this.#phase = 'rows';
    return false;
  }

  #row(packet: MysqlReply): boolean {
    const { buffer, offset, end } = packet;
    if (buffer[offset] !== endMark || end - offset >= longestEnd) {
      this.#listener.read(packet);
      return false;
    }
    // After the mark and the number of warnings. Of a procedure, what follows is that it has ended.
    if ((buffer.readUInt16LE(offset + 3) & moreFollows) !== 0) {
      this.#phase = 'end';
      return false;
    }
    this.#listener.end(0);
    return true;
  }
}

const unasked = (): DataJointError => new DataJointError('The database gave an answer that nobody asked for.');

/** A number in as many bytes as it takes. */
function lengthAt(buffer: Buffer, offset: number): number {
  const first = buffer[offset] as number;
  if (first < 0xfb) return first;
  if (first === 0xfc) return buffer.readUInt16LE(offset + 1);
  return first === 0xfd ? buffer.readUIntLE(offset + 1, 3) : Number(buffer.readBigUInt64LE(offset + 1));
}
