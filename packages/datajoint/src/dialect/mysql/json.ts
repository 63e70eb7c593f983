import { sql } from '../../sql/sql.ts';
import type { HiddenJson } from '../dialect.ts';

/** MariaDB's JSON is an alias of LONGTEXT with this collation and a check; only the check tells it from a text. */
export const mysqlJson: HiddenJson = {
  isCandidate: (type, collation) => type.toLowerCase() === 'longtext' && collation === 'utf8mb4_bin',

  declaration: (schema, table) => sql`SHOW CREATE TABLE ${sql.id(schema, table)}`,

  attributes([row]) {
    const checks = String(row?.[1] ?? '').matchAll(/CHECK \(json_valid\(`((?:[^`]|``)+)`\)\)/gi);
    return new Set(Array.from(checks, ([, name = '']) => name.replaceAll('``', '`')));
  },
};
