import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  camelCase,
  classNameOf,
  isClassName,
  masterOf,
  snakeCase,
  tableNamesOf,
  tierOf,
} from '../../packages/datajoint/src/naming.ts';
import { shared } from '../support/shared.ts';
import { tableName } from './recorded-definitions.ts';

interface Names {
  readonly from_camel_case: readonly { readonly in: string; readonly out: string | { readonly error: string } }[];
  readonly to_camel_case: readonly { readonly in: string; readonly out: string }[];
  readonly is_camel_case: readonly { readonly in: string; readonly out: boolean }[];
  readonly tier: readonly {
    readonly table: string;
    readonly tier: string | null;
    readonly part_groups: { readonly master: string; readonly part: string; readonly class: string } | null;
  }[];
  readonly master_of_part: readonly { readonly in: string; readonly extract_master_v014_dependencies: string | null }[];
}

const names = JSON.parse(readFileSync(shared('golden/names.json'), 'utf8')) as Names;

describe('class names and table names', () => {
  test.each(names.from_camel_case)('snakeCase of "$in"', ({ in: className, out }) => {
    if (typeof out === 'string') expect(snakeCase(className)).toBe(out);
    else expect(() => snakeCase(className)).toThrow(RangeError);
  });

  test.each(names.to_camel_case)('camelCase of "$in"', ({ in: table, out }) => {
    expect(camelCase(table)).toBe(out);
  });

  test.each(names.is_camel_case)('whether "$in" is a class name', ({ in: word, out }) => {
    expect(isClassName(word)).toBe(out);
  });
});

describe('tiers', () => {
  test.each(names.tier)('"$table" is $tier', ({ table, tier, part_groups: parts }) => {
    expect(tierOf(table)).toBe(tier?.toLowerCase());
    expect(masterOf(table)).toBe(parts?.master);
    if (parts !== null) expect(classNameOf(table)).toBe(parts.class);
    else expect(classNameOf(table)).toBe(tier === null ? undefined : camelCase(table));
  });

  test.each(names.tier.filter(({ tier }) => tier !== null))('"$table" is found by its class name', ({ table }) => {
    expect(tableNamesOf(classNameOf(table) ?? '')).toContain(table);
  });

  test.each(names.tier.filter(({ tier }) => tier === null))(
    '"$table" has no class name to be found by',
    ({ table }) => {
      expect(tableNamesOf(camelCase(table))).not.toContain(table);
    },
  );
});

describe('masters of parts', () => {
  /**
   * The library splits a full name at its last double underscore. We ask for a name that is a part's as a whole:
   * parts have no parts, and what the schema is called has no say in it.
   */
  const differences: Readonly<Record<string, string | undefined>> = {
    '`db`.`a__b__c`': undefined,
    '`db`.`__a__b__c`': undefined,
    '`my-db`.`a__b`': '`my-db`.`a`',
  };

  test.each(names.master_of_part)('of $in', ({ in: full, extract_master_v014_dependencies: recorded }) => {
    const { schema, table } = tableName(full);
    const master = masterOf(table);
    const expected = full in differences ? differences[full] : (recorded ?? undefined);
    expect(master === undefined ? undefined : `\`${schema}\`.\`${master}\``).toBe(expected);
    if (full in differences) expect(expected).not.toBe(recorded ?? undefined);
  });

  test('every difference is among the recorded names', () => {
    const recorded = names.master_of_part.map((entry) => entry.in);
    expect(Object.keys(differences).filter((name) => !recorded.includes(name))).toEqual([]);
  });
});
