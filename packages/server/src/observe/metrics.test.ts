import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { loadConfig } from '../config.ts';

let directory: string;
let app: FastifyInstance;
let address: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pharus-metrics-'));
  const environment = { PHARUS_DATA_DIR: directory, PHARUS_LOG_LEVEL: 'silent', PHARUS_POOL_TOTAL: '7' };
  app = await createApp({ config: loadConfig({ environment }).config });
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

const scrape = async (): Promise<string> => {
  const { statusCode, headers, payload } = await app.inject({ url: '/metrics', headers: { host: 'localhost' } });
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toContain('text/plain');
  return payload;
};

test('requests are counted by route, never by what was asked for', async () => {
  const paths = ['/version', '/version', '/schema/lab%20one/table', '/schema/lab%20two/table', '/wp-login.php', '/a/b'];
  for (const path of paths) await (await fetch(`${address}${path}`)).text();
  const text = await scrape();
  const counted = (method: string, route: string, status: number): string =>
    `pharus_http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`;
  expect(text).toContain(`${counted('GET', '/version', 200)} 2`);
  expect(text).toContain(`${counted('GET', '/schema/:schema/table', 401)} 2`);
  expect(text).toContain(`${counted('GET', 'none', 404)} 2`);
  expect(text).not.toMatch(/lab%20|lab one|wp-login/);
});

test('database sessions and the process are measured', async () => {
  const text = await scrape();
  expect(text).toContain('\npharus_database_sessions 0\n');
  expect(text).toContain('\npharus_database_sessions_max 7\n');
  expect(text).toContain('\npharus_database_waiting 0\n');
  expect(text).toMatch(/\nprocess_resident_memory_bytes \d+\n/);
  expect(text).toMatch(/\nnodejs_eventloop_lag_seconds [\d.e-]+\n/);
});

test('of the process, the first who asks is told figures, and all of its time', async () => {
  const environment = { PHARUS_DATA_DIR: directory, PHARUS_LOG_LEVEL: 'silent' };
  const fresh = await createApp({ config: loadConfig({ environment }).config });
  try {
    const before = process.cpuUsage();
    const { payload } = await fresh.inject({ url: '/metrics', headers: { host: 'localhost' } });
    expect(payload).not.toMatch(/ NaN$/m);
    const figure = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(payload)?.[1]);
    expect(figure('process_cpu_user_seconds_total')).toBeGreaterThanOrEqual(before.user / 1e6);
    expect(figure('process_cpu_seconds_total')).toBeGreaterThanOrEqual((before.user + before.system) / 1e6);
    expect(figure('nodejs_eventloop_lag_mean_seconds')).toBeLessThan(10);
  } finally {
    await fresh.close();
  }
});
