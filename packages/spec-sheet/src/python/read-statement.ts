import type { SyntaxNode } from '@lezer/common';
import { Misfit } from './python-error.ts';
import { absent, children, ExpressionReader } from './read-expression.ts';
import type { BinaryOperator, Expression, FunctionDefinition, Statement, Target } from './syntax.ts';

/** Reads functions and the statements in them. */
export class StatementReader extends ExpressionReader {
  functionDefinition(node: SyntaxNode): FunctionDefinition {
    if (node.name !== 'FunctionDefinition') {
      throw new Misfit(this.at(node.from), absent[node.name] ?? 'expected a function, "def name(...):".');
    }
    const [keyword, name, parameters, ...rest] = children(node);
    const body = rest.find((each) => each.name === 'Body');
    if (keyword?.name !== 'def' || name === undefined || parameters === undefined || body === undefined) {
      throw new Misfit(this.at(node.from), 'expected a function, "def name(...):" (async is not available).');
    }
    return {
      at: this.at(node.from),
      name: this.of(name),
      parameters: this.parameters(parameters, 0),
      body: this.#body(body, 1),
    };
  }

  #body(node: SyntaxNode, depth: number): readonly Statement[] {
    if (depth > this.depth)
      throw new Misfit(this.at(node.from), `expected at most ${this.depth} levels of nesting, got more.`);
    return children(node)
      .filter(({ name }) => name !== ':')
      .map((statement) => this.#statement(statement, depth));
  }

  #statement(node: SyntaxNode, depth: number): Statement {
    const at = this.at(node.from);
    const parts = children(node).filter(({ name }) => name !== 'TypeDef');
    const read = (each: SyntaxNode | undefined): Expression => this.expression(this.present(each, node), depth);
    switch (node.name) {
      case 'PassStatement':
        return { kind: 'pass', at };
      case 'ExpressionStatement':
        return { kind: 'expression', at, value: this.#sequence(parts, node, depth) };
      case 'ReturnStatement':
        return {
          kind: 'return',
          at,
          value: parts.length < 2 ? undefined : this.#sequence(parts.slice(1), node, depth),
        };
      case 'AssignStatement': {
        const last = parts.findLastIndex(({ name }) => name === 'AssignOp');
        if (last < 0) throw new Misfit(at, 'expected an assignment, "name = value".');
        const targets: Target[] = [];
        let target: SyntaxNode[] = [];
        for (const part of parts.slice(0, last + 1)) {
          if (part.name !== 'AssignOp') target.push(part);
          else {
            targets.push(this.target(target, node));
            target = [];
          }
        }
        return { kind: 'assign', at, targets, value: this.#sequence(parts.slice(last + 1), node, depth) };
      }
      case 'UpdateStatement': {
        const [name, operator, value] = parts;
        if (name?.name !== 'VariableName') throw new Misfit(at, 'expected a name before the operator.');
        const word = this.of(this.present(operator, node)).slice(0, -1) as BinaryOperator;
        return { kind: 'update', at, name: this.of(name), operator: word, value: read(value) };
      }
      case 'IfStatement':
        return this.#if(at, parts, node, depth);
      case 'ForStatement': {
        const into = parts.findIndex(({ name }) => name === 'in');
        const body = parts.find(({ name }) => name === 'Body');
        if (parts[0]?.name !== 'for' || parts.some(({ name }) => name === 'else')) {
          throw new Misfit(at, 'expected a loop "for name in list:", without async or else.');
        }
        return {
          kind: 'for',
          at,
          target: this.target(parts.slice(1, into), node),
          iterable: read(parts[into + 1]),
          body: this.#body(this.present(body, node), depth + 1),
        };
      }
      default:
        throw new Misfit(
          at,
          absent[node.name] ?? `expected a statement, got ${JSON.stringify(this.of(node).slice(0, 40))}.`,
        );
    }
  }

  #if(at: number, parts: readonly SyntaxNode[], node: SyntaxNode, depth: number): Statement {
    const branches: { condition: Expression; body: readonly Statement[] }[] = [];
    let otherwise: readonly Statement[] = [];
    for (let index = 0; index < parts.length; ) {
      if (parts[index]?.name === 'else') {
        otherwise = this.#body(this.present(parts[index + 1], node), depth + 1);
        index += 2;
        continue;
      }
      const condition = this.expression(this.present(parts[index + 1], node), depth);
      branches.push({ condition, body: this.#body(this.present(parts[index + 2], node), depth + 1) });
      index += 3;
    }
    return { kind: 'if', at, branches, otherwise };
  }

  /** One expression, or several with commas between: a tuple without its parentheses. */
  #sequence(parts: readonly SyntaxNode[], node: SyntaxNode, depth: number): Expression {
    const isTuple = parts.some(({ name }) => name === ',');
    if (!isTuple) return this.expression(this.present(parts[0], node), depth);
    return { kind: 'tuple', at: this.at(this.present(parts[0], node).from), items: this.items(parts, depth) };
  }
}
