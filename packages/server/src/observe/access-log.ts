import type { FastifyRequest } from 'fastify';
import { type Answer, left } from './answers.ts';
import type { RequestLog } from './request-log.ts';

/** One line per request: who asked for what, what came of it, and how many milliseconds it took. */
export function logAnswer(request: FastifyRequest, { status, milliseconds, ip }: Answer): void {
  const log = request.log as unknown as RequestLog;
  if (!log.isLevelEnabled('info')) return;
  const line = {
    method: request.method,
    path: request.url.split('?', 1)[0],
    status,
    ms: Math.round(milliseconds * 10) / 10,
    ip,
  };
  log.info(line, status === left ? 'the client left before it had its answer' : 'answered');
}
