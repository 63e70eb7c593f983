import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { requestBytes } from './postgres-request.ts';

type Message = 'parse' | 'bind' | 'describe' | 'execute' | 'sync' | 'close';
const { Connection } = pg as unknown as {
  readonly Connection: new (options: object) => Readonly<Record<Message, (message?: object) => void>>;
};

/** What `pg` writes of some messages. */
function written(messages: readonly (readonly [kind: Message, message?: object])[]): Buffer {
  const parts: Buffer[] = [];
  const stream = { writable: true, write: (part: Buffer) => parts.push(Buffer.from(part)) };
  const theirs = new Connection({ stream });
  for (const [kind, message] of messages) theirs[kind](message);
  return Buffer.concat(parts);
}

/** With the types and forms of parameters written out, as `pg` does. */
const told = fc.constant<number[]>([17, 25]);
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('é'.repeat(1200), 'x'.repeat(1200), '1'));
const withoutZeros = text.map((value) => value.replaceAll('\0', ''));

test('requests are those that pg would write', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme-ascii' })),
      fc.string({ unit: 'grapheme-ascii' }),
      fc.option(withoutZeros, { nil: undefined }),
      told,
      fc.option(text),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.boolean(),
      (unwanted, name, statement, types, value, bytes, isDescribed) => {
        const values = [bytes, value];
        const expected = written([
          ...unwanted.map((each) => ['close', { type: 'S', name: each }] as const),
          ...(statement === undefined ? [] : [['parse', { name, text: statement, types }] as const]),
          ['bind', { statement: name, values }],
          ...(isDescribed ? [['describe', { type: 'P' }] as const] : []),
          ['execute', {}],
          ['sync'],
        ]);
        // It names the form of the rows.
        const ours = requestBytes({ unwanted, name, text: statement, params: { types, values }, isDescribed });
        expect(withRowForm(ours).toString('hex')).toBe(expected.toString('hex'));
      },
    ),
  );
});

/** `pg` says that rows are text, which is so where nothing is said. */
function withRowForm(request: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < request.length; ) {
    const end = at + 1 + request.readUInt32BE(at + 1);
    const part = Buffer.from(request.subarray(at, end));
    if (part[0] === 66) {
      part.writeUInt32BE(end - at - 1 + 2, 1);
      part.writeUInt16BE(1, part.length - 2);
      parts.push(part, Buffer.alloc(2));
    } else parts.push(part);
    at = end;
  }
  return Buffer.concat(parts);
}

test('what is the same for all parameters is not said of each', () => {
  const params = { types: [0, 0], values: ['1', null] };
  const bytes = requestBytes({ unwanted: [], name: '', text: 'x', params, isDescribed: false });
  const parse = ['P', 0, 0, 0, 9, 0, 'x', 0, 0, 0];
  const bind = ['B', 0, 0, 0, 21, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, '1', 255, 255, 255, 255, 0, 0];
  const execute = ['E', 0, 0, 0, 9, 0, 0, 0, 0, 0];
  const all = [...parse, ...bind, ...execute, 'S', 0, 0, 0, 4];
  expect([...bytes]).toEqual(all.map((byte) => (typeof byte === 'string' ? byte.charCodeAt(0) : byte)));
});
