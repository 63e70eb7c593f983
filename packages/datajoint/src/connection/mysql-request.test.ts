import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../errors.ts';
import type { Param } from '../sql/sql.ts';
import type { MysqlRequest } from './mysql-link.ts';
import { ExecuteRequest } from './mysql-request.ts';

/** What the driver itself would send. */
const require = createRequire(import.meta.url);
const { Execute } = require(join(dirname(require.resolve('mysql2')), 'lib/packets/index.js')) as {
  Execute: new (id: number, params: readonly unknown[], charset: number) => { toPacket(): { readonly buffer: Buffer } };
};
const { TypedParameter } = require('mysql2') as {
  TypedParameter: { LONGLONG: ((value: bigint) => unknown) & { unsigned(value: bigint): unknown } };
};
const utf8mb4 = 45;
/** As the driver wants it. */
const given = (param: Param): unknown => {
  if (param instanceof Uint8Array) return Buffer.from(param);
  if (typeof param !== 'bigint') return param;
  return param < 2n ** 63n ? TypedParameter.LONGLONG(param) : TypedParameter.LONGLONG.unsigned(param);
};
const byDriver = (id: number, params: readonly Param[]): string =>
  new Execute(id, params.map(given), utf8mb4).toPacket().buffer.subarray(4).toString('hex');
const byUs = (id: number, params: readonly Param[]): string =>
  new ExecuteRequest(params).of(id).buffer.subarray(4).toString('hex');

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
    const request = new ExecuteRequest(['a']);
    request.writeHeader(3);
    expect(request.buffer.readUIntLE(0, 3)).toBe(request.buffer.length - 4);
    expect(request.buffer[3]).toBe(3);
  });

  test('is refused for half a character and for integers of more than 64 bits', () => {
    for (const value of ['\ud800', `${'a'.repeat(50)}\udc00`, 'é\ud800'.repeat(600), 2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => new ExecuteRequest(['fine', value])).toThrow(InvalidValueError);
    }
    expect(() => new ExecuteRequest([undefined as unknown as Param])).toThrow(TypeError);
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
    const request = new ExecuteRequest(['']);
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
