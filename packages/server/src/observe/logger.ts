import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config.ts';

/** Names under which secrets could come near a log line. */
const REDACTED = ['authorization', 'password', 'jwt', 'token', 'credentials', 'privateKey'];

/** Milliseconds that a line may wait for others, to be written with them. */
const GATHERING = 10;

/** Standard error, written to by another thread: a slow reader holds nothing up. What waits is written before the program ends. */
function standardError(): DestinationStream & { flushSync(): void } {
  const file = pino.destination(2);
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') file.write(lines);
    lines = '';
  };
  const flushSync = (): void => {
    write();
    file.flushSync();
  };
  process.once('exit', flushSync);
  return {
    write(line) {
      lines += line;
      timer ??= setTimeout(write, GATHERING);
    },
    flushSync,
  };
}

/**
 * JSON lines on standard error. A line names the path of a request, never its query, headers or body.
 *
 * @param destination for tests.
 */
export function createLogger(config: Config, destination: DestinationStream = standardError()): Logger {
  return pino(
    {
      level: config.logLevel,
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
      serializers: {
        req: (request: { method: string; url: string }) => ({
          method: request.method,
          path: request.url.split('?', 1)[0],
        }),
        res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
        err: describeForLog,
      },
    },
    destination,
  );
}

/** Name, message, code and stack, down the chain of causes, and no other members: drivers hang statements on errors. */
function describeForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return { type: name, message, code, stack, ...(cause !== undefined && { cause: describeForLog(cause) }) };
}
