import type { Table } from '@pharus/datajoint';
import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import type { PagePlan } from '../respond/page.ts';
import { PagePlans } from './page-plans.ts';

const at = (url: string): FastifyRequest => ({ url }) as FastifyRequest;

test('a plan is kept for the words in which it was asked for, all of them', async () => {
  const plans = new PagePlans();
  const table = {} as Table;
  const ask = (url: string, of = table): Promise<PagePlan> => plans.of(of, at(url), async () => ({}) as PagePlan);
  const urls = ['/record', '/record?limit=1', '/record?limit=2', '/record?attributes=a', '/record?attributes=a?b'];
  const made = [];
  for (const url of urls) made.push(await ask(url));
  expect(new Set(made).size).toBe(urls.length);
  for (const [index, url] of urls.entries()) expect(await ask(url)).toBe(made[index]);
  expect(await ask('/record', {} as Table)).not.toBe(made[0]);
});
