/**
 * Dates and times between the database's text and seconds since 1970, by their digits.
 *
 * Nothing here passes through a double that could not hold it: microseconds at year 9999 need more than 53 bits.
 * Days are counted in the proleptic Gregorian calendar, as both database families do. A wall clock is read as UTC.
 */

import { dayNumber } from '../../calendar.ts';
import { plainDigits } from './number-literal.ts';

const datePattern = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const timePattern = /^([+-]?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/;
const datetimePattern =
  /^(\d{4}-\d{1,2}-\d{1,2})(?:[T ](\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** A zone at the end, as PostgreSQL writes the times of a `timestamptz`. */
const zonePattern = /\d[+-]\d{2}(?::\d{2})?$/;

/** The day of a text, as days since 1970-01-01; undefined for what is no day of the calendar. */
function dayOf(text: string): number | undefined {
  const [, year = Number.NaN, month = Number.NaN, day = Number.NaN] = datePattern.exec(text)?.map(Number) ?? [];
  return dayNumber(year, month, day);
}

/** Writes seconds and microseconds as one decimal number. */
function decimalSeconds(seconds: number, micros: number): string {
  if (micros === 0) return String(seconds === 0 ? 0 : seconds);
  const negative = seconds < 0;
  const whole = negative ? -seconds - 1 : seconds;
  const fraction = negative ? 1_000_000 - micros : micros;
  return `${negative ? '-' : ''}${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

function microsOf(fraction: string | undefined): number {
  return Number((fraction ?? '').slice(0, 6).padEnd(6, '0'));
}

/** Whole seconds and microseconds, 0 to 999999, counted forward. */
interface Moment {
  readonly seconds: number;
  readonly micros: number;
}

function momentOf(text: string): Moment | undefined {
  const space = text.indexOf(' ');
  const days = dayOf(space < 0 ? text : text.slice(0, space));
  if (days === undefined) return undefined;
  if (space < 0) return { seconds: days * 86_400, micros: 0 };
  if (zonePattern.test(text)) {
    const utc = wallClock(text);
    return utc === text ? undefined : momentOf(utc);
  }
  const clock = clockOf(text.slice(space + 1));
  return clock === undefined ? undefined : { seconds: days * 86_400 + clock.seconds, micros: clock.micros };
}

/** A time text without its sign. */
function clockOf(text: string): (Moment & { readonly isNegative: boolean }) | undefined {
  const [, sign, hours, minutes, seconds, fraction] = timePattern.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return {
    isNegative: sign === '-',
    seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0),
    micros: microsOf(fraction),
  };
}

/**
 * Seconds since 1970 of `YYYY-MM-DD` or `YYYY-MM-DD hh:mm:ss`, the forms that come by the thousand, in a tenth of the
 * time; undefined for all others, and for what is no day.
 */
function wholeSeconds(text: string): number | undefined {
  if (text.length !== 10 && text.length !== 19) return undefined;
  if (text[4] !== '-' || text[7] !== '-') return undefined;
  const days = dayNumber(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8));
  if (days === undefined || Number.isNaN(days)) return undefined;
  if (text.length === 10) return days * 86_400;
  if (text[10] !== ' ' || text[13] !== ':' || text[16] !== ':') return undefined;
  const seconds = days * 86_400 + twoDigits(text, 11) * 3600 + twoDigits(text, 14) * 60 + twoDigits(text, 17);
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** The number of two digits; NaN where something else stands. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** A date or datetime text as seconds since 1970; undefined for zero dates and other texts without an epoch. */
export function epochOf(text: string): string | undefined {
  const seconds = wholeSeconds(text);
  if (seconds !== undefined) return String(seconds);
  const moment = momentOf(text);
  return moment === undefined ? undefined : decimalSeconds(moment.seconds, moment.micros);
}

/** A date or datetime text as microseconds since 1970; undefined where {@link epochOf} is. */
export function epochMicros(text: string): bigint | undefined {
  const moment = momentOf(text);
  return moment === undefined ? undefined : BigInt(moment.seconds) * 1_000_000n + BigInt(moment.micros);
}

/** A time text, of any sign and length, as seconds; undefined for what is no time. */
export function secondsOf(text: string): string | undefined {
  const clock = clockOf(text);
  if (clock === undefined) return undefined;
  const magnitude = decimalSeconds(clock.seconds, clock.micros);
  return clock.isNegative && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** A time text as microseconds; undefined where {@link secondsOf} is. */
export function timeMicros(text: string): bigint | undefined {
  const clock = clockOf(text);
  if (clock === undefined) return undefined;
  const magnitude = BigInt(clock.seconds) * 1_000_000n + BigInt(clock.micros);
  return clock.isNegative ? -magnitude : magnitude;
}

/** A moment with a zone as the same moment in UTC, `2026-01-31 12:00:00+00:00`; other texts as they are. */
export function utcText(text: string): string {
  const utc = wallClock(text);
  return utc === text ? text : `${utc}+00:00`;
}

/** Decimal seconds as whole seconds and microseconds, rounded down; undefined where digits would be lost. */
function splitSeconds(text: string): Moment | undefined {
  const digits = plainDigits(text);
  if (digits === undefined || digits.integer.length > 13 || digits.fraction.length > 6) return undefined;
  const whole = Number(digits.integer);
  const micros = microsOf(digits.fraction);
  if (!digits.negative) return { seconds: whole, micros };
  return micros === 0 ? { seconds: -whole, micros } : { seconds: -whole - 1, micros: 1_000_000 - micros };
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

function clockText(seconds: number, micros: number): string {
  const clock = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return micros === 0 ? clock : `${clock}.${pad(micros, 6)}`;
}

/**
 * Seconds since 1970 as `YYYY-MM-DD`, followed by the time unless it is midnight and `dateOnly`.
 * Undefined beyond the years 0 to 9999 or below microseconds.
 */
export function datetimeFromEpoch(text: string, dateOnly = false): string | undefined {
  const split = splitSeconds(text);
  if (split === undefined) return undefined;
  const days = Math.floor(split.seconds / 86_400);
  const clock = split.seconds - days * 86_400;
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return undefined;
  const day = `${pad(year, 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  return dateOnly && clock === 0 && split.micros === 0 ? day : `${day} ${clockText(clock, split.micros)}`;
}

/** Seconds as a time text of any sign and length; undefined below microseconds. */
export function timeFromSeconds(text: string): string | undefined {
  const magnitude = splitSeconds(text.replace(/^[+-]/, ''));
  if (magnitude === undefined) return undefined;
  return (text.startsWith('-') ? '-' : '') + clockText(magnitude.seconds, magnitude.micros);
}

/** Whether a text is a time that some database holds: up to 838:59:59 of either sign. */
export function isTimeText(text: string): boolean {
  const [, , hours, minutes, seconds = 0] = timePattern.exec(text) ?? [];
  return hours !== undefined && Number(hours) <= 838 && Number(minutes) <= 59 && Number(seconds) <= 59;
}

/** Whether a text is a date or a datetime as PostgreSQL prints those before the year 1, after 9999, and the infinite. */
export function isUnlimitedDatetimeText(text: string): boolean {
  return unlimitedPattern.test(text);
}

const clock = String.raw`(?: \d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[+-]\d\d(?::\d\d){0,2})?)?`;
const unlimitedPattern = new RegExp(
  String.raw`^(?:-?infinity|\d{5,7}-\d\d-\d\d${clock}|\d{4,7}-\d\d-\d\d${clock} BC)$`,
);

/** Whether the date that a text begins with is in the calendar: no zero date, no 30th of February. */
export function isCalendarDay(text: string): boolean {
  return dayOf(/^[^T ]*/.exec(text)?.[0] ?? '') !== undefined && !text.startsWith('0000');
}

/** Whether a datetime ends in a zone. */
export function hasZone(text: string): boolean {
  return /:\d\d(?:\.\d*)?\s*(?:Z|[+-]\d\d(?::?\d\d)?)\s*$/i.test(text);
}

/** Whether a text is a date or a datetime; zero dates, which some databases hold, too. */
export function isDatetimeText(text: string): boolean {
  const [, date = '', clock = '0:00'] = datetimePattern.exec(text) ?? [];
  const [, , month, day] = datePattern.exec(date) ?? [];
  return (
    day !== undefined &&
    Number(month) <= 12 &&
    Number(day) <= 31 &&
    isTimeText(clock) &&
    Number.parseInt(clock, 10) <= 23
  );
}

/**
 * A datetime in ISO 8601 as the database takes it: a space between date and time, and a zone offset turned into UTC.
 * Text in other forms comes back as it is.
 */
export function wallClock(text: string): string {
  const [, date, clock, zone] = datetimePattern.exec(text.trim()) ?? [];
  if (date === undefined || clock === undefined) return text;
  if (zone === undefined) return `${date} ${clock}`;
  const epoch = epochOf(`${date} ${clock}`);
  const split = epoch === undefined ? undefined : splitSeconds(epoch);
  if (split === undefined) return text;
  const seconds = split.seconds - zoneSeconds(zone);
  return datetimeFromEpoch(decimalSeconds(seconds, split.micros)) ?? text;
}

/**
 * A date, or a date and time, of eight or fourteen digits with the signs between them: not every database reads it
 * without. Text in other forms comes back as it is.
 */
export function datetimeOfDigits(text: string): string {
  const [, year, month, day, clock] = /^(\d{4})(\d\d)(\d\d)(\d{6}(?:\.\d{1,9})?)?$/.exec(text.trim()) ?? [];
  if (year === undefined) return text;
  const date = `${year}-${month}-${day}`;
  return clock === undefined ? date : `${date} ${timeOfDigits(clock)}`;
}

/** A time of digits alone, seconds last as MySQL reads them (`130` is a minute and a half), likewise. */
export function timeOfDigits(text: string): string {
  const [, sign, digits, fraction = ''] = /^([+-]?)(\d{1,7})(\.\d{1,9})?$/.exec(text.trim()) ?? [];
  if (digits === undefined) return text;
  return `${sign}${digits.padStart(6, '0').replace(/(..)(..)$/, ':$1:$2')}${fraction}`;
}

/**
 * Whether a text has no words in it but those that are values (`infinity`, `BC`), and its clock, where it has one of the
 * usual form, goes up to `hours`:59:59.
 */
export function isPlainTemporal(text: string, hours: number): boolean {
  if (/[a-z]/i.test(text.replace(/^\s*[+-]?infinity\s*$|\d\s*BC\s*$/i, ''))) return false;
  const [, hour, minute, second = '0'] =
    /(?:^|[\s+-])(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.\d*)?)?\s*$/.exec(text) ?? [];
  return hour === undefined || (Number(hour) <= hours && Number(minute) <= 59 && Number(second) <= 59);
}

function zoneSeconds(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes ?? 0) * 60);
}
