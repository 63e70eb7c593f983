import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpression, parseFunction } from './parse.ts';
import { PythonError } from './python-error.ts';
import { writtenForm } from './written-form.fixture.ts';

describe('expressions', () => {
  test.each([
    [`Session * Subject & 'sex="M"' & {'rig': 2}`, `(((Session * Subject) & "sex=\\"M\\"") & {"rig": 2})`],
    [`a & b - c`, '(a & (b - c))'],
    [`s.T.P.proj(..., 'x', n='count(*)', **k)`, 's.T.P.proj(..., "x", n="count(*)", **k)'],
    [`dj.U('rig').aggr(s, n='1')`, 'dj.U("rig").aggr(s, n="1")'],
    [`A & [{'a': 1}, "b>2"] & (c, d) & ()`, '(((A & list[{"a": 1}, "b>2"]) & tuple[c, d]) & tuple[])'],
    [`{1, 2}`, 'set[1, 2]'],
    [`(a)`, 'a'],
    [`(a,)`, 'tuple[a]'],
    [`a, b`, 'tuple[a, b]'],
    [`'a' "b" '''c'''`, '"abc"'],
    [`f'x {n} {{y}}' ' z'`, 'f["x " n " {y}" " z"]'],
    [`f"minute_elapsed < {n}"`, 'f["minute_elapsed < " n]'],
    [`'\\n\\x41\\u00e9\\q\\''`, '"\\nAé\\\\q\'"'],
    [`r'\\n'`, '"\\\\n"'],
    [`x[0]`, 'x[0]'],
    [`x.split('_')[:2]`, 'x.split("_")[:2]'],
    [`not a or b and c is not None`, '((not a) or (b and (c is not None)))'],
    [`not (a or b)`, '(not (a or b))'],
    [`x and not a or b`, '((x and (not a)) or b)'],
    [`a if not b or c else d`, '(a if ((not b) or c) else d)'],
    [`not not a < b and c`, '((not (not (a < b))) and c)'],
    [`a < b <= c`, '(a < b <= c)'],
    [`(a < b) < c`, '((a < b) < c)'],
    [`a not in b`, '(a not in b)'],
    [`a if b else c`, '(a if b else c)'],
    [`lambda a, b=2, *c: a & b`, '(lambda a,b,*c: (a & b))'],
    [`[x for x in y if x > 1]`, 'list[x over y if (x > 1)]'],
    [`{k: v for k, v in y}`, '{k: v}'.replace('{k: v}', 'dict[k: v over y]')],
    [`-1 + 0x1F - 1_000 * 1.5e3`, '(((- 1) + 31) - (1000 * 1500))'],
    [`12345678901234567890123`, '12345678901234567890123'],
    ['a # a comment\n & b', '(a & b)'],
    ['  \n a\n  * b  ', '(a * b)'],
    [`True & False & None`, '((True & False) & None)'],
  ])('%s', (text, expected) => {
    expect(writtenForm(parseExpression(text))).toBe(expected);
  });
});

describe('what cannot be read is refused with its place, and says what was expected', () => {
  test.each<[text: string, line: number, column: number, message: RegExp]>([
    ['', 1, 1, /holds none/],
    ['   ', 1, 1, /holds none/],
    ['# only\n  # words', 1, 1, /holds none/],
    ['a &', 1, 4, /expected an expression after the operator, got the end of the text/],
    ['a & & b', 1, 5, /expected an expression after the operator, got "&"/],
    ['f(a b)', 1, 5, /expected an argument, "," or "\)", got "b"/],
    ['f(a', 1, 4, /got the end of the text/],
    ['a b', 1, 3, /got "b"/],
    ['a $ b', 1, 3, /got "\$"/],
    ['a) & (b', 1, 2, /"\)" that nothing opened/],
    ['a & ")" )', 1, 9, /nothing opened/],
    ['Session &\n  {"a": }', 2, 9, /expected/],
    ["a & 'abc", 1, 5, /quote at the end/],
    ["a & 'abc\\'", 1, 5, /quote at the end/],
    ['a & "abc\n"', 1, 5, /quote at the end/],
    ['f"{a}', 1, 1, /quote|got/],
    ['a.', 1, 3, /name after the "\."/],
    ['a := 1', 1, 1, /assignments inside expressions/],
    ['a = 1', 1, 3, /got "="/],
    ['a; b', 1, 2, /got ";"/],
    ['import os', 1, 1, /got/],
    ['lambda: (yield)', 1, 15, /got/],
    ['await a', 1, 1, /await|got/],
    ['(x for x in y)', 1, 1, /generators/],
    ['f(x for x in y)', 1, 3, /generators/],
    ["b'abc'", 1, 1, /bytes/],
    ['1j', 1, 1, /number/],
    ['a[1:2:3]', 1, 1, /without a step/],
    ["f'{a:>3}'", 1, 5, /formats/],
    ["f'{a!r}'", 1, 5, /formats/],
    ["'\\U00110000'", 1, 1, /does not exist/],
  ])('%j', (text, line, column, message) => {
    try {
      parseExpression(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PythonError);
      const { position, sentence } = error as PythonError;
      expect([sentence, position.line, position.column]).toEqual([expect.stringMatching(message), line, column]);
    }
  });
});

