import { readFileSync, writeFileSync } from 'node:fs';
import { openapi, routes } from '@pharus/contract';
import { expect, test } from 'vitest';
import { backendsPage, errorsPage, routesPage, settingsPage } from './reference-pages.ts';

const pages = { settings: settingsPage, errors: errorsPage, routes: routesPage, backends: backendsPage };

test.each(Object.entries(pages))('docs/reference/%s.md says what the code says', (name, render) => {
  const path = new URL(`../../docs/reference/${name}.md`, import.meta.url);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, render());
  expect(readFileSync(path, 'utf8'), 'run the tests with UPDATE_DOCS=1 to write it anew').toBe(render());
});

test('the OpenAPI document describes every route and each of its parameters', () => {
  const document = openapi({ version: '0.0.0', prefix: '' }) as unknown as {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string; parameters?: { name: string; description?: string }[] }>>;
  };
  expect(document.openapi).toMatch(/^3\.1/);
  for (const route of routes) {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    expect(operation?.summary, `${route.method} ${route.path}`).toBeTruthy();
    const described = operation?.parameters ?? [];
    const names = [...Object.keys(route.params?.properties ?? {}), ...Object.keys(route.query?.properties ?? {})];
    for (const name of names) {
      expect(described.find((parameter) => parameter.name === name)?.description, `${route.path} ${name}`).toBeTruthy();
    }
  }
});
