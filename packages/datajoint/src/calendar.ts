/** Days before a month of a common year, and of the month; months count from 1. */
const daysBefore = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const daysOf = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** The first of January 1970, counted in days from that of the year 1. */
const epoch = 719_162;

/** Days since 1970-01-01 in the proleptic Gregorian calendar; undefined for what is no day of it. Months and days from 1. */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  if (!(month >= 1 && month <= 12 && day >= 1)) return undefined;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (!(day <= (daysOf[month] as number) + (isLeap && month === 2 ? 1 : 0))) return undefined;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const inYear = (daysBefore[month] as number) + (isLeap && month > 2 ? 1 : 0) + day - 1;
  return past * 365 + leapDays + inYear - epoch;
}
