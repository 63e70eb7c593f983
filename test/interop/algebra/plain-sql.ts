import type { QueryExpression } from '../../../packages/datajoint/src/index.ts';
import type { Condition, Literal, Named, Tree } from './tree.ts';

/** What an expression is written for. */
export interface Plain {
  readonly family: 'mysql' | 'postgresql';
  /** What this library makes of an expression; only its heading is looked at. */
  readonly build: (tree: Tree) => QueryExpression;
}

/**
 * An expression as SELECTs within SELECTs, one for each operator, nothing taken together: slow, and plainly what the
 * operators say. A third opinion, where two libraries are of two.
 */
export function toPlainSql(tree: Tree, plain: Plain): string {
  const { family, build } = plain;
  const id = (name: string): string => (family === 'mysql' ? `\`${name}\`` : `"${name}"`);
  const list = (names: readonly string[]): string => (names.length === 0 ? '1' : names.map(id).join(', '));
  const headingOf = (part: Tree): QueryExpression['heading'] => build(part).heading;
  let aliases = 0;
  return select(tree);

  function from(part: Tree): string {
    aliases += 1;
    const alias = `p${aliases}`;
    return `(${select(part)}) AS ${alias}`;
  }

  function select(part: Tree): string {
    const { names, primaryKey } = headingOf(part);
    switch (part.op) {
      case 'table': {
        const { operation } = build(part);
        if (operation.kind !== 'table') throw new Error(`Expected a table; got ${operation.kind}.`);
        return `SELECT ${list(names)} FROM ${id(operation.name.schema)}.${id(operation.name.table)}`;
      }
      case 'restrict':
        return `SELECT ${list(names)} FROM ${from(part.of)} WHERE ${where(part.by, part.of)}`;
      case 'except':
        return `SELECT ${list(names)} FROM ${from(part.of)} WHERE NOT ${where(part.by, part.of)}`;
      case 'proj':
        return `SELECT ${columns(names, part.named)} FROM ${from(part.of)}`;
      case 'join':
        return join(part.left, part.right, part.isLeft, names);
      case 'aggr': {
        const joined = `(${join(part.of, part.group, part.keepAllRows)}) AS grouped`;
        // What is not computed depends on the key.
        const by = names.filter((name) => part.named[name] === undefined);
        return `SELECT ${columns(names, part.named)} FROM ${joined} GROUP BY ${list(by)}`;
      }
      case 'summary': {
        const by = part.names.length === 0 ? '' : ` GROUP BY ${list(part.names)}`;
        return `SELECT ${columns(names, part.named)} FROM ${from(part.group)}${by}`;
      }
      case 'distinct':
        return `SELECT DISTINCT ${list(names)} FROM ${from(part.of)}`;
      case 'promote':
        return `SELECT ${list(names)} FROM ${from(part.of)}`;
      case 'union':
        return union(part.left, part.right, names, primaryKey);
      case 'top': {
        const items = new Map<string, string>();
        for (const [name = '', direction = ''] of part.order.map((item) => item.split(' '))) {
          // What comes again puts nothing more in order.
          for (const own of name === 'KEY' ? primaryKey : [name]) {
            if (!items.has(own)) items.set(own, `${id(own)} ${direction}${nulls(direction)}`);
          }
        }
        const order = items.size === 0 ? '' : ` ORDER BY ${[...items.values()].join(', ')}`;
        return `SELECT ${list(names)} FROM ${from(part.of)}${order} LIMIT ${part.limit} OFFSET ${part.offset}`;
      }
    }
  }

  /** NULL is less than all values, as in MySQL. */
  function nulls(direction: string): string {
    if (family === 'mysql') return '';
    return direction === 'DESC' ? ' NULLS LAST' : ' NULLS FIRST';
  }

  function columns(names: readonly string[], named: Named): string {
    const written = names.map((name) => {
      const text = Object.hasOwn(named, name) ? named[name] : undefined;
      return text === undefined ? id(name) : `${member(text) ?? `(${text})`} AS ${id(name)}`;
    });
    return written.length === 0 ? '1' : written.join(', ');
  }

  function join(left: Tree, right: Tree, isLeft: boolean, names?: readonly string[]): string {
    const [a, b] = [headingOf(left), headingOf(right)];
    const on = a.names.filter((name) => b.has(name)).map((name) => `a.${id(name)} = b.${id(name)}`);
    const all = names ?? [...a.names, ...b.names.filter((name) => !a.has(name))];
    const chosen = all.map((name) => `${a.has(name) ? 'a' : 'b'}.${id(name)}`);
    const matches = on.length === 0 ? '1 = 1' : on.join(' AND ');
    const kind = isLeft ? 'LEFT JOIN' : 'JOIN';
    const selected = chosen.length === 0 ? '1' : chosen.join(', ');
    return `SELECT ${selected} FROM (${select(left)}) AS a ${kind} (${select(right)}) AS b ON ${matches}`;
  }

  function union(left: Tree, right: Tree, names: readonly string[], key: readonly string[]): string {
    const [a, b] = [headingOf(left), headingOf(right)];
    if (a.secondary.length + b.secondary.length === 0) {
      return `SELECT ${list(names)} FROM ${from(left)} UNION SELECT ${list(names)} FROM ${from(right)}`;
    }
    const on = key.map((name) => `a.${id(name)} = b.${id(name)}`).join(' AND ');
    const both = names.map((name) => `${a.has(name) ? 'a' : 'b'}.${id(name)}`).join(', ');
    const rest = names.map((name) => (b.has(name) ? id(name) : `NULL AS ${id(name)}`)).join(', ');
    return (
      `SELECT ${both} FROM (${select(left)}) AS a LEFT JOIN (${select(right)}) AS b ON ${on} UNION ALL ` +
      `SELECT ${rest} FROM ${from(right)} WHERE (${list(key)}) NOT IN (SELECT ${list(key)} FROM ${from(left)})`
    );
  }

  function where(condition: Condition, of: Tree): string {
    const heading = headingOf(of);
    const terms = (items: readonly Condition[]): readonly string[] => items.map((item) => where(item, of));
    switch (condition.kind) {
      case 'mapping': {
        const known = Object.entries(condition.value).filter(([name]) => heading.has(name.split('.')[0] as string));
        return all(known.map(([name, literal]) => equals(name, literal, heading.get(name)?.storage.kind)));
      }
      case 'list':
        return condition.items.length === 0 ? '(1 = 0)' : `(${terms(condition.items).join(' OR ')})`;
      case 'and':
        return all(terms(condition.items));
      case 'not':
        return `(NOT ${where(condition.item, of)})`;
      case 'text':
        return `(${condition.text})`;
      case 'boolean':
        return condition.value ? '(1 = 1)' : '(1 = 0)';
      case 'universal':
        return '(1 = 1)';
      case 'tree': {
        const common = headingOf(condition.tree).names.filter((name) => heading.has(name));
        if (common.length === 0) return `(EXISTS (${select(condition.tree)}))`;
        return `((${list(common)}) IN (SELECT ${list(common)} FROM ${from(condition.tree)}))`;
      }
    }
  }

  /** A member of a document, as DataJoint names it. */
  function member(text: string): string | undefined {
    const [, document, path] = /^(\w+)\.(\w+)$/.exec(text) ?? [];
    if (document === undefined || path === undefined) return undefined;
    return family === 'mysql'
      ? `JSON_VALUE(${id(document)}, '$.${path}')`
      : `jsonb_extract_path_text(${id(document)}, '${path}')`;
  }

  function equals(name: string, { value }: Literal, kind: string | undefined): string {
    const column = member(name) ?? id(name);
    if (value === null) return `(${column} IS NULL)`;
    if (typeof value === 'boolean') return `(${column} = ${value ? 'TRUE' : 'FALSE'})`;
    if (kind === 'uuid' && family === 'mysql') return `(${column} = X'${String(value).replaceAll('-', '')}')`;
    if (typeof value === 'number' || kind === 'decimal') return `(${column} = ${value})`;
    return `(${column} = '${value.replaceAll("'", "''")}')`;
  }
}

const all = (terms: readonly string[]): string => (terms.length === 0 ? '(1 = 1)' : `(${terms.join(' AND ')})`);
