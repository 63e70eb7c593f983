import type { HiddenJson } from '../dialect.ts';

/** MariaDB's JSON is an alias of LONGTEXT with this collation and a check; only the check tells it from a text. */
export const mysqlJson: HiddenJson = {
  isCandidate: (type, collation) => type.toLowerCase() === 'longtext' && collation === 'utf8mb4_bin',

  attributes(declaration) {
    const checks = declaration.matchAll(/CHECK \(json_valid\(`((?:[^`]|``)+)`\)\)/gi);
    return new Set(Array.from(checks, ([, name = '']) => name.replaceAll('``', '`')));
  },
};
