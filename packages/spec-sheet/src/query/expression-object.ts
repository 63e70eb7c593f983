import {
  type Mapping,
  Not,
  type QueryExpression,
  type Restriction,
  type Schema,
  type Table,
  type Top,
  type U,
} from '@pharus/datajoint';
import { Misfit } from '../python/python-error.ts';
import {
  type CallArguments,
  Dict,
  HostObject,
  type HostOperator,
  kindOf,
  PythonFunction,
  PythonSet,
  type PythonValue,
  Tuple,
} from '../python/values.ts';
import { expectFlag, projectionItems, takeArguments } from './arguments.ts';

type Method = (args: CallArguments) => PythonValue;

/** A query expression as code sees it: DataJoint's operators and methods, and nothing that fetches or writes. */
export class ExpressionObject extends HostObject {
  readonly expression: QueryExpression;

  constructor(expression: QueryExpression) {
    super();
    this.expression = expression;
  }

  get kind(): string {
    return 'a query';
  }

  override memberNames(): readonly string[] {
    return Object.keys(this.#methods);
  }

  override member(name: string): PythonValue | undefined | Promise<PythonValue | undefined> {
    if (/^fetch|^to_/.test(name)) throw new Misfit(-1, `"${name}" is not available: the answer holds the rows.`);
    const methods = this.#methods;
    return Object.hasOwn(methods, name) ? new PythonFunction(name, methods[name] as Method) : undefined;
  }

  override check(): Promise<void> {
    return this.expression.check();
  }

  override operate(operator: HostOperator, other: PythonValue): PythonValue | undefined {
    switch (operator) {
      case '&':
        return this.#restricted(other);
      case '-':
        if (other instanceof TopObject) return undefined;
        return new ExpressionObject(this.expression.except(restrictionOf(other)));
      case '*':
        return other instanceof ExpressionObject || other instanceof UniversalSetObject
          ? this.#joined(other, {})
          : undefined;
      case '+':
        return other instanceof ExpressionObject
          ? new ExpressionObject(this.expression.union(other.expression))
          : undefined;
    }
  }

  get #methods(): Readonly<Record<string, Method>> {
    return {
      proj: (args) => new ExpressionObject(this.expression.proj(...projectionItems(args))),
      aggr: (args) => this.#aggregated(args),
      join: (args) => {
        const taken = takeArguments('join', ['other', 'left', 'semantic_check'], args);
        return this.#joined(taken.get('other'), {
          left: expectFlag(taken.get('left'), 'left'),
          semanticCheck: expectFlag(taken.get('semantic_check'), 'semantic_check'),
        });
      },
      extend: (args) => {
        const taken = takeArguments('extend', ['other', 'semantic_check'], args);
        return this.#joined(taken.get('other'), {
          left: true,
          semanticCheck: expectFlag(taken.get('semantic_check'), 'semantic_check'),
        });
      },
      restrict: (args) => {
        const taken = takeArguments('restrict', ['restriction', 'semantic_check'], args);
        return this.#restricted(
          taken.get('restriction') ?? null,
          expectFlag(taken.get('semantic_check'), 'semantic_check'),
        );
      },
    };
  }

  #restricted(by: PythonValue, semanticCheck = true): ExpressionObject {
    const restriction = by instanceof TopObject ? by.top : restrictionOf(by);
    return new ExpressionObject(this.expression.restrict(restriction, { semanticCheck }));
  }

  #joined(
    other: PythonValue | undefined,
    options: { left?: boolean | undefined; semanticCheck?: boolean | undefined },
  ): ExpressionObject {
    if (other instanceof UniversalSetObject) return new ExpressionObject(this.expression.join(other.set));
    return new ExpressionObject(this.expression.join(expressionOf(other, 'to join with'), options));
  }

  #aggregated({ positional: [group, ...kept], named }: CallArguments): ExpressionObject {
    const computed = new Map(named);
    const flag = (name: string): boolean | undefined => {
      const value = expectFlag(computed.get(name), name);
      computed.delete(name);
      return value;
    };
    const keepAllRows = flag('keep_all_rows');
    const excluded = flag('exclude_nonmatching');
    const items = projectionItems({ positional: kept, named: computed });
    const options = { keepAllRows: keepAllRows ?? (excluded === undefined ? undefined : !excluded) };
    return new ExpressionObject(this.expression.aggr(expressionOf(group, 'to aggregate'), items, options));
  }
}

