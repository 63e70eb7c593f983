import type { SyntaxNode } from '@lezer/common';
import { quotesOf, readEscapes, readNumber, readString } from './literals.ts';
import { Misfit } from './python-error.ts';
import type {
  Argument,
  BinaryOperator,
  Clause,
  ComparisonOperator,
  Entry,
  Expression,
  Item,
  Parameter,
  Target,
  UnaryOperator,
} from './syntax.ts';

/** What of Python is not available, in the words of a refusal. */
export const absent: Readonly<Record<string, string>> = {
  ImportStatement: 'import is not available; what is needed is given by name.',
  ClassDefinition: 'classes are not available.',
  TryStatement: 'try is not available.',
  WithStatement: 'with is not available.',
  WhileStatement: 'while is not available; use for over a list.',
  RaiseStatement: 'raise is not available.',
  AssertStatement: 'assert is not available.',
  DeleteStatement: 'del is not available.',
  ScopeStatement: 'global and nonlocal are not available.',
  MatchStatement: 'match is not available; use if.',
  BreakStatement: 'break is not available.',
  ContinueStatement: 'continue is not available.',
  DecoratedStatement: 'decorators are not available.',
  FunctionDefinition: 'functions inside functions are not available.',
  YieldStatement: 'yield is not available.',
  YieldExpression: 'yield is not available.',
  AwaitExpression: 'await is not available.',
  NamedExpression: 'assignments inside expressions (:=) are not available.',
  ComprehensionExpression: 'generators are not available; use a list, [... for ...].',
  TypeDefinition: 'type aliases are not available.',
};

/** What is expected inside a node, for the place where something else stands. */
const expected: Readonly<Record<string, string>> = {
  ArgList: 'an argument, "," or ")"',
  ParamList: 'a parameter, "," or ")"',
  ParenthesizedExpression: '")"',
  TupleExpression: 'an item, "," or ")"',
  ArrayExpression: 'an item, "," or "]"',
  DictionaryExpression: '"key: value", "," or "}"',
  SetExpression: 'an item, "," or "}"',
  BinaryExpression: 'an expression after the operator',
  UnaryExpression: 'an expression after the operator',
  MemberExpression: 'a name after the "."',
  ConditionalExpression: '"else" and an expression',
  LambdaExpression: '":" and an expression',
  AssignStatement: 'an expression after "="',
  Body: 'an indented statement',
  FunctionDefinition: '"def name(...):" and an indented body',
};

/** Reads the parser's tree into {@link Expression}s. */
export class ExpressionReader {
  protected readonly text: string;
  protected readonly depth: number;
  protected readonly shift: number;

  /** @param shift what has to be added to an offset in this text to get the one in the user's. */
  constructor(text: string, depth: number, shift: number) {
    this.text = text;
    this.depth = depth;
    this.shift = shift;
  }

  /** @throws Misfit at the first place where the parser found something else than it expected. */
  refuseErrors(root: SyntaxNode): void {
    const cursor = root.cursor();
    do {
      if (!cursor.type.isError) continue;
      const node = cursor.node;
      const at = node.from + (/^\s*/.exec(this.text.slice(node.from)) ?? [''])[0].length;
      // The parentheses put around the text are nobody's.
      const isOutermost = this.shift !== 0 && node.parent?.from === 0 && node.parent.name === 'ParenthesizedExpression';
      const inside = (isOutermost ? undefined : expected[node.parent?.name ?? '']) ?? 'an expression or an operator';
      const rest = this.text.slice(at, at + 200);
      const [word = ''] = /^(?:[\p{L}\p{N}_]+|'[^'\n]*'?|"[^"\n]*"?|[^\s])/u.exec(rest) ?? [];
      const isEnd = word === '' || (this.shift !== 0 && at >= this.text.length - 1);
      throw new Misfit(
        this.at(at),
        `expected ${inside}, got ${isEnd ? 'the end of the text' : JSON.stringify(word.slice(0, 40))}.`,
      );
    } while (cursor.next());
  }

  /** The expression between parentheses, of which they are no part; several make a tuple. */
  parenthesized(node: SyntaxNode, depth = 0): Expression {
    const inner = node.name === 'ParenthesizedExpression' ? contents(node)[0] : undefined;
    return inner === undefined ? this.expression(node, depth) : this.expression(inner, depth);
  }

