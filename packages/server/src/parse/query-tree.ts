import {
  type Database,
  DataJointError,
  didYouMean,
  type ProjectionItem,
  type QueryExpression,
  type Restriction,
  U,
} from '@pharus/datajoint';
import { describeError } from '../errors/describe-error.ts';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { type ParsedRestriction, parseRestrictionItems, restrictionIn } from './restriction.ts';

/** A query as a tree, read; its tables are only names yet. */
export type QueryTree =
  | { readonly op: 'table'; readonly schema: string; readonly table: string }
  | { readonly op: 'restrict' | 'except'; readonly of: QueryTree; readonly by: QueryCondition }
  | { readonly op: 'proj'; readonly of: QueryTree; readonly items: readonly ProjectionItem[] }
  | { readonly op: 'join'; readonly of: QueryTree; readonly with: QueryTree; readonly left: boolean }
  | {
      readonly op: 'aggr';
      readonly of: QueryTree;
      readonly group: QueryTree;
      readonly items: readonly ProjectionItem[];
      readonly keepAllRows: boolean | undefined;
    }
  | { readonly op: 'union'; readonly of: QueryTree; readonly with: QueryTree }
  | {
      readonly op: 'universal';
      readonly by: readonly string[];
      readonly of: QueryTree;
      readonly items: readonly ProjectionItem[];
    }
  | {
      readonly op: 'top';
      readonly of: QueryTree;
      readonly limit: number | undefined;
      readonly order: string;
      readonly offset: number;
    };

type QueryCondition = { readonly items: ParsedRestriction } | { readonly text: string } | { readonly tree: QueryTree };

const mostNodes = 500;

const membersOf: Readonly<Record<QueryTree['op'], readonly string[]>> = {
  table: ['op', 'schema', 'table'],
  restrict: ['op', 'of', 'by'],
  except: ['op', 'of', 'by'],
  proj: ['op', 'of', 'attributes', 'named'],
  join: ['op', 'of', 'with', 'left'],
  aggr: ['op', 'of', 'group', 'attributes', 'named', 'keepAllRows'],
  union: ['op', 'of', 'with'],
  universal: ['op', 'by', 'of', 'named'],
  top: ['op', 'of', 'limit', 'order', 'offset'],
};

/**
 * Reads a query that is given as a tree; how deep it may be is bounded with JSON itself.
 * @throws RequestError INVALID_REQUEST with the place in the tree, INVALID_RESTRICTION
 */
export function parseQueryTree(value: JsonValue | undefined): QueryTree {
  return new Reader().node(value, '/expression');
}

class Reader {
  #nodes = 0;

  node(value: JsonValue | undefined, at: string): QueryTree {
    this.#nodes += 1;
    if (this.#nodes > mostNodes) throw refused(at, `Expected at most ${mostNodes} operators`);
    if (!isJsonObject(value)) throw refused(at, 'Expected an expression, an object with "op"');
    const op = this.#operator(value, at);
    const inner = (name: string): QueryTree => this.node(value[name], `${at}/${name}`);
    switch (op) {
      case 'table':
        return { op, schema: text(value, 'schema', at), table: text(value, 'table', at) };
      case 'restrict':
      case 'except':
        return { op, of: inner('of'), by: this.#condition(value.by, `${at}/by`) };
      case 'proj':
        return { op, of: inner('of'), items: items(value, at) };
      case 'join':
        return { op, of: inner('of'), with: inner('with'), left: flag(value, 'left', at) ?? false };
      case 'aggr': {
        const keepAllRows = flag(value, 'keepAllRows', at);
        return { op, of: inner('of'), group: inner('group'), items: items(value, at), keepAllRows };
      }
      case 'union':
        return { op, of: inner('of'), with: inner('with') };
      case 'universal':
        return { op, by: texts(value, 'by', at), of: inner('of'), items: items(value, at) };
      case 'top': {
        const order = value.order === undefined ? 'KEY' : text(value, 'order', at);
        return {
          op,
          of: inner('of'),
          limit: count(value, 'limit', at),
          order,
          offset: count(value, 'offset', at) ?? 0,
        };
      }
    }
  }

  #operator(value: JsonObject, at: string): QueryTree['op'] {
    const { op } = value;
    if (typeof op !== 'string' || !Object.hasOwn(membersOf, op)) {
      const known = Object.keys(membersOf);
      throw refused(
        `${at}/op`,
        `Expected one of ${known.join(', ')}`,
        typeof op === 'string' ? didYouMean(op, known) : '',
      );
    }
    const known = membersOf[op as QueryTree['op']];
    const further = Object.keys(value).find((key) => !known.includes(key));
    if (further === undefined) return op as QueryTree['op'];
    throw refused(
      `${at}/${further.slice(0, 40)}`,
      `Expected only ${known.join(', ')} with ${op}`,
      didYouMean(further, known),
    );
  }

  #condition(value: JsonValue | undefined, at: string): QueryCondition {
    if (typeof value === 'string') return { text: value };
    if (Array.isArray(value)) return { items: parseRestrictionItems(value, at) };
    if (isJsonObject(value)) return { tree: this.node(value, at) };
    throw refused(at, 'Expected a list as in a restriction, a condition in SQL as text, or an expression');
  }
}

