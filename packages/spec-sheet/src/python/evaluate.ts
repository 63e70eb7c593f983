import { DataJointError, didYouMean } from '@pharus/datajoint';
import { operate } from './arithmetic.ts';
import { checkItems, checkText } from './bounds.ts';
import { memberOf } from './members.ts';
import { Misfit, PythonError, positionOf } from './python-error.ts';
import type { Argument, Clause, Expression, FunctionDefinition, Parameter, Statement, Target } from './syntax.ts';
import {
  type CallArguments,
  Dict,
  ellipsis,
  HostObject,
  isTruthy,
  itemsOf,
  keyOf,
  kindOf,
  PythonFunction,
  PythonSet,
  type PythonValue,
  Tuple,
  textOf,
} from './values.ts';

/** The names that code may use. */
export interface Environment {
  /** The value of a name; undefined where there is none of that name. */
  get(name: string): PythonValue | undefined | Promise<PythonValue | undefined>;
  /** Names for "did you mean". */
  names(): readonly string[] | Promise<readonly string[]>;
}

export interface EvaluateOptions {
  /** The code that is evaluated, for the places of errors. */
  readonly text: string;
  readonly environment: Environment;
  /** Steps it may take, each node that is looked at being one; default 10,000. */
  readonly steps?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Evaluates an expression. @throws PythonError */
export function evaluate(expression: Expression, options: EvaluateOptions): Promise<PythonValue> {
  return located(options.text, () => new Evaluator(options).expression(expression, new Scope()));
}

/** Calls a function with the arguments it is given by name, or by place. @throws PythonError */
export function callFunction(
  definition: FunctionDefinition,
  args: CallArguments,
  options: EvaluateOptions,
): Promise<PythonValue> {
  return located(options.text, async () => {
    const evaluator = new Evaluator(options);
    const scope = new Scope();
    await evaluator.bind(definition.parameters, args, scope, definition);
    return (await evaluator.run(definition.body, scope))?.value ?? null;
  });
}

async function located<T>(text: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new PythonError(error.message, positionOf(text, error.at), { cause: error.cause });
  }
}

/** Names and their values, one inside the other. */
class Scope {
  readonly #own = new Map<string, PythonValue>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  get(name: string): PythonValue | undefined {
    return this.#own.has(name) ? this.#own.get(name) : this.#outer?.get(name);
  }

  set(name: string, value: PythonValue): void {
    this.#own.set(name, value);
  }

  names(): readonly string[] {
    return [...this.#own.keys(), ...(this.#outer?.names() ?? [])];
  }
}

class Evaluator {
  readonly #environment: Environment;
  readonly #signal: AbortSignal | undefined;
  readonly #most: number;
  #steps = 0;
  #calls = 0;

  constructor({ environment, steps = 10_000, signal }: EvaluateOptions) {
    this.#environment = environment;
    this.#signal = signal;
    this.#most = steps;
  }

