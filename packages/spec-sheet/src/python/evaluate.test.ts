import { InvalidRestriction } from '@pharus/datajoint';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtins } from './builtins.ts';
import { callFunction, type Environment, evaluate } from './evaluate.ts';
import { parseExpression, parseFunction } from './parse.ts';
import { PythonError } from './python-error.ts';
import {
  type CallArguments,
  Dict,
  HostObject,
  type HostOperator,
  PythonFunction,
  PythonSet,
  type PythonValue,
  Tuple,
} from './values.ts';

/** An object of the world outside that prints what is done to it. */
class Printed extends HostObject {
  readonly kind = 'a table';
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  override memberNames(): readonly string[] {
    return ['proj', 'Trial'];
  }

  override member(name: string): PythonValue | undefined {
    return this.memberNames().includes(name) ? new Printed(`${this.text}.${name}`) : undefined;
  }

  override call({ positional, named }: CallArguments): PythonValue {
    return new Printed(
      `${this.text}(${[...positional.map(show), ...[...named].map(([name, value]) => `${name}=${show(value)}`)].join(', ')})`,
    );
  }

  override operate(operator: HostOperator, other: PythonValue): PythonValue {
    if (other === 13n) throw new InvalidRestriction('Thirteen is refused.');
    return new Printed(`(${this.text} ${operator} ${show(other)})`);
  }
}

