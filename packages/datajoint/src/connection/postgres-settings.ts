/**
 * Session settings under which every server prints values alike and reads text literals as the standard says. The time
 * zone stays the server's.
 */
const settings: Readonly<Record<string, string>> = {
  DateStyle: "'ISO, YMD'",
  IntervalStyle: "'postgres'",
  // Floats with as many digits as tell them apart; older servers need the highest number for that.
  extra_float_digits: '3',
  bytea_output: "'hex'",
  standard_conforming_strings: 'on',
  client_min_messages: "'warning'",
};

/** The longest time limit there is, in milliseconds. */
const maxTimeout = 2 ** 31 - 1;

/** The statements that set a session up, sent as one. `statementTimeout` is in milliseconds, 0 for the server's own. */
export function postgresSetUp(statementTimeout: number): string {
  const all = Object.entries(settings);
  const statements = all.map(([name, value]) => `SET ${name} = ${value}`);
  if (statementTimeout > 0) statements.push(postgresTimeLimit(statementTimeout));
  return statements.join('; ');
}

/** The statement that limits a session's statements to so many milliseconds, 0 for ever. */
export function postgresTimeLimit(milliseconds: number): string {
  return `SET statement_timeout = ${Math.min(Math.ceil(milliseconds), maxTimeout)}`;
}
