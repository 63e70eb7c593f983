import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { RequestLog } from './request-log.ts';

function logTo(level: string) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level, base: null, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log: log as FastifyBaseLogger, lines };
}

test('each line carries the facts of its request, those learnt later, too', () => {
  const { log, lines } = logTo('info');
  const request = new RequestLog(log, { reqId: 'a' });
  request.warn('arrived');
  request.child({ user: 'ann' }).info({ status: 200 }, 'answered %s', 'well');
  request.error(new Error('lost'));
  expect(lines).toEqual([
    { level: 40, reqId: 'a', msg: 'arrived' },
    { level: 30, reqId: 'a', user: 'ann', status: 200, msg: 'answered well' },
    { level: 50, reqId: 'a', err: expect.objectContaining({ message: 'lost' }), msg: 'lost' },
  ]);
});

test('nothing is written below the level, unless a child has one of its own', () => {
  const { log, lines } = logTo('error');
  const request = new RequestLog(log, { reqId: 'a' });
  for (const level of ['trace', 'debug', 'info', 'warn'] as const) request[level]('quiet');
  expect(request.level).toBe('error');
  request.child({}, { level: 'info' }).info({ rows: 1 }, 'wrote');
  request.fatal('over');
  expect(lines.map(({ reqId, msg }) => [reqId, msg])).toEqual([
    ['a', 'wrote'],
    ['a', 'over'],
  ]);
});
