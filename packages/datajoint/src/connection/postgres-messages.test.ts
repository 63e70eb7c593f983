import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PostgresMessages } from './postgres-messages.ts';

function message(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const messages = fc.array(fc.tuple(fc.constantFrom('T', 'D', 'D', 'D', 'C', 'Z'), fc.uint8Array({ maxLength: 40 })));

test('however it comes in pieces, rows are taken whole and the rest goes on as it was', () => {
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (all, sizes) => {
      const rows: string[] = [];
      const passed: Buffer[] = [];
      const order: string[] = [];
      const reader = new PostgresMessages((bytes) => {
        passed.push(Buffer.from(bytes));
        order.push('other');
      });
      reader.rows = (bytes, start, end) => {
        rows.push(bytes.toString('hex', start, end));
        order.push('row');
      };
      const bytes = Buffer.concat(all.map(([kind, body]) => message(kind, Buffer.from(body))));
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const next = at + (sizes[turn % sizes.length] as number);
        reader.take(bytes.subarray(at, next));
        at = next;
      }
      const of = (isRow: boolean) => all.filter(([kind]) => (kind === 'D') === isRow);
      expect(rows).toEqual(of(true).map(([, body]) => Buffer.from(body).toString('hex')));
      expect(Buffer.concat(passed)).toEqual(
        Buffer.concat(of(false).map(([kind, body]) => message(kind, Buffer.from(body)))),
      );
      // What came before a row has gone on when the row is taken.
      expect(order.filter((what) => what === 'row')).toHaveLength(rows.length);
      if (all[0]?.[0] === 'T' && all.some(([kind]) => kind === 'D')) expect(order[0]).toBe('other');
    }),
  );
});

test('rows that nobody takes go on, too', () => {
  const passed: Buffer[] = [];
  const reader = new PostgresMessages((bytes) => passed.push(Buffer.from(bytes)));
  const bytes = Buffer.concat([message('D', Buffer.alloc(20, 1)), message('C', Buffer.from('SELECT 1\0'))]);
  for (let at = 0; at < bytes.length; at += 3) reader.take(bytes.subarray(at, at + 3));
  expect(Buffer.concat(passed)).toEqual(bytes);
});
