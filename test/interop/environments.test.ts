import { expect, test } from 'vitest';
import { python23, python014 } from '../support/python.ts';
import { run } from '../support/run.ts';

const version = 'import importlib.metadata as m; print(m.version("datajoint"))';

test('the legacy library is there', { timeout: 900_000 }, async () => {
  expect(await run(await python014(), ['-c', version])).toMatch(/^0\.14\./);
});

test('the current library is there', { timeout: 900_000 }, async () => {
  expect(await run(await python23(), ['-c', version])).toMatch(/^2\.3\./);
});
