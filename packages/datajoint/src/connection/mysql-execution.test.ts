import { describe, expect, test } from 'vitest';
import type { MysqlColumns } from './mysql-columns.ts';
import { MysqlExecution } from './mysql-execution.ts';
import type { MysqlConnection, MysqlReply, MysqlRequest } from './mysql-link.ts';
import type { PreparedStatement } from './mysql-statements.ts';

const connection = {
  _resetSequenceId: () => undefined,
  writePacket: () => undefined,
  _mariadbExtendedMetadata: false,
  clientEncoding: 'utf8',
} as unknown as MysqlConnection;

const end = [0xfe, 0, 0, 2, 0];

/** A column of one character as its name, of integers as a rule. */
const described = (name: string, type = 3): number[] => [
  ...[3, 100, 101, 102, 0, 0, 0, 1, name.charCodeAt(0), 0],
  ...[0x0c, 63, 0, 11, 0, 0, 0, type, 0, 0, 0, 0, 0],
];

interface Heard {
  readonly columns: MysqlColumns[];
  readonly rows: number[][];
  readonly errors: unknown[];
  affectedRows?: number;
}

/** Runs a statement that is answered in these packets. */
function run(packets: readonly (readonly number[])[], statement: PreparedStatement = { id: 1 }): Heard {
  const heard: Heard = { columns: [], rows: [], errors: [] };
  const execution = new MysqlExecution(statement, {} as MysqlRequest, {
    begin: (columns) => heard.columns.push(columns),
    read: ({ buffer, offset, end: stop }) => heard.rows.push([...buffer.subarray(offset, stop)]),
    end: (rows) => {
      heard.affectedRows = rows;
    },
    refuse: (error) => heard.errors.push(error),
  });
  expect(execution.execute(undefined, connection)).toBe(false);
  for (const [index, bytes] of packets.entries()) {
    const buffer = Buffer.from([1, 2, 3, 4, ...bytes, 9]);
    const isError = bytes[0] === 0xff;
    const packet = { buffer, offset: 4, end: 4 + bytes.length, isError: () => isError, asError: () => new Error('no') };
    expect(execution.execute(packet as unknown as MysqlReply, connection)).toBe(index === packets.length - 1);
  }
  return heard;
}

describe('a prepared statement', () => {
  test('that changes rows is answered with how many', () => {
    expect(run([[0, 0, 0]]).affectedRows).toBe(0);
    expect(run([[0, 250, 0]]).affectedRows).toBe(250);
    expect(run([[0, 0xfc, 0xfb, 0, 0]]).affectedRows).toBe(251);
    expect(run([[0, 0xfd, 1, 0, 1, 0]]).affectedRows).toBe(65_537);
    expect(run([[0, 0xfe, 0, 0, 0, 1, 0, 0, 0, 0]]).affectedRows).toBe(2 ** 24);
  });

  test('is answered with columns and rows, of which one may look like an end', () => {
    const large = [0xfe, ...Array.from({ length: 20 }, () => 7)];
    const { columns, rows, affectedRows } = run([[2], described('a'), described('b', 8), end, [0, 0, 1], large, end]);
    expect(columns[0]?.forms).toEqual(['int32', 'int64']);
    expect(columns[0]?.all.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(rows).toEqual([[0, 0, 1], large]);
    expect(affectedRows).toBe(0);
  });

  test('has its columns read once, and again when one is not what it was', () => {
    const statement: PreparedStatement = { id: 1 };
    const [first] = run([[2], described('a'), described('b'), end, end], statement).columns;
    expect(run([[2], described('a'), described('b'), end, end], statement).columns[0]).toBe(first);
    const [second] = run([[2], described('a'), described('b', 8), end, end], statement).columns;
    expect(second?.forms).toEqual(['int32', 'int64']);
    const [longer] = run([[3], described('a'), described('b', 8), described('c'), end, end], statement).columns;
    expect(longer?.forms).toEqual(['int32', 'int64', 'int32']);
    const [shorter] = run([[1], described('a'), end, end], statement).columns;
    expect(shorter?.forms).toEqual(['int32']);
    expect(run([[1], described('a'), end, end], statement).columns[0]).toBe(shorter);
  });

  test('that calls a procedure is answered with rows and its end', () => {
    const { rows, affectedRows } = run([[1], described('a'), end, [0, 0, 1], [0xfe, 0, 0, 8, 0], [0, 3, 0]]);
    expect([rows, affectedRows]).toEqual([[[0, 0, 1]], 3]);
  });

  test('may fail at once, and after some rows', () => {
    expect(run([[0xff]]).errors).toHaveLength(1);
    const { rows, errors } = run([[1], described('a'), end, [0, 0, 1], [0xff]]);
    expect([rows.length, errors.length]).toEqual([1, 1]);
  });

  test('is answered with nothing else', () => {
    expect(() => run([[0xfb, 47]])).toThrow('nobody asked for');
    expect(() => run([[1], described('a'), described('b')])).toThrow('more columns');
    expect(() => run([[0xfc, 0, 0]])).toThrow('nobody asked for');
    expect(() => run([[0xfd, 0, 0, 1]])).toThrow('nobody asked for');
    expect(() => run([[1], described('a'), end, [0xfe, 0, 0, 8, 0], [1], end])).toThrow('nobody asked for');
    expect(() => run([[1], described('a', 99), end])).toThrow('type number 99');
  });
});