/** A table: a query that has parts, and may be called as its class is in Python. */
export class TableObject extends ExpressionObject {
  readonly #table: Table;
  readonly #schema: Schema;

  constructor(table: Table, schema: Schema) {
    super(table);
    this.#table = table;
    this.#schema = schema;
  }

  override get kind(): string {
    return `the table ${this.#table.className}`;
  }

  override member(name: string): PythonValue | undefined | Promise<PythonValue | undefined> {
    const isPartName = /^[A-Z]/.test(name) && this.#table.tier !== 'part';
    return isPartName ? this.#part(name) : super.member(name);
  }

  override call({ positional, named }: CallArguments): PythonValue {
    if (positional.length === 0 && named.size === 0) return this;
    throw new Misfit(-1, `${this.#table.className}() takes no arguments; restrict it with &.`);
  }

  async #part(name: string): Promise<PythonValue> {
    return new TableObject(await this.#schema.table(`${this.#table.className}.${name}`), this.#schema);
  }
}

/** `dj.U('rig')` */
export class UniversalSetObject extends HostObject {
  readonly kind = 'a universal set';
  readonly set: U<string>;

  constructor(set: U<string>) {
    super();
    this.set = set;
  }

  override memberNames(): readonly string[] {
    return ['aggr'];
  }

  override member(name: string): PythonValue | undefined {
    if (name !== 'aggr') return undefined;
    return new PythonFunction('aggr', ({ positional: [group, ...kept], named }) => {
      const items = projectionItems({ positional: kept, named });
      return new ExpressionObject(this.set.aggr(expressionOf(group, 'to aggregate'), ...items));
    });
  }

  override operate(operator: HostOperator, other: PythonValue): PythonValue | undefined {
    if (!(other instanceof ExpressionObject)) return undefined;
    if (operator === '&') return new ExpressionObject(this.set.restrict(other.expression));
    return operator === '*' ? new ExpressionObject(this.set.join(other.expression)) : undefined;
  }
}

/** `dj.Top(...)` */
export class TopObject extends HostObject {
  readonly kind = 'a dj.Top';
  readonly top: Top;

  constructor(top: Top) {
    super();
    this.top = top;
  }
}

/** `dj.AndList([...])` and `dj.Not(...)` */
export class RestrictionObject extends HostObject {
  readonly kind = 'a restriction';
  readonly restriction: Restriction;

  constructor(restriction: Restriction) {
    super();
    this.restriction = restriction;
  }
}

/** The expression that a value is. @throws Misfit */
function expressionOf(value: PythonValue | undefined, purpose: string): QueryExpression {
  if (value instanceof ExpressionObject) return value.expression;
  throw new Misfit(-1, `expected a query ${purpose}, got ${value === undefined ? 'nothing' : kindOf(value)}.`);
}

/** What a value restricts by. Texts are conditions in SQL, which are checked word by word. @throws Misfit */
export function restrictionOf(value: PythonValue): Restriction {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof ExpressionObject) return value.expression;
  if (value instanceof UniversalSetObject) return value.set;
  if (value instanceof RestrictionObject) return value.restriction;
  if (value instanceof Dict) return mappingOf(value);
  if (value instanceof Tuple || value instanceof PythonSet) return value.items.map(restrictionOf);
  if (Array.isArray(value)) return (value as readonly PythonValue[]).map(restrictionOf);
  throw new Misfit(
    -1,
    `expected a restriction (a dict, a list, a query or a condition in SQL as text), got ${kindOf(value)}.`,
  );
}

function mappingOf({ entries }: Dict): Mapping {
  return Object.fromEntries(
    [...entries].map(([name, value]) => {
      const isPlain = value === null || ['string', 'bigint', 'number', 'boolean'].includes(typeof value);
      if (typeof name !== 'string') throw new Misfit(-1, `expected the name of an attribute, got ${kindOf(name)}.`);
      if (!isPlain)
        throw new Misfit(-1, `expected a text or a number for "${name.slice(0, 80)}", got ${kindOf(value)}.`);
      return [name, value as string | bigint | number | boolean | null];
    }),
  );
}

/** The rows that a restriction leaves out. */
export function negated(value: PythonValue | undefined): RestrictionObject {
  return new RestrictionObject(new Not(restrictionOf(value ?? null)));
}
