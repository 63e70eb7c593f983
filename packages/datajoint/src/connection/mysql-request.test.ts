import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../errors.ts';
import type { Param } from '../sql/sql.ts';
import type { MysqlConnection, MysqlReply, MysqlRequest } from './mysql-link.ts';
import { toWire } from './mysql-params.ts';
import { executeRequest } from './mysql-request.ts';
import { MysqlWrite } from './mysql-write.ts';

/** What the driver itself would send. */
const require = createRequire(import.meta.url);
const { Execute } = require(join(dirname(require.resolve('mysql2')), 'lib/packets/index.js')) as {
  Execute: new (id: number, params: readonly unknown[], charset: number) => { toPacket(): { readonly buffer: Buffer } };
};
const { TypedParameter } = require('mysql2') as {
  TypedParameter: { LONGLONG: ((value: bigint) => unknown) & { unsigned(value: bigint): unknown } };
};
const utf8mb4 = 45;
const integer = (value: bigint): unknown =>
  value < 2n ** 63n ? TypedParameter.LONGLONG(value) : TypedParameter.LONGLONG.unsigned(value);
const byDriver = (id: number, params: readonly Param[]): string =>
  new Execute(
    id,
    params.map((param) => toWire(param, integer)),
    utf8mb4,
  )
    .toPacket()
    .buffer.subarray(4)
    .toString('hex');
const byUs = (id: number, params: readonly Param[]): string =>
  executeRequest(id, params).buffer.subarray(4).toString('hex');

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc
    .constantFrom(39, 40, 41, 82, 83, 84, 250, 251, 333, 999, 1000, 1001, 65_534, 65_536)
    .map((size) => 'a'.repeat(size)),
  fc.constantFrom(40, 83, 84, 334, 1001, 21_846).map((size) => '語'.repeat(size)),
);
const param: fc.Arbitrary<Param> = fc.oneof(
  text.filter((value) => (value as string & { isWellFormed(): boolean }).isWellFormed()),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.uint8Array({ maxLength: 300 }),
  fc.constant(null),
);

describe('what runs a prepared statement', () => {
  test('is what the driver would send, for any values', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(param, { maxLength: 40 }), (id, params) => {
        expect(byUs(id, params)).toBe(byDriver(id, params));
      }),
    );
  });

  test('is what the driver would send, for thousands of values and for a large one', () => {
    const many = Array.from({ length: 4321 }, (_, index) => (index % 7 === 0 ? null : `value ${index}`));
    expect(byUs(1, many)).toBe(byDriver(1, many));
    const large = [Buffer.alloc(17 << 20, 'x'), 'y'.repeat(1 << 20)];
    expect(byUs(1, large) === byDriver(1, large)).toBe(true);
  });

  test('has its length and number written by the driver', () => {
    const request = executeRequest(1, ['a']);
    request.writeHeader(3);
    expect(request.buffer.readUIntLE(0, 3)).toBe(request.buffer.length - 4);
    expect(request.buffer[3]).toBe(3);
  });

  test('is refused for half a character and for integers of more than 64 bits', () => {
    for (const value of ['\ud800', `${'a'.repeat(50)}\udc00`, 'é\ud800'.repeat(600), 2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => executeRequest(1, ['fine', value])).toThrow(InvalidValueError);
    }
    expect(() => executeRequest(1, [undefined as unknown as Param])).toThrow(TypeError);
  });
});

describe('a large one', () => {
  const most = 2 ** 24 - 1;
  const { prototype } = require(join(dirname(require.resolve('mysql2')), 'lib/base/connection.js')) as {
    prototype: { writePacket(this: unknown, request: MysqlRequest): void };
  };
  const pieces = (payload: number): number[] => {
    const sizes: number[] = [];
    const connection = {
      config: {},
      sequenceId: 0,
      _bumpSequenceId: () => undefined,
      write: (bytes: Buffer) => sizes.push(bytes.length),
    };
    const request = executeRequest(1, ['']);
    const buffer = Buffer.alloc(4 + payload);
    const length = (): number => request.length() - request.buffer.length + buffer.length;
    prototype.writePacket.call(connection, { buffer, length, writeHeader: () => undefined });
    return sizes;
  };

  test.each([
    [most - 2, [most + 2]],
    [most - 1, [4, most - 1]],
    [most, [4, most, 4, 0]],
    [most + 1, [4, most, 4, 1]],
    [2 * most - 1, [4, most, 4, most - 1]],
    [2 * most, [4, most, 4, most, 4, 0]],
  ])('of %i bytes is cut as the protocol wants it', (payload, expected) => {
    expect(pieces(payload)).toEqual(expected);
  });
});

describe('a write', () => {
  const answered = (bytes: readonly number[]): number | undefined => {
    let written: number | undefined;
    const write = new MysqlWrite({
      request: executeRequest(1, []),
      onWritten: (rows) => {
        written = rows;
      },
      onFailed: () => undefined,
    });
    const connection = {
      _resetSequenceId: () => undefined,
      writePacket: () => undefined,
    } as unknown as MysqlConnection;
    expect(write.execute(undefined, connection)).toBe(false);
    const buffer = Buffer.from([1, 2, 3, 4, ...bytes]);
    const packet = { buffer, offset: 4, end: buffer.length, isError: () => false } as unknown as MysqlReply;
    expect(write.execute(packet, connection)).toBe(true);
    return written;
  };

  test('is answered with how many rows it changed', () => {
    expect(answered([0, 0, 0])).toBe(0);
    expect(answered([0, 250, 0])).toBe(250);
    expect(answered([0, 0xfc, 0xfb, 0, 0])).toBe(251);
    expect(answered([0, 0xfd, 1, 0, 1, 0])).toBe(65_537);
    expect(answered([0, 0xfe, 0, 0, 0, 1, 0, 0, 0, 0])).toBe(2 ** 24);
  });

  test('is answered with nothing else', () => {
    expect(() => answered([5])).toThrow('how many rows');
    expect(() => answered([])).toThrow('how many rows');
  });
});