describe('functions', () => {
  test('are read with their statements', () => {
    const { name, parameters, body } = parseFunction(
      `
def dj_query(aeon_acquisition, *, limit=3, **kwargs):
    """What it is."""
    acquisition = aeon_acquisition  # a comment
    A, B = (acquisition.A, acquisition.B.C)
    A *= B
    if limit is None or limit > 3:
        pass
    elif not limit:
        return None
    else:
        for x, (y, z) in [(1, (2, 3))]:
            A &= {'x': x}
    return dict(query=A, fetch_args=[])
`.replace(', *,', ','),
    );
    expect(name).toBe('dj_query');
    expect(parameters.map(({ name: each, stars }) => [each, stars])).toEqual([
      ['aeon_acquisition', 0],
      ['limit', 0],
      ['kwargs', 2],
    ]);
    expect(body.map(({ kind }) => kind)).toEqual(['expression', 'assign', 'assign', 'update', 'if', 'return']);
  });

  test.each<[text: string, line: number, message: RegExp]>([
    ['', 1, /empty/],
    ['x = 1', 1, /def name/],
    ['import pandas\ndef f(): pass', 1, /import is not available/],
    ['def f():\n  import pandas as pd\n  return 1', 2, /import is not available/],
    ['def f():\n  pass\nx = 1', 3, /one function/],
    ['def f():\n  class A: pass', 2, /classes/],
    ['def f():\n  try:\n    pass\n  except: pass', 2, /try/],
    ['def f():\n  with a: pass', 2, /with/],
    ['def f():\n  while True: pass', 2, /while/],
    ['def f():\n  global x', 2, /global/],
    ['def f():\n  del x', 2, /del/],
    ['def f():\n  raise x', 2, /raise/],
    ['def f():\n  def g(): pass', 2, /inside functions/],
    ['def f():\n  a.b = 1', 2, /name to assign to/],
    ['def f():\n  a[0] = 1', 2, /name to assign to/],
    ['def f():\n  a.b += 1', 2, /name before the operator/],
    ['@x\ndef f(): pass', 1, /decorators/],
    ['class A: pass', 1, /classes/],
    ['def f():\nreturn 1', 2, /indented/],
  ])('%j is refused in line %i', (text, line, message) => {
    try {
      parseFunction(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PythonError);
      const { position, sentence } = error as PythonError;
      expect([sentence, position.line]).toEqual([expect.stringMatching(message), line]);
    }
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'b.c',
      '1',
      "'x'",
      '"',
      "'",
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '.',
      '*',
      '&',
      '-',
      '+',
      '=',
      '==',
      ' ',
    ],
    ...[
      '\n',
      '\\',
      '#',
      'not ',
      'in ',
      'is ',
      'for ',
      'if ',
      'else ',
      'lambda ',
      'f"{',
      '}"',
      '**',
      ':=',
      '...',
      '\u00e9',
      '😀',
    ],
  );

  test('is read or refused with a place inside it, and never anything else', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        const text = parts.join('');
        try {
          parseExpression(text);
        } catch (error) {
          if (!(error instanceof PythonError)) throw error;
          expect(error.position.offset).toBeGreaterThanOrEqual(0);
          expect(error.position.offset).toBeLessThanOrEqual(text.length);
          expect(error.sentence).toMatch(/\.$/);
        }
      }),
      { numRuns: Number(process.env.PYTHON_TEXTS ?? 400) },
    );
  });

  test('texts and numbers come out as they went in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        (text) => {
          const literal = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
          expect(parseExpression(literal)).toMatchObject({ kind: 'constant', value: text });
        },
      ),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n }), (number) => {
        expect(parseExpression(String(number))).toMatchObject({ value: number });
      }),
    );
  });

  test('is bounded in length and depth, whatever opens and closes', () => {
    const refused = (text: string, message: RegExp): void => {
      expect(() => parseExpression(text)).toThrow(message);
    };
    refused('a'.repeat(10_001), /at most 10000 characters/);
    for (const deep of [
      `${'('.repeat(900)}a${')'.repeat(900)}`,
      `${'['.repeat(900)}${']'.repeat(900)}`,
      `${'-'.repeat(1500)}1`,
      `a${'.b'.repeat(900)}`,
      `a${'()'.repeat(900)}`,
      `a${'&a'.repeat(900)}`,
      `${'lambda:'.repeat(900)}1`,
      `${'not '.repeat(900)}a`,
      `a${' if a else a'.repeat(500)}`,
      `${'f('.repeat(900)}${')'.repeat(900)}`,
      `${'{1:'.repeat(900)}1${'}'.repeat(900)}`,
    ]) {
      refused(deep, /levels of nesting|expected/);
    }
    for (const open of ['(', '[', '{', 'f(', '-', 'not ', 'lambda:', 'f"{', "'''", '"""', '\\'])
      refused(open.repeat(901), /./);
  });
});
