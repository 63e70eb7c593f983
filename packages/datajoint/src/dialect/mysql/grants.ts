import type { Privilege } from '../catalog.ts';

const all: readonly Privilege[] = ['select', 'insert', 'update', 'delete'];

interface Grant {
  readonly isRevoked: boolean;
  readonly privileges: readonly Privilege[];
  readonly isFor: (schema: string, table: string) => boolean;
}

const name = '\\*|`(?:[^`]|``)*`';
const pattern = new RegExp(`^(GRANT|REVOKE) (.*?) ON (?:TABLE )?(${name})\\.(${name}) (?:TO|FROM) `, 's');

/**
 * Reads the lines of `SHOW GRANTS`, those of the roles in effect among them. A privilege on some columns of a table is
 * none on its rows. Names of schemas are patterns there, those of tables are not.
 * @see https://dev.mysql.com/doc/refman/8.4/en/grant.html
 */
export function readGrants(lines: readonly string[]): (schema: string, table: string) => readonly Privilege[] {
  const grants = lines.flatMap(readGrant);
  const held = (isRevoked: boolean, schema: string, table: string): ReadonlySet<Privilege> =>
    new Set(
      grants.flatMap((grant) => (grant.isRevoked === isRevoked && grant.isFor(schema, table) ? grant.privileges : [])),
    );
  return (schema, table) => {
    const granted = held(false, schema, table);
    const revoked = held(true, schema, table);
    return all.filter((privilege) => granted.has(privilege) && !revoked.has(privilege));
  };
}

function readGrant(line: string): readonly Grant[] {
  const [, verb, list = '', schema = '', table = ''] = pattern.exec(line) ?? [];
  if (verb === undefined) return [];
  return [{ isRevoked: verb === 'REVOKE', privileges: readList(list), isFor: scope(schema, table) }];
}

function readList(list: string): readonly Privilege[] {
  // Without those on columns: `SELECT (a, b), INSERT`.
  const words = list
    .replace(/ ?\((?:[^()`]|`(?:[^`]|``)*`)*\)/g, '-on-columns')
    .toLowerCase()
    .split(/, ?/);
  return words.includes('all privileges') || words.includes('all') ? all : all.filter((each) => words.includes(each));
}

function scope(schema: string, table: string): Grant['isFor'] {
  if (schema === '*') return () => true;
  const unquoted = (quoted: string): string => quoted.slice(1, -1).replaceAll('``', '`');
  if (table !== '*') return (ofSchema, ofTable) => ofSchema === unquoted(schema) && ofTable === unquoted(table);
  const source = unquoted(schema).replace(
    /\\(.)|([%_])|(.)/gs,
    (_match, escaped?: string, wild?: string, plain?: string) =>
      wild === undefined ? literal(escaped ?? plain ?? '') : wild === '%' ? '.*' : '.',
  );
  const expression = new RegExp(`^${source}$`, 's');
  return (ofSchema) => expression.test(ofSchema);
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
