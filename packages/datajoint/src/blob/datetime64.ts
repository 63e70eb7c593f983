import type { DatetimeUnit } from './dtype.ts';

/** Stands for "not a time" among numpy's dates. */
export const notATime = -(2n ** 63n);

/** Units below a day: how many there are in one, and how many letters of `hh:mm:ss` and digits of a second they show. */
const clocks: Readonly<
  Record<Exclude<DatetimeUnit, 'Y' | 'M' | 'W' | 'D'>, [perDay: bigint, letters: number, digits: number]>
> = {
  h: [24n, 2, 0],
  m: [1_440n, 5, 0],
  s: [86_400n, 8, 0],
  ms: [86_400n * 10n ** 3n, 8, 3],
  us: [86_400n * 10n ** 6n, 8, 6],
  ns: [86_400n * 10n ** 9n, 8, 9],
  ps: [86_400n * 10n ** 12n, 8, 12],
  fs: [86_400n * 10n ** 15n, 8, 15],
  as: [86_400n * 10n ** 18n, 8, 18],
};

/**
 * A date of numpy's `datetime64`, counted in its unit from 1970, as numpy writes it: `1998`, `1972-05`, `1970-01-29`,
 * `2204-09-24T21:09`, `1970-01-11T06:14:24.000`; `NaT` for none. The calendar is Gregorian, before its beginning too.
 */
export function datetime64Text(value: bigint, unit: DatetimeUnit): string {
  if (value === notATime) return 'NaT';
  switch (unit) {
    case 'Y':
      return yearText(1970n + value);
    case 'M':
      return `${yearText(1970n + floorDivide(value, 12n))}-${twoDigits(modulo(value, 12n) + 1n)}`;
    case 'W':
      return dayText(value * 7n);
    case 'D':
      return dayText(value);
    default: {
      const [perDay, letters, digits] = clocks[unit];
      const within = modulo(value, perDay);
      const perSecond = 10n ** BigInt(digits);
      const seconds = digits > 0 ? within / perSecond : (within * 86_400n) / perDay;
      const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(twoDigits).join(':').slice(0, letters);
      const fraction = digits > 0 ? `.${String(within % perSecond).padStart(digits, '0')}` : '';
      return `${dayText(floorDivide(value, perDay))}T${clock}${fraction}`;
    }
  }
}

/** Days since 1970 as a date. Source of the arithmetic: H. Hinnant, "chrono-compatible low-level date algorithms". */
function dayText(days: bigint): string {
  const shifted = days + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = modulo(shifted, 146_097n);
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * shiftedMonth + 2n) / 5n + 1n;
  const month = shiftedMonth < 10n ? shiftedMonth + 3n : shiftedMonth - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  return `${yearText(year)}-${twoDigits(month)}-${twoDigits(day)}`;
}

function yearText(year: bigint): string {
  return year < 0n ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0');
}

function twoDigits(value: bigint): string {
  return String(value).padStart(2, '0');
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  return (value - modulo(value, divisor)) / divisor;
}

function modulo(value: bigint, divisor: bigint): bigint {
  return ((value % divisor) + divisor) % divisor;
}