function show(value: PythonValue): string {
  if (value instanceof Printed) return value.text;
  if (value instanceof Dict)
    return `{${[...value.entries].map(([key, entry]) => `${show(key)}: ${show(entry)}`).join(', ')}}`;
  if (value instanceof Tuple) return `(${value.items.map(show).join(', ')})`;
  if (value instanceof PythonSet) return `set(${value.items.map(show).join(', ')})`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

const environment: Environment = {
  get: (name) => (name === 'Session' ? new Printed('Session') : name === 'nothing' ? null : builtins.get(name)),
  names: () => ['Session', ...builtins.keys()],
};

const run = async (text: string, steps?: number): Promise<string> =>
  show(await evaluate(parseExpression(text), { text, environment, ...(steps !== undefined && { steps }) }));

describe('expressions', () => {
  test.each([
    ['Session & {"a": 1, **dict(b=2)}', '(Session & {"a": 1n, "b": 2n})'],
    ['Session.Trial.proj("x", n="count(*)")', 'Session.Trial.proj("x", n="count(*)")'],
    ['Session * Session - [Session, "a>1"]', '((Session * Session) - [Session, "a>1"])'],
    ['Session.proj(*["a", "b"], **{"c": "d"})', 'Session.proj("a", "b", c="d")'],
    ['1 + 2 * 3 - 7 // 2 % 5', '4n'],
    ['-7 // 2', '-4n'],
    ['-7 % 3', '2n'],
    ['7 / 2', '3.5'],
    ['7.5 // 2', '3'],
    ['12345678901234567890 + 1', '12345678901234567891n'],
    ['"a" + "b"', '"ab"'],
    ['[1] + [2]', '[1n, 2n]'],
    ['(1,) + (2, 3)', '(1n, 2n, 3n)'],
    ['{1, 1, 2}', 'set(1n, 2n)'],
    ['1 == 1.0', 'true'],
    ['"1" == 1', 'false'],
    ['1 < 2 < 3', 'true'],
    ['1 < 2 > 3', 'false'],
    ['2 in [1, 2]', 'true'],
    ['"b" not in "abc"', 'false'],
    ['None is None', 'true'],
    ['nothing is None', 'true'],
    ['0 or "x"', '"x"'],
    ['[] and 1', '[]'],
    ['1 if [] else 2', '2n'],
    ['f"{1 + 1} {True} {None} {1.0} {1e100} x{{"', '"2 True None 1.0 1e+100 x{"'],
    ['[x * 2 for x in range(5) if x % 2]', '[2n, 6n]'],
    ['{k: v for k, v in {"a": 1}.items()}', '{"a": 1n}'],
    ['[(a, b) for a in [1, 2] for b in "xy"]', '[(1n, "x"), (1n, "y"), (2n, "x"), (2n, "y")]'],
    ['"a_b_c".split("_")[:2]', '["a", "b"]'],
    ['"a b".replace(" ", "_").upper()', '"A_B"'],
    ['", ".join([str(1), "b"])', '"1, b"'],
    ['"abc".startswith("ab") and "abc".endswith("c")', 'true'],
    ['{"a": 1}["a"]', '1n'],
    ['{"a": 1}.get("b", 2)', '2n'],
    ['[1, 2, 3][-1]', '3n'],
    ['(lambda a, b=2: a + b)(1)', '3n'],
    ['len([1, 2]) + int("3") + int(2.9)', '7n'],
    ['dict([("a", 1)], b=2)', '{"a": 1n, "b": 2n}'],
    ['"__proto__" in {"__proto__": 1}', 'true'],
  ])('%s', async (text, expected) => {
    expect(await run(text)).toBe(expected);
  });
});

describe('hostile code', () => {
  test.each<[text: string, message: RegExp]>([
    ['Sesion', /there is no "Sesion" here\. Did you mean "Session"\?/],
    ['Session.Trail', /a table has no "Trail"\. Did you mean "Trial"\?/],
    ['__import__("os").system("id")', /there is no "__import__"/],
    ['open("/etc/passwd")', /there is no "open"/],
    ['eval("1")', /there is no "eval"/],
    ['exec("1")', /there is no "exec"/],
    ['globals()', /there is no "globals"/],
    ['getattr(Session, "x")', /there is no "getattr"/],
    ['Session.__class__', /underscore/],
    ['Session._table', /underscore/],
    ['().__class__.__bases__[0].__subclasses__()', /underscore/],
    ['"".__class__.__mro__', /underscore/],
    ['"{0.__class__}".format(Session)', /has no "format"/],
    ['Session.constructor', /has no "constructor"/],
    ['"".constructor', /has no "constructor"/],
    ['{}.constructor', /has no "constructor"/],
    ['[].constructor', /has no "constructor"/],
    ['constructor', /there is no "constructor"/],
    ['toString', /there is no "toString"/],
    ['hasOwnProperty', /there is no/],
    ['(lambda: 1).constructor("return process")()', /has no "constructor"/],
    ['dict.fromkeys', /has no "fromkeys"/],
    ['{"a": 1}["constructor"]', /no key "constructor"/],
    ['{}["__proto__"]', /no key/],
    ['[1]["length"]', /whole number/],
    ['[1][5]', /number 5 is none/],
    ['"a" * 1000000000', /no meaning/],
    ['[0] * 1000000000', /no meaning/],
    ['10 ** 1000000', /not available/],
    ['1 << 1000000', /not available/],
    ['range(10**9)', /not available/],
    ['list(range(1000000000))', /at most 10000 items/],
    ['[a for a in range(9999) for b in range(9999)]', /steps|items/],
    ['1 / 0', /division by zero/],
    ['1 % 0', /division by zero/],
    ['"x".replace("", "y" + "y" * 5)', /no meaning/],
    ['{[1]: 2}', /key of a dict/],
    ['{Session: 2}', /key of a dict/],
    ['Session ^ Session', /no meaning.*projection/],
    ['Session @ Session', /no meaning.*projection/],
    ['1()', /cannot be called/],
    ['None.x', /None has no "x"/],
    ['(lambda f: f(f))(lambda f: f(f))', /too deeply|steps/],
    ['(lambda a: a)(b=1)', /expected a value for the parameter "a"/],
    ['(lambda a: a)(1, 2)', /at most 1 arguments, got 2/],
    ['(lambda a: a)(1, b=2)', /no parameter "b"/],
    ['dict(a=1, **{"a": 2})', /given twice/],
    ['int("9" * 3)', /no meaning/],
    ['int("x")', /whole number/],
    ['[x for x in Session]', /expected a list, got a table/],
    ['Session & 13', /Thirteen is refused/],
    ['-"a"', /"-" is not for/],
    ['~Session', /"~" is not for/],
    ['1 < "a"', /cannot compare/],
    ['f"{Session}"', /expected a text or a number, got a table/],
  ])('%s', async (text, message) => {
    const error = await run(text).then(
      (value) => expect.unreachable(value),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PythonError);
    expect((error as PythonError).sentence).toMatch(message);
    expect((error as PythonError).message).toMatch(/^Line 1, column \d+: /);
  });

  test('numbers, texts and lists do not grow without end', async () => {
    const growing = (start: string, step: string): string =>
      `def f():\n  x = ${start}\n  for i in range(200):\n    x ${step}\n  return x\n`;
    for (const text of [
      growing('10', '*= x'),
      growing('"ab"', '+= x'),
      growing('[1, 2]', '+= x'),
      growing('"ab"', '+= x.replace("a", x)'),
    ]) {
      const called = callFunction(parseFunction(text), { positional: [], named: new Map() }, { text, environment });
      await expect(called).rejects.toThrow(/Line 4, column \d+: .*(?:too large|at most)/);
    }
  });

  test('the steps are counted', async () => {
    await expect(run('[a for a in range(90)]', 50)).rejects.toThrow(/more than 50 steps/);
    await expect(run('1 + 1', 50)).resolves.toBe('2n');
  });

  test('an error of the world outside is the cause, and has the place where it was asked for', async () => {
    const error = await run('Session *\n  Session & 13').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      position: { line: 2, column: 11 },
      cause: new InvalidRestriction('Thirteen is refused.'),
    });
  });

  test('whatever is evaluated gives a value or a PythonError', async () => {
    const pieces = fc.constantFrom(
      ...[
        'Session',
        '1',
        '0',
        '2.5',
        "'x'",
        'None',
        '[1, 2]',
        '{"a": 1}',
        '(1, 2)',
        '()',
        'dict',
        'len',
        'range',
        '...',
        'lambda a: a',
      ],
    );
    const operators = fc.constantFrom(
      '+',
      '-',
      '*',
      '/',
      '//',
      '%',
      '&',
      '==',
      '<',
      'in',
      'is',
      'and',
      'or',
      'not in',
      '|',
    );
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        pieces,
        fc.tuple(tie('node'), operators, tie('node')).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
        tie('node').map((a) => `(${a})(1)`),
        tie('node').map((a) => `(${a})[0]`),
        tie('node').map((a) => `[x for x in (${a})]`),
        tie('node').map((a) => `(${a}).items()`),
        tie('node').map((a) => `f'{(${a.replaceAll("'", '"')})}'`.replaceAll('"', '')),
      ),
    })).node;
    await fc.assert(
      fc.asyncProperty(tree, async (text) => {
        try {
          await run(text);
        } catch (error) {
          if (!(error instanceof PythonError)) throw error;
        }
      }),
      { numRuns: Number(process.env.PYTHON_TEXTS ?? 400) },
    );
  });
});

