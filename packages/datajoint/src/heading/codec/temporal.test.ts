import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  datetimeFromEpoch,
  epochOf,
  isDatetimeText,
  isPlainTemporal,
  isTimeText,
  secondsOf,
  timeFromSeconds,
  wallClock,
} from './temporal.ts';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Days since 1970-01-01 counted in integers alone: Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysIn(year: number, month: number): number {
  return daysFromCivil(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysFromCivil(year, month, 1);
}

/** Microseconds as the shortest decimal number of seconds. */
function decimal(micros: bigint): string {
  const magnitude = micros < 0n ? -micros : micros;
  const fraction = String(magnitude % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${micros < 0n ? '-' : ''}${magnitude / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}

const clock = fc.record({
  hours: fc.integer({ min: 0, max: 23 }),
  minutes: fc.integer({ min: 0, max: 59 }),
  seconds: fc.integer({ min: 0, max: 59 }),
  micros: fc.oneof(fc.constant(0), fc.constantFrom(1, 500_000, 999_999), fc.integer({ min: 0, max: 999_999 })),
});

type Clock = { hours: number; minutes: number; seconds: number; micros: number };

function clockText({ hours, minutes, seconds, micros }: Clock): string {
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}${micros === 0 ? '' : `.${pad(micros, 6)}`}`;
}

function clockMicros({ hours, minutes, seconds, micros }: Clock): bigint {
  return BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000n + BigInt(micros);
}

const date = (min = 1, max = 9999) =>
  fc
    .record({ year: fc.integer({ min, max }), month: fc.integer({ min: 1, max: 12 }), day: fc.nat(30) })
    .map(({ year, month, day }) => ({ year, month, day: 1 + (day % daysIn(year, month)) }));

type Day = { year: number; month: number; day: number };

const dateText = ({ year, month, day }: Day): string => `${pad(year, 4)}-${pad(month)}-${pad(day)}`;

const dayMicros = ({ year, month, day }: Day): bigint => BigInt(daysFromCivil(year, month, day)) * 86_400_000_000n;

describe('dates and datetimes as seconds since 1970', () => {
  test('every datetime of the years 1 to 9999, to the microsecond, there and back', () => {
    fc.assert(
      fc.property(date(), clock, (day, time) => {
        const text = `${dateText(day)} ${clockText(time)}`;
        const epoch = epochOf(text);
        expect(epoch).toBe(decimal(dayMicros(day) + clockMicros(time)));
        expect(datetimeFromEpoch(epoch as string)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('every date there and back', () => {
    fc.assert(
      fc.property(date(), (day) => {
        const epoch = epochOf(dateText(day));
        expect(epoch).toBe(decimal(dayMicros(day)));
        expect(datetimeFromEpoch(epoch as string, true)).toBe(dateText(day));
        expect(datetimeFromEpoch(epoch as string)).toBe(`${dateText(day)} 00:00:00`);
      }),
    );
  });

  test.each([
    ['1970-01-01 00:00:00', '0'],
    ['1970-01-01', '0'],
    ['1969-12-31 23:59:59.999999', '-0.000001'],
    ['1969-12-31 23:59:59', '-1'],
    ['1969-12-31 23:59:58.500000', '-1.5'],
    ['9999-12-31 23:59:59.999999', '253402300799.999999'],
    ['0001-01-01 00:00:00.000001', '-62135596799.999999'],
    ['0000-01-01', '-62167219200'],
    ['2000-02-29', '951782400'],
    ['2020-01-02 03:04:05.1', '1577934245.1'],
    ['2020-01-02 03:04:05.123456789', '1577934245.123456'],
    ['2020-01-02 03:04', '1577934240'],
  ])('%s is %s', (text, epoch) => {
    expect(epochOf(text)).toBe(epoch);
  });

  test.each([
    '0000-00-00',
    '0000-00-00 00:00:00',
    '2020-00-00',
    '2020-01-00 10:00:00',
    '2021-02-29',
    '2020-13-01',
    'infinity',
    '-infinity',
    '2020-01-01 BC',
    '',
    ' ',
    '2020-01-01 ',
    '2020-01-01 10',
  ])('"%s" has no epoch', (text) => {
    expect(epochOf(text)).toBeUndefined();
  });

  test.each([
    ['0', '1970-01-01 00:00:00'],
    ['-0', '1970-01-01 00:00:00'],
    ['1.5e3', '1970-01-01 00:25:00'],
    ['-1e-6', '1969-12-31 23:59:59.999999'],
    ['+.25', '1970-01-01 00:00:00.250000'],
    ['253402300799.999999', '9999-12-31 23:59:59.999999'],
    ['-62167219200', '0000-01-01 00:00:00'],
  ])('%s seconds are %s', (seconds, text) => {
    expect(datetimeFromEpoch(seconds)).toBe(text);
  });

  test.each(['253402300800', '-62167219200.000001', '0.0000001', '1e13', '1e300', '-1e300', '1e-300'])(
    '%s seconds are no datetime',
    (seconds) => {
      expect(datetimeFromEpoch(seconds)).toBeUndefined();
    },
  );

  test('a date with a time of day keeps it', () => {
    expect(datetimeFromEpoch('86400', true)).toBe('1970-01-02');
    expect(datetimeFromEpoch('86401', true)).toBe('1970-01-02 00:00:01');
    expect(datetimeFromEpoch('86400.000001', true)).toBe('1970-01-02 00:00:00.000001');
  });
});

describe('times as seconds', () => {
  const time = fc.tuple(fc.boolean(), clock, fc.integer({ min: 0, max: 838 }));

  test('every time of either sign up to 838 hours there and back', () => {
    fc.assert(
      fc.property(time, ([negative, { minutes, seconds, micros }, hours]) => {
        const micro = clockMicros({ hours, minutes, seconds, micros });
        const isNegative = negative && micro !== 0n;
        const text = `${isNegative ? '-' : ''}${clockText({ hours, minutes, seconds, micros })}`;
        const written = secondsOf(text);
        expect(written).toBe(decimal(isNegative ? -micro : micro));
        expect(timeFromSeconds(written as string)).toBe(text);
        expect(isTimeText(text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['00:00:00', '0'],
    ['-00:00:00', '0'],
    ['-00:00:00.5', '-0.5'],
    ['838:59:59', '3020399'],
    ['-838:59:59.000000', '-3020399'],
    ['1:2:3', '3723'],
    ['10:30', '37800'],
  ])('%s is %s', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  test.each(['', '10', '1:2:3:4', '1000:00:00', 'abc', '10:00:00 ', '2020-01-01 10:00:00'])(
    '"%s" is no time',
    (text) => {
      expect(secondsOf(text)).toBeUndefined();
      expect(isTimeText(text)).toBe(false);
    },
  );

  test.each(['0.0000001', '1e14', '1e300'])('%s seconds are no time', (seconds) => {
    expect(timeFromSeconds(seconds)).toBeUndefined();
  });

  test('exponents and signs', () => {
    expect(timeFromSeconds('3.6e3')).toBe('01:00:00');
    expect(timeFromSeconds('+3600')).toBe('01:00:00');
    expect(timeFromSeconds('-90000.5')).toBe('-25:00:00.500000');
  });
});

describe('ISO 8601 as the database takes it', () => {
  const offset = fc.record({
    sign: fc.constantFrom('+', '-'),
    hours: fc.integer({ min: 0, max: 14 }),
    minutes: fc.constantFrom(undefined, 0, 30, 45),
    colon: fc.constantFrom('', ':'),
  });

  test('an offset is taken away', () => {
    fc.assert(
      fc.property(date(2, 9998), clock, offset, (day, time, { sign, hours, minutes, colon }) => {
        const text = `${dateText(day)}T${clockText(time)}`;
        const zone = `${sign}${pad(hours)}${minutes === undefined ? '' : `${colon}${pad(minutes)}`}`;
        const shift = BigInt((sign === '-' ? -1 : 1) * (hours * 3600 + (minutes ?? 0) * 60)) * 1_000_000n;
        expect(epochOf(wallClock(text + zone))).toBe(decimal(dayMicros(day) + clockMicros(time) - shift));
      }),
    );
  });

  test('without an offset only the T goes', () => {
    fc.assert(
      fc.property(date(), clock, fc.constantFrom('T', 't', ' '), (day, time, between) => {
        expect(wallClock(`${dateText(day)}${between}${clockText(time)}`)).toBe(`${dateText(day)} ${clockText(time)}`);
      }),
    );
  });

  test.each([
    ['2020-01-01T00:00:00Z', '2020-01-01 00:00:00'],
    ['2020-01-01T00:00:00z', '2020-01-01 00:00:00'],
    ['2020-01-01T00:00:00.5Z', '2020-01-01 00:00:00.500000'],
    ['2020-01-01T00:30:00+01:00', '2019-12-31 23:30:00'],
    ['2020-02-28T23:30:00-01:00', '2020-02-29 00:30:00'],
    [' 2020-01-01T10:00 ', '2020-01-01 10:00'],
    ['2020-01-01', '2020-01-01'],
    ['10:00:00', '10:00:00'],
    ['20210102', '20210102'],
    ['0000-00-00T00:00:00Z', '0000-00-00T00:00:00Z'],
    ['now', 'now'],
    ['', ''],
  ])('%s becomes %s', (text, expected) => {
    expect(wallClock(text)).toBe(expected);
  });
});

test.each([
  ['2020-01-01', true],
  ['2020-1-1', true],
  ['0000-00-00', true],
  ['2020-01-01 10:00', true],
  ['2020-01-01T10:00:00.123+01', true],
  ['2020-01-01 10:00:00 Z', true],
  ['2020', false],
  ['2020-01', false],
  ['01-01-2020', false],
  ["2020-01-01' OR 1", false],
  ['2020-01-01\n', false],
])('whether %j is a datetime: %s', (text, is) => {
  expect(isDatetimeText(text)).toBe(is);
});

describe('plain texts', () => {
  test.each([
    '2021-01-02',
    '2021-01-02 23:59:59.5',
    '12:34',
    '-infinity',
    '0044-03-15 BC',
    '10000-01-01',
    '',
    '2021/01/02',
  ])('may be %j', (text) => {
    expect(isPlainTemporal(text, 23)).toBe(true);
  });

  test.each(['now', 'yesterday', 'epoch', '24:00:00', '2021-01-02 24:00:00', '12:60', '12:00:60', '12:34:56 PM', 'x'])(
    'are not %j',
    (text) => {
      expect(isPlainTemporal(text, 23)).toBe(false);
    },
  );

  test('may be longer than a day where hours are', () => {
    expect(isPlainTemporal('-838:59:59', 838)).toBe(true);
    expect(isPlainTemporal('839:00:00', 838)).toBe(false);
  });
});