  async expression(node: Expression, scope: Scope): Promise<PythonValue> {
    this.#step(node.at);
    const { at } = node;
    const read = (each: Expression): Promise<PythonValue> => this.expression(each, scope);
    switch (node.kind) {
      case 'constant':
        return node.value;
      case 'ellipsis':
        return ellipsis;
      case 'name':
        return this.#name(node.name, at, scope);
      case 'attribute':
        return this.#attribute(await read(node.of), node.name, at);
      case 'index':
        return indexed(await read(node.of), await read(node.index), at);
      case 'slice': {
        const of = await read(node.of);
        return sliced(of, node.from && (await read(node.from)), node.to && (await read(node.to)), at);
      }
      case 'call': {
        const callee = await read(node.callee);
        return this.#call(callee, await this.#arguments(node.args, scope), at);
      }
      case 'unary':
        return unary(node.operator, await read(node.operand), at);
      case 'binary': {
        const left = await read(node.left);
        const right = await read(node.right);
        return this.#guarded(at, async () => checked(operate(node.operator, left, right, at)));
      }
      case 'logical': {
        const left = await read(node.left);
        return isTruthy(left) === (node.operator === 'or') ? left : read(node.right);
      }
      case 'comparison': {
        let left = await read(node.operands[0] as Expression);
        for (const [index, operator] of node.operators.entries()) {
          const right = await read(node.operands[index + 1] as Expression);
          if (!isTruthy(operate(operator, left, right, at))) return false;
          left = right;
        }
        return true;
      }
      case 'conditional':
        return read(isTruthy(await read(node.condition)) ? node.chosen : node.otherwise);
      case 'list':
      case 'tuple':
      case 'set': {
        const items: PythonValue[] = [];
        for (const { value, isSpread } of node.items) {
          const item = await read(value);
          items.push(...(isSpread ? this.#items(item, value.at) : [item]));
        }
        return this.#collected(node.kind, items, at);
      }
      case 'dict': {
        const entries: (readonly [PythonValue, PythonValue])[] = [];
        for (const { key, value } of node.entries) {
          if (key !== undefined) entries.push([keyOf(await read(key), key.at), await read(value)]);
          else entries.push(...entriesOf(await read(value), value.at));
        }
        return new Dict(entries);
      }
      case 'comprehension': {
        const found: (readonly [PythonValue, PythonValue])[] = [];
        await this.#iterate(node.clauses, new Scope(scope), async (inner) => {
          const key = node.key === undefined ? null : keyOf(await this.expression(node.key, inner), node.key.at);
          found.push([key, await this.expression(node.element, inner)]);
          checkItems(found.length, at);
        });
        if (node.form === 'dict') return new Dict(found);
        return this.#collected(
          node.form,
          found.map(([, value]) => value),
          at,
        );
      }
      case 'text': {
        let text = '';
        for (const part of node.parts) text += typeof part === 'string' ? part : textOf(await read(part), part.at);
        checkText(text.length, at);
        return text;
      }
      case 'lambda':
        return new PythonFunction('lambda', async (args) => {
          const inner = new Scope(scope);
          await this.bind(node.parameters, args, inner, node);
          return this.expression(node.body, inner);
        });
    }
  }

  /** Runs statements; what `return` gives, or undefined if none was met. */
  async run(statements: readonly Statement[], scope: Scope): Promise<{ readonly value: PythonValue } | undefined> {
    for (const statement of statements) {
      this.#step(statement.at);
      const returned = await this.#statement(statement, scope);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  async #statement(statement: Statement, scope: Scope): Promise<{ readonly value: PythonValue } | undefined> {
    switch (statement.kind) {
      case 'pass':
        return undefined;
      case 'return':
        return { value: statement.value === undefined ? null : await this.expression(statement.value, scope) };
      case 'expression':
        await this.expression(statement.value, scope);
        return undefined;
      case 'assign': {
        const value = await this.expression(statement.value, scope);
        for (const target of statement.targets) this.#assign(target, value, scope);
        return undefined;
      }
      case 'update': {
        const { name, operator, at, value } = statement;
        const before = await this.#name(name, at, scope);
        const by = await this.expression(value, scope);
        scope.set(name, await this.#guarded(at, async () => operate(operator, before, by, at)));
        return undefined;
      }
      case 'if': {
        for (const { condition, body } of statement.branches) {
          if (isTruthy(await this.expression(condition, scope))) return this.run(body, scope);
        }
        return this.run(statement.otherwise, scope);
      }
      case 'for': {
        for (const item of this.#items(await this.expression(statement.iterable, scope), statement.iterable.at)) {
          this.#assign(statement.target, item, scope);
          const returned = await this.run(statement.body, scope);
          if (returned !== undefined) return returned;
        }
        return undefined;
      }
    }
  }

  /** Gives parameters the values of arguments. @throws Misfit for what is missing or too much */
  async bind(
    parameters: readonly Parameter[],
    { positional, named }: CallArguments,
    scope: Scope,
    { at }: { readonly at: number },
  ): Promise<void> {
    const left = new Map(named);
    const places = [...positional];
    for (const { name, default: initial, stars } of parameters) {
      if (stars === 1) scope.set(name, new Tuple(places.splice(0)));
      else if (stars === 2) scope.set(name, new Dict(left));
      else if (places.length > 0) scope.set(name, places.shift() as PythonValue);
      else if (left.has(name)) scope.set(name, left.get(name) as PythonValue);
      else if (initial !== undefined) scope.set(name, await this.expression(initial, scope));
      else throw new Misfit(at, `expected a value for the parameter "${name}", got none.`);
      if (stars === 0) left.delete(name);
      if (stars === 2) left.clear();
    }
    const [further] = left.keys();
    if (further !== undefined)
      throw new Misfit(
        at,
        `there is no parameter "${further}".${didYouMean(
          further,
          parameters.map(({ name }) => name),
        )}`,
      );
    if (places.length > 0)
      throw new Misfit(
        at,
        `expected at most ${positional.length - places.length} arguments, got ${positional.length}.`,
      );
  }

  async #name(name: string, at: number, scope: Scope): Promise<PythonValue> {
    const value = scope.get(name) ?? (await this.#guarded(at, async () => this.#environment.get(name)));
    if (value !== undefined) return value;
    // A name may hold None.
    if (scope.names().includes(name)) return null;
    const names = [...scope.names(), ...(await this.#environment.names())];
    throw new Misfit(at, `there is no "${name.slice(0, 80)}" here.${didYouMean(name, names)}`);
  }

  async #attribute(of: PythonValue, name: string, at: number): Promise<PythonValue> {
    if (name.startsWith('_')) throw new Misfit(at, 'names that begin with an underscore are not available.');
    const value =
      of instanceof HostObject ? await this.#guarded(at, async () => of.member(name)) : memberOf(of, name, at);
    if (value !== undefined) return value;
    const names = of instanceof HostObject ? await this.#guarded(at, async () => of.memberNames()) : [];
    throw new Misfit(at, `${kindOf(of)} has no "${name.slice(0, 80)}".${didYouMean(name, names)}`);
  }

  async #call(callee: PythonValue, args: CallArguments, at: number): Promise<PythonValue> {
    this.#calls += 1;
    // Functions that call each other go deeper than any expression is nested.
    if (this.#calls > 50) throw new Misfit(at, 'functions call each other too deeply.');
    try {
      if (callee instanceof PythonFunction) return await this.#guarded(at, async () => checked(await callee.run(args)));
      const result = callee instanceof HostObject ? await this.#guarded(at, async () => callee.call(args)) : undefined;
      if (result !== undefined) return result;
    } finally {
      this.#calls -= 1;
    }
    throw new Misfit(at, `${kindOf(callee)} cannot be called.`);
  }

  async #arguments(args: readonly Argument[], scope: Scope): Promise<CallArguments> {
    const positional: PythonValue[] = [];
    const named = new Map<string, PythonValue>();
    const name = (key: string, value: PythonValue, at: number): void => {
      if (named.has(key)) throw new Misfit(at, `the argument "${key.slice(0, 80)}" is given twice.`);
      named.set(key, value);
    };
    for (const { value: node, name: key, stars, at } of args) {
      const value = await this.expression(node, scope);
      if (key !== undefined) name(key, value, at);
      else if (stars === 2) for (const [each, entry] of entriesOf(value, at)) name(textOf(each, at), entry, at);
      else positional.push(...(stars === 1 ? this.#items(value, at) : [value]));
    }
    return { positional, named };
  }

  async #iterate(clauses: readonly Clause[], scope: Scope, visit: (scope: Scope) => Promise<void>): Promise<void> {
    const [clause, ...rest] = clauses;
    if (clause === undefined) return visit(scope);
    for (const item of this.#items(await this.expression(clause.iterable, scope), clause.iterable.at)) {
      this.#assign(clause.target, item, scope);
      let isMet = true;
      for (const condition of clause.conditions) isMet &&= isTruthy(await this.expression(condition, scope));
      if (isMet) await this.#iterate(rest, scope, visit);
    }
  }

  #assign(target: Target, value: PythonValue, scope: Scope): void {
    if (target.kind === 'name') {
      scope.set(target.name, value);
      return;
    }
    const items = this.#items(value, target.at);
    if (items.length !== target.targets.length) {
      throw new Misfit(target.at, `expected ${target.targets.length} values to take apart, got ${items.length}.`);
    }
    for (const [index, each] of target.targets.entries()) this.#assign(each, items[index] as PythonValue, scope);
  }

  #items(value: PythonValue, at: number): readonly PythonValue[] {
    const items = itemsOf(value);
    if (items === undefined) throw new Misfit(at, `expected a list, got ${kindOf(value)}.`);
    return items;
  }

  #collected(kind: 'list' | 'tuple' | 'set', items: readonly PythonValue[], at: number): PythonValue {
    checkItems(items.length, at);
    return kind === 'list' ? items : kind === 'tuple' ? new Tuple(items) : new PythonSet(items);
  }

  /** Runs something of the world outside; its errors get the place where it was asked for. */
  async #guarded<T>(at: number, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Misfit) throw error.at < 0 ? new Misfit(at, error.message, { cause: error.cause }) : error;
      // Others may hold anything, and are nobody's fault who wrote the code.
      if (!(error instanceof DataJointError)) throw error;
      throw new Misfit(at, error.message, { cause: error });
    }
  }

  #step(at: number): void {
    this.#signal?.throwIfAborted();
    this.#steps += 1;
    if (this.#steps > this.#most) throw new Misfit(at, `it takes more than ${this.#most} steps.`);
  }
}