describe('functions of spec sheets', () => {
  const call = async (text: string, named: Record<string, PythonValue> = {}): Promise<string> =>
    show(
      await callFunction(
        parseFunction(text),
        { positional: [], named: new Map(Object.entries(named)) },
        { text, environment },
      ),
    );

  test('return what they make of their parameters', async () => {
    const text = `
def dj_query(aeon, **kwargs):
    """Sessions and what was computed of them."""
    session, trial = (aeon, aeon.Trial)
    query = session & {'a': 1}
    query *= trial
    query &= f"n > {len([1, 2])}"
    for name in ['x', 'y']:
        if name == 'x':
            query = query & dict(name=name)
    print('never mind')
    return dict(query=query, fetch_args=[], **kwargs)
`;
    expect(await call(text, { aeon: new Printed('S'), extra: 1n })).toBe(
      '{"query": ((((S & {"a": 1n}) * S.Trial) & "n > 2") & {"name": "x"}), "fetch_args": [], "extra": 1n}',
    );
  });

  test('restrictions are dicts', async () => {
    expect(await call('def restriction(**kwargs):\n    return dict(**kwargs, k=3)', { subject: 'M1' })).toBe(
      '{"subject": "M1", "k": 3n}',
    );
    expect(await call('def f():\n  pass')).toBe('null');
  });

  test('errors have the line they are in', async () => {
    await expect(call('def f(a):\n  b = a\n\n  return b & c', { a: new Printed('S') })).rejects.toThrow(
      /^Line 4, column 14: there is no "c"/,
    );
    await expect(call('def f(a):\n  return a')).rejects.toThrow(
      /^Line 1, column 1: expected a value for the parameter "a"/,
    );
  });

  test('a function that is given may be called', async () => {
    const twice = new PythonFunction('twice', ({ positional: [value = 0n] }) => (value as bigint) * 2n);
    const text = 'twice(4)';
    const given: Environment = { get: (name) => (name === 'twice' ? twice : undefined), names: () => ['twice'] };
    expect(await evaluate(parseExpression(text), { text, environment: given })).toBe(8n);
  });
});
