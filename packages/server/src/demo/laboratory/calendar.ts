/** Milliseconds since 1970 of a day at midnight, `2025-09-01`. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

export const day = 86_400_000;

/** `2025-09-01`. */
export function dateText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** `2025-09-01 14:21:07`. */
export function datetimeText(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** `14:21:07`. */
export function timeText(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}

/** Whether it is Saturday or Sunday. */
export function isWeekend(time: number): boolean {
  return [0, 6].includes(new Date(time).getUTCDay());
}
