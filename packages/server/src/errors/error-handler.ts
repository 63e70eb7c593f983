import { documentedStatus, errors, PROBLEM_MEDIA_TYPE } from '@pharus/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { securityHeaders } from '../respond/security.ts';
import { routeKindOf } from '../route-facts.ts';
import { describeError } from './describe-error.ts';

/** True when an `Accept` header names the media type of problems and does not rule it out. */
export function wantsProblem(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === PROBLEM_MEDIA_TYPE && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/** What the database or its driver said, which is for the log alone. */
function causeOf(error: unknown): string | undefined {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
}

/** Whether a request failed because its client left, which is told with what the request came to. */
const isLeft = ({ state }: FastifyRequest, error: unknown, code: string): boolean =>
  state?.end.isOver === true && (code === 'CANCELLED' || (error as { code?: unknown } | null)?.code === 'ECONNRESET');

function log(request: FastifyRequest, error: unknown, code: string, status: number): void {
  if (isLeft(request, error, code)) return;
  if (code === 'INTERNAL') request.log.error({ err: error, code }, 'request failed unexpectedly');
  else if (status >= 500)
    request.log.warn({ code, reason: (error as Error).message, cause: causeOf(error) }, 'request failed');
  else request.log.debug({ code, reason: (error as Error).message }, 'request refused');
}

/**
 * Answers an error: one sentence of plain text with the documented status or, to a client whose `Accept` names
 * `application/problem+json`, RFC 9457 with the true one.
 */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  prefix: string,
): FastifyReply {
  const { code, sentence, details, headers } = describeError(error);
  const { status: trueStatus, title, className, printedName } = errors[code];
  log(request, error, code, trueStatus);
  const isProblem = wantsProblem(request.headers.accept);
  const status = isProblem ? trueStatus : documentedStatus(code, { kind: routeKindOf(request, prefix) });
  // The route may have announced something else before it failed.
  for (const name of ['content-disposition', 'content-encoding', 'content-length', 'etag']) reply.removeHeader(name);
  reply.code(status).headers(securityHeaders).headers(headers).header('X-Request-Id', request.id);
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  if (!isProblem) {
    const text = printedName === undefined ? sentence : `${printedName}: ${sentence}`;
    return reply.type('text/plain; charset=utf-8').serializer(String).send(text);
  }
  const problem = {
    ...details,
    type: `urn:pharus:error:${code}`,
    title,
    status,
    detail: sentence,
    code,
    error: className,
    requestId: request.id,
  };
  return reply.type(PROBLEM_MEDIA_TYPE).serializer(JSON.stringify).send(problem);
}
