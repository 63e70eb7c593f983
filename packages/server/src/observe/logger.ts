import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import { standardError } from './standard-error.ts';

/** Names under which secrets could come near a log line. */
const REDACTED = ['authorization', 'password', 'jwt', 'token', 'credentials', 'privateKey'];

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
