import { AccessError } from '../errors.ts';

/**
 * What makes, in a new database, a role that is no superuser and cannot become one.
 *
 * The one session of the embedded database stays the superuser's at heart: whoever may set `session_authorization`
 * is it again, and as the superuser could read and write files and run programs. There are three ways to set it: a
 * statement, alone or in a function, which {@link checkStatement} refuses; and functions and a view, which are taken
 * away here.
 */
export function makeRole(role: string): readonly string[] {
  return [
    `CREATE ROLE ${quoted(role)}`,
    `GRANT CREATE ON DATABASE postgres TO ${quoted(role)}`,
    // It sees the schemas it makes, and no other.
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    'REVOKE EXECUTE ON FUNCTION set_config(text, text, boolean) FROM PUBLIC',
    'REVOKE UPDATE ON pg_settings FROM PUBLIC',
    'REVOKE USAGE ON LANGUAGE sql FROM PUBLIC',
  ];
}

/** What lets the session act as the role from now on. */
export function becomeRole(role: string): string {
  return `SET SESSION AUTHORIZATION ${quoted(role)}`;
}

/** What a pipeline needs. Others, such as SET, RESET, DISCARD, and what makes functions, would let a role out. */
const allowed = [
  /^[\s(]*(?:SELECT|VALUES|WITH|TABLE|SHOW|EXPLAIN)\b/i,
  /^\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|ALTER|DROP|COMMENT|GRANT|REVOKE)\b/i,
  /^\s*CREATE (?:SCHEMA|TABLE|TYPE|VIEW|(?:UNIQUE )?INDEX)\b/i,
  /^\s*(?:BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|LOCK|DECLARE|FETCH|CLOSE)\b/i,
  // The dialect's blocks that make or drop the type of an enum if they can: names and doubled texts between the words.
  /^DO 'BEGIN CREATE TYPE [^;']* AS ENUM \(''(?:[^']|'''')*''(?:, ''(?:[^']|'''')*'')*\); EXCEPTION WHEN [\w ]* THEN NULL; END'$/,
  /^DO 'BEGIN DROP TYPE [^;']*; EXCEPTION WHEN [\w ]* THEN NULL; END'$/,
];

/** @throws AccessError for a statement that a role is not for. */
export function checkStatement(text: string): void {
  if (allowed.some((kind) => kind.test(text))) return;
  throw new AccessError('The embedded database does not run statements of this kind.');
}

function quoted(role: string): string {
  return `"${role.replaceAll('"', '""')}"`;
}
