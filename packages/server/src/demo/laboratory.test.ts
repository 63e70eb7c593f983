import { createHash } from 'node:crypto';
import { NdArray } from '@pharus/datajoint';
import { expect, test, vi } from 'vitest';

const files = {
  lab: () => import('./laboratory/lab-tables.ts').then(({ labTables }) => labTables),
  ephys: () => import('./laboratory/ephys-tables.ts').then(({ ephysTables }) => ephysTables),
  imaging: () => import('./laboratory/imaging-tables.ts').then(({ imagingTables }) => imagingTables),
};

/** What a table's rows are, in short. */
function digestOf(rows: readonly object[]): string {
  const hash = createHash('sha256');
  const text = JSON.stringify(rows, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    if (!(value instanceof NdArray)) return value;
    hash.update(value.bytes);
    return [value.dtype, value.shape];
  });
  return hash.update(text).digest('hex');
}

async function digests(): Promise<Record<string, string>> {
  vi.resetModules();
  const found: Record<string, string> = {};
  for (const [schema, load] of Object.entries(files)) {
    for (const { className, rows, jobs } of await load()) {
      found[`${schema}.${className}`] = digestOf([...rows(), ...(jobs?.() ?? [])] as object[]);
    }
  }
  return found;
}

test('the laboratory is the same every time', async () => {
  const first = await digests();
  expect(Object.keys(first)).toHaveLength(34);
  expect(await digests()).toEqual(first);
}, 60_000);

test('animals learn: they are right more often in the end than in the beginning', async () => {
  const { sessions } = await import('./laboratory/sessions.ts');
  const share = (session: number): number => {
    const trials = sessions.filter((one) => one.session === session).flatMap((one) => one.trials);
    const answered = trials.filter(({ isCorrect }) => isCorrect !== undefined);
    return answered.filter(({ isCorrect }) => isCorrect).length / answered.length;
  };
  expect(share(1)).toBeGreaterThan(0.5);
  expect(share(1)).toBeLessThan(0.7);
  expect(share(4)).toBeGreaterThan(share(1) + 0.08);
  expect(share(4)).toBeLessThan(0.9);
});