/** A value that something of the world outside has made, once that has looked into it. */
async function checked(value: PythonValue): Promise<PythonValue> {
  if (value instanceof HostObject) await value.check();
  return value;
}

function entriesOf(value: PythonValue, at: number): Iterable<readonly [PythonValue, PythonValue]> {
  if (value instanceof Dict) return value.entries;
  throw new Misfit(at, `expected a dict after "**", got ${kindOf(value)}.`);
}

function unary(operator: '-' | '+' | '~' | 'not', value: PythonValue, at: number): PythonValue {
  if (operator === 'not') return !isTruthy(value);
  if (typeof value === 'bigint' || typeof value === 'number') {
    if (operator === '-') return -value;
    if (operator === '+') return value;
  }
  throw new Misfit(at, `"${operator}" is not for ${kindOf(value)}.`);
}

function indexed(of: PythonValue, index: PythonValue, at: number): PythonValue {
  if (of instanceof Dict) {
    const value = of.entries.get(index);
    if (value !== undefined || of.entries.has(index)) return value ?? null;
    throw new Misfit(
      at,
      `the dict has no key ${typeof index === 'string' ? JSON.stringify(index.slice(0, 80)) : kindOf(index)}.`,
    );
  }
  const items = of instanceof PythonSet ? undefined : itemsOf(of);
  if (items === undefined) throw new Misfit(at, `${kindOf(of)} has no items to be taken with [].`);
  if (typeof index !== 'bigint')
    throw new Misfit(at, `expected a whole number between the brackets, got ${kindOf(index)}.`);
  const value = items.at(Number(index));
  if (value !== undefined) return value;
  throw new Misfit(at, `there are ${items.length} items; number ${index} is none of them.`);
}

function sliced(of: PythonValue, from: PythonValue | undefined, to: PythonValue | undefined, at: number): PythonValue {
  const end = (value: PythonValue | undefined): number | undefined => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'bigint') return Number(value);
    throw new Misfit(at, `expected whole numbers in a slice, got ${kindOf(value)}.`);
  };
  if (typeof of === 'string') return [...of].slice(end(from), end(to)).join('');
  if (Array.isArray(of)) return of.slice(end(from), end(to));
  if (of instanceof Tuple) return new Tuple(of.items.slice(end(from), end(to)));
  throw new Misfit(at, `${kindOf(of)} cannot be sliced.`);
}