  expression(node: SyntaxNode, depth: number): Expression {
    const at = this.at(node.from);
    if (depth > this.depth) throw this.#tooDeep(node);
    const inner = depth + 1;
    const read = (each: SyntaxNode | undefined): Expression => this.expression(this.present(each, node), inner);
    const parts = children(node);
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', at, name: this.of(node) };
      case 'Number':
        return { kind: 'constant', at, value: readNumber(this.of(node), at) };
      case 'String':
        return { kind: 'constant', at, value: readString(this.of(node), at) };
      case 'Boolean':
        return { kind: 'constant', at, value: this.of(node) === 'True' };
      case 'None':
        return { kind: 'constant', at, value: null };
      case 'Ellipsis':
        return { kind: 'ellipsis', at };
      case 'FormatString':
        return { kind: 'text', at, parts: this.#formatted(node, inner) };
      case 'ContinuedString':
        return this.#continued(node, inner);
      case 'ParenthesizedExpression':
        return read(contents(node)[0]);
      case 'TupleExpression':
        return { kind: 'tuple', at, items: this.items(contents(node), inner) };
      case 'ArrayExpression':
        return { kind: 'list', at, items: this.items(contents(node), inner) };
      case 'SetExpression':
        return { kind: 'set', at, items: this.items(contents(node), inner) };
      case 'DictionaryExpression':
        return { kind: 'dict', at, entries: this.#entries(contents(node), inner) };
      case 'ArrayComprehensionExpression':
        return this.#comprehension(node, 'list', contents(node), inner);
      case 'SetComprehensionExpression':
        return this.#comprehension(node, 'set', contents(node), inner);
      case 'DictionaryComprehensionExpression':
        return this.#comprehension(node, 'dict', contents(node), inner);
      case 'MemberExpression':
        return this.#member(node, parts, inner);
      case 'CallExpression': {
        const callee = read(parts[0]);
        // A method is what fails, not the chain of calls before it.
        const place = callee.kind === 'attribute' ? callee.at : at;
        return { kind: 'call', at: place, callee, args: this.#args(this.present(parts[1], node), inner) };
      }
      case 'UnaryExpression': {
        const operator = this.of(this.present(parts[0], node)) as UnaryOperator;
        return operator === 'not'
          ? this.#logical(node, inner)
          : { kind: 'unary', at, operator, operand: read(parts[1]) };
      }
      case 'BinaryExpression':
        return this.#binary(node, parts, inner);
      case 'ConditionalExpression':
        return {
          kind: 'conditional',
          at,
          chosen: read(parts[0]),
          condition: read(parts[2]),
          otherwise: read(parts[4]),
        };
      case 'LambdaExpression': {
        const parameters = parts.find((each) => each.name === 'ParamList');
        return {
          kind: 'lambda',
          at,
          parameters: parameters === undefined ? [] : this.parameters(parameters, inner),
          body: read(parts.at(-1)),
        };
      }
      default:
        throw new Misfit(
          at,
          absent[node.name] ?? `expected an expression, got ${JSON.stringify(this.of(node).slice(0, 40))}.`,
        );
    }
  }

  #binary(node: SyntaxNode, parts: readonly SyntaxNode[], depth: number): Expression {
    const left = this.present(parts[0], node);
    const right = this.present(parts.at(-1), node);
    const operator = parts
      .slice(1, -1)
      .map((each) => this.of(each))
      .join(' ');
    const at = this.at(this.present(parts[1], node).from);
    if (operator === 'and' || operator === 'or') return this.#logical(node, depth);
    const sides = { left: this.expression(left, depth), right: this.expression(right, depth) };
    if (comparisons.has(operator)) {
      const next = operator as ComparisonOperator;
      // `a < b < c` compares b with both, unless the first two stand in parentheses.
      const isChain = left.name === 'BinaryExpression' && sides.left.kind === 'comparison';
      const chain = isChain && sides.left.kind === 'comparison' ? sides.left : undefined;
      return chain === undefined
        ? { kind: 'comparison', at, operands: [sides.left, sides.right], operators: [next] }
        : { kind: 'comparison', at, operands: [...chain.operands, sides.right], operators: [...chain.operators, next] };
    }
    return { kind: 'binary', at, operator: operator as BinaryOperator, ...sides };
  }

  /**
   * `and`, `or` and `not`, put together anew: the parser's grammar lets `not` take in all that follows, where Python has
   * `not a or b` mean `(not a) or b`.
   */
  #logical(node: SyntaxNode, depth: number): Expression {
    const tokens = this.#flattened(node, depth);
    let place = 0;
    const negated = (): Expression => {
      const token = tokens[place++] as Token;
      return token.word === 'not'
        ? { kind: 'unary', at: token.at, operator: 'not', operand: negated() }
        : (token.term as Expression);
    };
    const chain = (operator: 'and' | 'or', operand: () => Expression): Expression => {
      let left = operand();
      for (let token = tokens[place]; token?.word === operator; token = tokens[place]) {
        place += 1;
        left = { kind: 'logical', at: token.at, operator, left, right: operand() };
      }
      return left;
    };
    return chain('or', () => chain('and', negated));
  }

