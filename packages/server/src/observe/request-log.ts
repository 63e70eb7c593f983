import type { FastifyBaseLogger } from 'fastify';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** What a log line is made of, as pino takes it: an object or an error first, then the message. */
type Line = readonly [unknown, ...unknown[]];

type Facts = Readonly<Record<string, unknown>>;

/**
 * The log of one request, whose lines all say whose they are. A child of pino's would do the same, and write those facts
 * down for each request, though most have no line at all.
 */
export class RequestLog {
  readonly #log: FastifyBaseLogger | RequestLog;
  readonly #facts: Facts;

  constructor(log: FastifyBaseLogger | RequestLog, facts: Facts) {
    this.#log = log;
    this.#facts = facts;
  }

  get level(): string {
    return this.#log.level;
  }

  /** Whether a line of this level is written; what costs something to put together may ask first. */
  isLevelEnabled(level: Level): boolean {
    return (this.#log as { isLevelEnabled?: (level: Level) => boolean }).isLevelEnabled?.(level) ?? true;
  }

  /** @param options a level of its own, and whatever else pino's children take. */
  child(facts: Facts, options?: { readonly level?: string }): FastifyBaseLogger {
    const isPlain = options === undefined || Object.keys(options).length === 0;
    if (isPlain) return new RequestLog(this, facts) as FastifyBaseLogger;
    return this.#log.child({ ...this.#facts, ...facts }, options);
  }

  fatal(...line: Line): void {
    this.#write('fatal', line);
  }

  error(...line: Line): void {
    this.#write('error', line);
  }

  warn(...line: Line): void {
    this.#write('warn', line);
  }

  info(...line: Line): void {
    this.#write('info', line);
  }

  debug(...line: Line): void {
    this.#write('debug', line);
  }

  trace(...line: Line): void {
    this.#write('trace', line);
  }

  silent(): void {}

  #write(level: Level, [first, ...rest]: Line): void {
    if (!this.isLevelEnabled(level)) return;
    const log = this.#log[level].bind(this.#log) as (...line: readonly unknown[]) => void;
    if (first instanceof Error) log({ ...this.#facts, err: first }, ...(rest.length === 0 ? [first.message] : rest));
    else if (typeof first === 'object') log({ ...this.#facts, ...first }, ...rest);
    else log(this.#facts, first, ...rest);
  }
}
