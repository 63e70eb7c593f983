import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { DateTime } from './values.ts';

const none = -1;

/** The digits of date and time as numbers, `yyyymmdd` and `hhmmssffffff`; -1 for the part that is not there. */
export function readDateTime(reader: ByteReader): DateTime {
  const place = reader.position;
  const date = reader.int32('date');
  const time = reader.int64('time');
  if (date < 0 && time < 0n) reader.fail('Expected a date or a time, got neither', place);
  const parts = [date < 0 ? '' : dateText(date), time < 0n ? '' : timeText(time)];
  return new DateTime(parts.filter((part) => part !== '').join('T'));
}

function dateText(date: number): string {
  const digits = String(date).padStart(8, '0');
  return digits.replace(/(\d\d)(\d\d)$/, '-$1-$2');
}

function timeText(time: bigint): string {
  const digits = String(time).padStart(12, '0');
  return digits.replace(/(\d\d)(\d\d)(\d{6})$/, ':$1:$2.$3').replace(/\.000000$/, '');
}

export function writeDateTime({ kind, text }: DateTime, writer: ByteWriter): void {
  writer.uint8(0x74);
  const [date, time] = kind === 'time' ? [undefined, text] : text.split('T');
  writer.int32(date === undefined ? none : Number(date.replaceAll('-', '')));
  writer.int64(time === undefined ? BigInt(none) : BigInt(time.replaceAll(/[:.]/g, '').padEnd(12, '0')));
}
