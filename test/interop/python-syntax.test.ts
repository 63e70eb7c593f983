import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PythonError, parseExpression } from '@pharus/spec-sheet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writtenForm } from '../../packages/spec-sheet/src/python/written-form.fixture.ts';

const operators = [
  '*',
  '&',
  '-',
  '+',
  '/',
  '//',
  '%',
  '|',
  '^',
  '@',
  '**',
  '<<',
  '>>',
  'and',
  'or',
  '==',
  '<',
  '>=',
  'in',
  'not in',
  'is',
  'is not',
];

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const some = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'python' },
      fc.constantFrom('a', 'b', '1', '2.5', "'x'", 'None', 'True', '...', '()', '[]', '{}'),
      fc.tuple(some, fc.constantFrom(...operators), some).map((parts) => parts.join(' ')),
      fc.tuple(some, fc.constantFrom('and', 'or', '&', '-', '*'), some).map((parts) => parts.join(' ')),
      fc.tuple(fc.constantFrom('not ', 'not ', '-', '~'), some).map((parts) => parts.join('')),
      some.map((a) => `(${a})`),
      fc.tuple(some, some).map(([a, b]) => `(${a}, ${b})`),
      fc.tuple(some, some).map(([a, b]) => `[${a}, *${b}]`),
      fc.tuple(some, some, some).map(([a, b, c]) => `{${a}: ${b}, **${c}}`),
      fc.tuple(some, some, some).map(([a, b, c]) => `a.b(${a}, x=${b}, **${c})`),
      fc.tuple(some, some).map(([a, b]) => `(${a}).c[${b}]`),
      fc.tuple(some, some).map(([a, b]) => `a[${a}:${b}]`),
      fc.tuple(some, some, some).map(([a, b, c]) => `${a} if ${b} else ${c}`),
      some.map((a) => `lambda x: ${a}`),
      fc.tuple(some, some, some).map(([a, b, c]) => `[${a} for x in ${b} if ${c}]`),
    ),
  };
});

test('expressions are understood as Python itself understands them', () => {
  const texts = fc.sample(expression, { numRuns: Number(process.env.PYTHON_EXPRESSIONS ?? 600), seed: 20_261_126 });
  const script = fileURLToPath(new URL('./python/syntax.py', import.meta.url));
  const input = texts.map((text) => JSON.stringify(text)).join('\n');
  const judged = execFileSync('python3', [script], { input, maxBuffer: 1 << 28 })
    .toString()
    .trim()
    .split('\n');
  const read = (text: string): string | null => {
    try {
      return writtenForm(parseExpression(text));
    } catch (error) {
      if (error instanceof PythonError) return null;
      throw error;
    }
  };
  const ours = texts.map((text) => [text, read(text)] as const);
  const theirs = texts.map((text, index) => [text, JSON.parse(judged[index] ?? '') as string | null] as const);
  // What Python refuses may be read here where only the place of a "not" is wrong.
  const accepted = theirs.flatMap(([, form], index) => (form === null ? [] : [index]));
  expect(accepted.map((index) => ours[index])).toEqual(accepted.map((index) => theirs[index]));
  expect(accepted.length).toBeGreaterThan(texts.length / 2);
});
