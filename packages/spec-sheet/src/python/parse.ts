import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { Misfit, PythonError, positionOf } from './python-error.ts';
import { StatementReader } from './read-statement.ts';
import type { Expression, FunctionDefinition } from './syntax.ts';

export interface ParseLimits {
  /** UTF-16 units a text may have; default 10,000. */
  readonly length?: number;
  /** Levels that expressions and statements may nest; default 100. */
  readonly depth?: number;
}

/**
 * Reads one expression. It may run over several lines, with comments, as if it stood in parentheses.
 * @throws PythonError with line, column and what was expected there.
 */
export function parseExpression(text: string, limits: ParseLimits = {}): Expression {
  return reading(text, limits, () => {
    refuseStrays(text);
    const open = '(';
    const whole = `${open}${text}\n)`;
    const { root, reader } = treeOf(whole, limits, -open.length);
    const statement = root.firstChild;
    const parenthesis = statement?.firstChild;
    const first = parenthesis?.firstChild;
    if (!parenthesis || !first || statement.nextSibling !== null) throw new Misfit(0, 'expected one expression.');
    if (isEmpty(first)) throw new Misfit(0, 'expected an expression; the text holds none.');
    return reader.parenthesized(parenthesis);
  });
}

/** Whether nothing but comments stands after the parenthesis put before a text. */
function isEmpty(open: SyntaxNode): boolean {
  let node = open.nextSibling;
  while (node?.name === 'Comment') node = node.nextSibling;
  return node?.name === ')';
}

/**
 * Reads one function, as a spec sheet holds it.
 * @throws PythonError with line, column and what was expected there.
 */
export function parseFunction(text: string, limits: ParseLimits = {}): FunctionDefinition {
  return reading(text, limits, () => {
    const { root, reader } = treeOf(text, limits, 0);
    const node = root.firstChild;
    if (node === null) throw new Misfit(0, 'expected a function, "def name(...):"; the text is empty.');
    const definition = reader.functionDefinition(node);
    const further = node.nextSibling;
    if (further !== null) throw new Misfit(further.from, 'expected one function and nothing after it.');
    return definition;
  });
}

function reading<T>(text: string, { length = 10_000, depth = 100 }: ParseLimits, read: () => T): T {
  try {
    if (text.length > length) throw new Misfit(0, `expected at most ${length} characters, got ${text.length}.`);
    refuseDepth(text, depth);
    return read();
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new PythonError(error.message, positionOf(text, Math.min(Math.max(error.at, 0), text.length)), {
      cause: error.cause,
    });
  }
}

/** Before the parser sees it, which takes the square of the depth to read it. */
function refuseDepth(text: string, most: number): void {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[()[\]{}]/g)) {
    open = '([{'.includes(bracket) ? open + 1 : Math.max(0, open - 1);
    if (open > most) throw new Misfit(index, `expected at most ${most} levels of nesting, got more.`);
  }
}

function treeOf(
  text: string,
  { depth = 100 }: ParseLimits,
  shift: number,
): { root: SyntaxNode; reader: StatementReader } {
  const root = parser.parse(text).topNode;
  const reader = new StatementReader(text, depth, shift);
  reader.refuseErrors(root);
  return { root, reader };
}

/** Refuses a closing bracket that nothing opened: `a) & (b` would be whole in the parentheses put around it. */
function refuseStrays(text: string): void {
  const token = /'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|#[^\n]*|[([{]|[)\]}]/g;
  let open = 0;
  for (const { 0: piece, index } of text.matchAll(token)) {
    if ('([{'.includes(piece)) open += 1;
    else if (')]}'.includes(piece)) open -= 1;
    if (open < 0) throw new Misfit(index, `expected an expression, got a "${piece}" that nothing opened.`);
  }
}