  /** The operands and the words between them, from left to right. */
  #flattened(node: SyntaxNode, depth: number): readonly Token[] {
    if (depth > this.depth) throw this.#tooDeep(node);
    const parts = children(node);
    const operator = node.name === 'UnaryExpression' || node.name === 'BinaryExpression' ? parts.at(-2) : undefined;
    const word = operator === undefined ? undefined : this.of(operator);
    const isNot = node.name === 'UnaryExpression' && word === 'not';
    const isLogical = node.name === 'BinaryExpression' && (word === 'and' || word === 'or');
    if (operator === undefined || !(isNot || isLogical)) {
      return [{ at: this.at(node.from), term: this.expression(node, depth) }];
    }
    const tokens: Token[] = isNot ? [] : [...this.#flattened(this.present(parts[0], node), depth + 1)];
    tokens.push({ at: this.at(operator.from), word: word as 'and' | 'or' | 'not' });
    tokens.push(...this.#flattened(this.present(parts.at(-1), node), depth + 1));
    return tokens;
  }

  #tooDeep(node: SyntaxNode): Misfit {
    return new Misfit(this.at(node.from), `expected at most ${this.depth} levels of nesting, got more.`);
  }

  #member(node: SyntaxNode, parts: readonly SyntaxNode[], depth: number): Expression {
    const at = this.at(node.from);
    const of = this.expression(this.present(parts[0], node), depth);
    const last = this.present(parts.at(-1), node);
    if (last.name === 'PropertyName') return { kind: 'attribute', at: this.at(last.from), of, name: this.of(last) };
    const inside = parts.slice(2, -1);
    const colon = inside.findIndex((each) => each.name === ':');
    const read = (each: SyntaxNode | undefined): Expression | undefined =>
      each === undefined ? undefined : this.expression(each, depth);
    if (colon < 0) {
      if (inside.length !== 1) throw new Misfit(at, 'expected one index between the brackets.');
      return { kind: 'index', at, of, index: read(inside[0]) as Expression };
    }
    const [to, ...more] = inside.slice(colon + 1);
    if (more.length > 0) throw new Misfit(at, 'expected a slice [from:to], without a step.');
    return { kind: 'slice', at, of, from: colon === 0 ? undefined : read(inside[0]), to: read(to) };
  }

  #args(node: SyntaxNode, depth: number): readonly Argument[] {
    return split(contents(node)).map((parts): Argument => {
      const [first, second, third] = parts;
      const at = this.at(this.present(first, node).from);
      if (parts.some((each) => each.name === 'for')) throw new Misfit(at, absent.ComprehensionExpression ?? '');
      const star = this.of(this.present(first, node));
      if ((star === '*' || star === '**') && second !== undefined) {
        return { at, value: this.expression(second, depth), name: undefined, stars: star === '*' ? 1 : 2 };
      }
      if (second?.name === 'AssignOp' && third !== undefined) {
        return { at, value: this.expression(third, depth), name: star, stars: 0 };
      }
      return { at, value: this.expression(this.present(first, node), depth), name: undefined, stars: 0 };
    });
  }

  protected items(nodes: readonly SyntaxNode[], depth: number): readonly Item[] {
    return split(nodes).map((parts) => {
      const isSpread = parts.length > 1 && this.of(parts[0] as SyntaxNode) === '*';
      return { value: this.expression(parts[isSpread ? 1 : 0] as SyntaxNode, depth), isSpread };
    });
  }

  #entries(nodes: readonly SyntaxNode[], depth: number): readonly Entry[] {
    return split(nodes).map((parts) => {
      const [first, second, third] = parts as [SyntaxNode, SyntaxNode | undefined, SyntaxNode | undefined];
      if (this.of(first) === '**' && second !== undefined)
        return { key: undefined, value: this.expression(second, depth) };
      return { key: this.expression(first, depth), value: this.expression(this.present(third, first), depth) };
    });
  }

  #comprehension(
    node: SyntaxNode,
    form: 'list' | 'set' | 'dict',
    parts: readonly SyntaxNode[],
    depth: number,
  ): Expression {
    const at = this.at(node.from);
    const start = parts.findIndex((each) => each.name === 'for');
    const head = parts.slice(0, start);
    if (parts.some((each) => each.name === 'async')) throw new Misfit(at, 'async is not available.');
    const key = form === 'dict' ? this.expression(this.present(head[0], node), depth) : undefined;
    const element = this.expression(this.present(head.at(-1), node), depth);
    return { kind: 'comprehension', at, form, key, element, clauses: this.#clauses(parts.slice(start), node, depth) };
  }

  #clauses(parts: readonly SyntaxNode[], node: SyntaxNode, depth: number): readonly Clause[] {
    const clauses: { target: Target; iterable: Expression; conditions: Expression[] }[] = [];
    for (let index = 0; index < parts.length; ) {
      const until = (word: string): SyntaxNode[] => {
        const from = index + 1;
        index = parts.findIndex((each, place) => place >= from && each.name === word);
        return parts.slice(from, index < 0 ? parts.length : index);
      };
      if (parts[index]?.name === 'for') {
        const target = this.target(until('in'), node);
        clauses.push({
          target,
          iterable: this.expression(this.present(parts[index + 1], node), depth),
          conditions: [],
        });
      } else clauses.at(-1)?.conditions.push(this.expression(this.present(parts[index + 1], node), depth));
      index += 2;
    }
    return clauses;
  }

  protected parameters(node: SyntaxNode, depth: number): readonly Parameter[] {
    return split(contents(node).filter(({ name }) => name !== 'TypeDef')).map((parts) => {
      const [first] = parts as [SyntaxNode, ...SyntaxNode[]];
      const star = this.of(first);
      const stars = star === '*' ? 1 : star === '**' ? 2 : 0;
      const name = stars === 0 ? first : parts[1];
      if (name?.name !== 'VariableName') throw new Misfit(this.at(first.from), 'expected the name of a parameter.');
      const value = parts.findIndex((each) => each.name === 'AssignOp') + 1;
      const initial = value > 0 ? parts[value] : undefined;
      return {
        at: this.at(first.from),
        name: this.of(name),
        default: initial === undefined ? undefined : this.expression(initial, depth),
        stars,
      };
    });
  }

  protected target(parts: readonly SyntaxNode[], node: SyntaxNode): Target {
    const groups = split(parts);
    const [first] = groups;
    const only = groups.length === 1 && !parts.some(({ name }) => name === ',') ? first?.[0] : undefined;
    if (only === undefined) {
      const at = this.at((parts[0] ?? node).from);
      return { kind: 'names', at, targets: groups.map((group) => this.target(group, node)) };
    }
    const at = this.at(only.from);
    if (only.name === 'VariableName') return { kind: 'name', at, name: this.of(only) };
    if (only.name === 'TupleExpression' || only.name === 'ArrayExpression') return this.target(contents(only), only);
    if (only.name === 'ParenthesizedExpression') return this.target(contents(only), only);
    throw new Misfit(at, 'expected a name to assign to; nothing else can be changed here.');
  }

  #continued(node: SyntaxNode, depth: number): Expression {
    const parts = children(node).map((each) => this.expression(each, depth));
    const at = this.at(node.from);
    const texts = parts.flatMap((part) =>
      part.kind === 'constant' ? [String(part.value)] : part.kind === 'text' ? part.parts : [],
    );
    if (texts.every((part) => typeof part === 'string')) return { kind: 'constant', at, value: texts.join('') };
    return { kind: 'text', at, parts: texts };
  }

  #formatted(node: SyntaxNode, depth: number): readonly (string | Expression)[] {
    const literal = this.of(node);
    const { prefix, quotes } = quotesOf(literal, this.at(node.from));
    const parts: (string | Expression)[] = [];
    let from = node.from + prefix.length + quotes.length;
    const text = (to: number): void => {
      const raw = this.text.slice(from, to);
      const read = /r/i.test(prefix) ? raw : readEscapes(raw, this.at(from));
      if (raw !== '') parts.push(read.replaceAll('{{', '{').replaceAll('}}', '}'));
    };
    for (const replacement of children(node).filter(({ name }) => name === 'FormatReplacement')) {
      text(replacement.from);
      const [value, ...more] = contents(replacement);
      if (more.length > 0) {
        throw new Misfit(
          this.at(more[0]?.from ?? node.from),
          'expected "}": formats after ":" and "!" are not available.',
        );
      }
      parts.push(this.expression(this.present(value, replacement), depth));
      from = replacement.to;
    }
    text(node.to - quotes.length);
    return parts;
  }

  protected at(offset: number): number {
    return offset + this.shift;
  }

  protected of(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  protected present(node: SyntaxNode | undefined, parent: SyntaxNode): SyntaxNode {
    if (node !== undefined) return node;
    throw new Misfit(this.at(parent.to), `expected ${expected[parent.name] ?? 'more'}.`);
  }
}

/** An operand, or a word between operands. */
interface Token {
  readonly at: number;
  readonly term?: Expression;
  readonly word?: 'and' | 'or' | 'not';
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'is not']);

/** The nodes inside a node, comments left out. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') found.push(child);
  }
  return found;
}

/** What stands between a node's brackets. */
function contents(node: SyntaxNode): SyntaxNode[] {
  return children(node).filter(({ name }) => !'()[]{}'.includes(name));
}

/** Groups of nodes between commas; an empty one at the end is left out. */
function split(nodes: readonly SyntaxNode[]): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === ',') groups.push([]);
    else groups.at(-1)?.push(node);
  }
  return groups.filter((group) => group.length > 0);
}
