import { expect, test } from 'vitest';
import { readGrants } from './grants.ts';

const all = ['select', 'insert', 'update', 'delete'];

test.each<[grants: string, table: readonly [string, string], may: readonly string[]]>([
  ["GRANT ALL PRIVILEGES ON *.* TO `root`@`%` IDENTIFIED BY PASSWORD '*X' WITH GRANT OPTION", ['a', 'b'], all],
  ['GRANT USAGE ON *.* TO `ann`@`%`', ['a', 'b'], []],
  ['GRANT SELECT, INSERT ON `a`.* TO `ann`@`%`', ['a', 'b'], ['select', 'insert']],
  ['GRANT SELECT, INSERT ON `a`.* TO `ann`@`%`', ['ab', 'b'], []],
  ['GRANT SELECT ON `a\\_b`.* TO `ann`@`%`', ['a_b', 'c'], ['select']],
  ['GRANT SELECT ON `a\\_b`.* TO `ann`@`%`', ['axb', 'c'], []],
  ['GRANT SELECT ON `a_b`.* TO `ann`@`%`', ['axb', 'c'], ['select']],
  ['GRANT SELECT ON `lab%`.* TO `ann`@`%`', ['lab_of.(x)', 'c'], ['select']],
  ['GRANT SELECT ON `a.b`.* TO `ann`@`%`', ['axb', 'c'], []],
  ['GRANT SELECT ON `a_b`.`c_d` TO `ann`@`%`', ['axb', 'c_d'], []],
  ['GRANT DELETE ON `a_b`.`c_d` TO `ann`@`%`', ['a_b', 'c_d'], ['delete']],
  ['GRANT SELECT (`x`, `INSERT, DELETE`), UPDATE ON `a`.`b` TO `ann`@`%`', ['a', 'b'], ['update']],
  ['GRANT SELECT ON `we``ird`.`na ``me` TO `ann`@`%`', ['we`ird', 'na `me'], ['select']],
  ['GRANT EXECUTE ON FUNCTION `a`.`b` TO `ann`@`%`', ['a', 'b'], []],
  ['GRANT `analyst`@`%` TO `ann`@`%`', ['a', 'b'], []],
  ['GRANT SELECT, INSERT ON *.* TO `ann`@`%`\nREVOKE INSERT ON `a`.* FROM `ann`@`%`', ['a', 'b'], ['select']],
  ['GRANT SELECT ON *.* TO `ann`@`%`\nREVOKE SELECT ON `x`.* FROM `ann`@`%`', ['a', 'b'], ['select']],
])('%s', (grants, [schema, table], may) => {
  expect(readGrants(grants.split('\n'))(schema, table)).toEqual(may);
});