/**
 * The expression that a tree stands for in a database.
 * @throws RequestError with the place in the tree; what is wrong there is its cause.
 */
export async function expressionIn(
  database: Database,
  tree: QueryTree,
  pointer = '/expression',
): Promise<QueryExpression> {
  const inner = (of: QueryTree, name: string): Promise<QueryExpression> =>
    expressionIn(database, of, `${pointer}/${name}`);
  try {
    const expression = await operatorIn(database, tree, inner);
    await expression.check();
    return expression;
  } catch (error) {
    if (!(error instanceof DataJointError)) throw error;
    const { code, sentence, details, headers } = describeError(error);
    throw new RequestError(code, sentence, { details: { ...details, pointer }, headers, cause: error });
  }
}

async function operatorIn(
  database: Database,
  tree: QueryTree,
  inner: (of: QueryTree, name: string) => Promise<QueryExpression>,
): Promise<QueryExpression> {
  if (tree.op === 'table') return database.schema(tree.schema).table(tree.table);
  const of = await inner(tree.of, 'of');
  const by = async (condition: QueryCondition): Promise<Restriction> => {
    if ('items' in condition) return restrictionIn(database, condition.items);
    return 'text' in condition ? condition.text : inner(condition.tree, 'by');
  };
  switch (tree.op) {
    case 'restrict':
      return of.restrict(await by(tree.by));
    case 'except':
      return of.except(await by(tree.by));
    case 'proj':
      return of.proj(...tree.items);
    case 'join':
      return of.join(await inner(tree.with, 'with'), { left: tree.left });
    case 'aggr':
      return of.aggr(await inner(tree.group, 'group'), tree.items, { keepAllRows: tree.keepAllRows });
    case 'union':
      return of.union(await inner(tree.with, 'with'));
    case 'universal': {
      const set = new U(...tree.by);
      return tree.items.length === 0 ? set.restrict(of) : set.aggr(of, ...tree.items);
    }
    case 'top':
      return of.first(tree);
  }
}

function items(value: JsonObject, at: string): readonly ProjectionItem[] {
  const { named } = value;
  if (named !== undefined && !isJsonObject(named))
    throw refused(`${at}/named`, 'Expected an object of names and texts');
  const kept = value.attributes === undefined ? [] : texts(value, 'attributes', at);
  const computed = Object.entries(named ?? {}).map(([name, expression]) => {
    if (typeof expression !== 'string') throw refused(`${at}/named/${name.slice(0, 40)}`, 'Expected a text');
    return { [name]: expression };
  });
  return [...kept, ...computed];
}

function text(value: JsonObject, name: string, at: string): string {
  const found = value[name];
  if (typeof found === 'string') return found;
  throw refused(`${at}/${name}`, 'Expected a text');
}

function texts(value: JsonObject, name: string, at: string): readonly string[] {
  const found = value[name];
  if (Array.isArray(found) && found.every((each) => typeof each === 'string')) return found;
  throw refused(`${at}/${name}`, 'Expected a list of names');
}

function flag(value: JsonObject, name: string, at: string): boolean | undefined {
  const found = value[name];
  if (found === undefined || typeof found === 'boolean') return found;
  throw refused(`${at}/${name}`, 'Expected true or false');
}

function count(value: JsonObject, name: string, at: string): number | undefined {
  const found = value[name];
  if (found === undefined) return undefined;
  if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found;
  throw refused(`${at}/${name}`, 'Expected a whole number of 0 or more');
}

function refused(pointer: string, sentence: string, hint = ''): RequestError {
  return new RequestError('INVALID_REQUEST', `${sentence} at ${pointer.slice(0, 200)}.${hint}`, {
    details: { pointer },
  });
}
