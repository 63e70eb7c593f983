import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mysqlSyntax } from '../dialect/mysql/syntax.ts';
import { postgresSyntax } from '../dialect/postgres/syntax.ts';
import { readQuoted } from './read-literal.ts';
import { type Param, Sql, type SqlSyntax, sql } from './sql.ts';
import { trusted, trustedFragment } from './trusted-sql.ts';

const numbered: SqlSyntax = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  placeholder: (index) => `$${index + 1}`,
  literal: (text) => `'${text.replaceAll("'", "''")}'`,
};

const param = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom("' OR 1=1 --", '`; DROP TABLE t', '?', '$1', 'NULL'),
  fc.double(),
  fc.bigInt(),
  fc.uint8Array(),
  fc.constant(null),
);

describe('values', () => {
  test('are bound in order and never become text, however fragments are nested', () => {
    fc.assert(
      fc.property(fc.array(fc.array(param, { maxLength: 4 }), { maxLength: 4 }), (groups) => {
        const tuples = groups.map((group) => sql`(${sql.join(group.map((value) => sql`${value}`))})`);
        const { text, params } = sql`INSERT ${sql.id('t')} VALUES ${sql.join(tuples, '; ')}${1}`.toStatement(
          mysqlSyntax,
        );
        expect(params).toEqual([...groups.flat(), 1]);
        const marks = groups.map((group) => `(${group.map(() => '?').join(', ')})`);
        expect(text).toBe(`INSERT \`t\` VALUES ${marks.join('; ')}?`);
      }),
    );
  });

  test('are numbered from one to the last where the syntax numbers them', () => {
    const inner = sql`x = ${'a'}`;
    const { text, params } = sql`SELECT ${1} WHERE ${inner} OR ${inner} AND ${null}`.toStatement(numbered);
    expect(text).toBe('SELECT $1 WHERE x = $2 OR x = $3 AND $4');
    expect(params).toEqual([1, 'a', 'a', null]);
  });
});

test('values of attributes are told by their places', () => {
  const statement = sql`UPDATE t SET ${sql.id('a')} = ${sql.value('x', 'a')} WHERE id = ${1}`.toStatement(numbered);
  expect(statement).toEqual({
    text: 'UPDATE t SET "a" = $1 WHERE id = $2',
    params: ['x', 1],
    attributes: ['a', undefined],
  });
  expect(sql`SELECT ${1}`.toStatement(numbered)).not.toHaveProperty('attributes');
});

describe('identifiers', () => {
  test('are quoted so that the whole name and nothing else is inside', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }), (path) => {
        const { text, params } = sql`${sql.id(...path)}`.toStatement(mysqlSyntax);
        expect(params).toEqual([]);
        // Read back as a server does: two marks inside stand for one.
        const names = [...text.matchAll(/(?:^|\.)`((?:[^`]|``)*)`/g)];
        expect(names.map(([whole]) => whole).join('')).toBe(text);
        expect(names.map(([, name]) => name?.replaceAll('``', '`'))).toEqual(path);
      }),
    );
  });
});

describe('fragments', () => {
  test('cannot be changed', () => {
    const fragment = sql`a ${1}`;
    expect(Object.isFrozen(fragment)).toBe(true);
    expect(Object.isFrozen(fragment.pieces)).toBe(true);
    expect([sql.empty.isEmpty, fragment.isEmpty, sql.join([]).isEmpty]).toEqual([true, false, true]);
  });

  test('a template without values is its text', () => {
    expect(sql`SELECT 1`.toStatement(mysqlSyntax)).toEqual({ text: 'SELECT 1', params: [] });
  });

  test('what only looks like a fragment is bound', () => {
    const fake = { pieces: [{ kind: 'text', text: 'DROP TABLE t' }] } as unknown as Param;
    const { text, params } = sql`SELECT ${fake}`.toStatement(mysqlSyntax);
    expect(text).toBe('SELECT ?');
    expect(params).toEqual([fake]);
  });

  test('whole numbers can be written out, nothing else', () => {
    expect(sql`LIMIT ${sql.integer(10)}`.toStatement(mysqlSyntax)).toEqual({ text: 'LIMIT 10', params: [] });
    for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1' as unknown as number]) {
      expect(() => sql.integer(wrong)).toThrow(RangeError);
    }
  });

  test('keywords with digits can be written out, nothing else', () => {
    for (const text of ['int', 'double precision', 'decimal(6,2) unsigned', 'timestamp(3) without time zone', 'int4']) {
      expect(sql.words(text).toStatement(mysqlSyntax)).toEqual({ text, params: [] });
    }
    for (const wrong of ['', "enum('a')", 'int; DROP', 'int, x', 'int/**/', 'int --', '1', 'a(b)', 'a\nb', 'int)']) {
      expect(() => sql.words(wrong)).toThrow(RangeError);
    }
  });

  test('texts can be literals, which the dialect quotes', () => {
    const fragment = sql`COMMENT ${sql.literal('it\'s \\ "x"')}`;
    expect(fragment.toStatement(mysqlSyntax)).toEqual({ text: "COMMENT 'it''s \\\\ \"x\"'", params: [] });
    expect(fragment.toStatement(postgresSyntax)).toEqual({ text: "COMMENT E'it''s \\\\ \"x\"'", params: [] });
    expect(sql.literal("it's").toStatement(postgresSyntax).text).toBe("'it''s'");
  });

  test('a literal in any of the syntaxes ends where it should', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("'", '"', '\\', 'a', '\n', '\0', ';') }), (value) => {
        const literal = sql.literal(value).toStatement(mysqlSyntax).text;
        expect(readQuoted(literal, 0)).toEqual({ value, end: literal.length });
      }),
    );
  });

  test('rows number their parameters, and have a word for what is the default', () => {
    const rows = sql`${1} ${sql.rows(
      ['a', 'b'],
      [
        ['x', undefined],
        ['y', 'z'],
      ],
    )} ${2}`;
    const written = { params: [1, 'x', 'y', 'z', 2], attributes: [undefined, 'a', 'a', 'b', undefined] };
    for (const fragment of [rows, rows.writtenOut(postgresSyntax)]) {
      expect(fragment.toStatement(postgresSyntax)).toEqual({ text: '$1 ($2, DEFAULT), ($3, $4) $5', ...written });
      expect(fragment.toStatement(mysqlSyntax)).toEqual({ text: '? (?, DEFAULT), (?, ?) ?', ...written });
    }
  });

  test('trusted text is a type of its own', () => {
    const text = trusted('  session > 3 ');
    expect(text).not.toBeInstanceOf(Sql);
    expect(trustedFragment(text).toStatement(mysqlSyntax)).toEqual({ text: 'session > 3', params: [] });
  });
});

test('a statement may have very many parameters', () => {
  const many = sql.join(Array.from({ length: 200_000 }, (_, index) => sql`${index}`));
  expect(sql`VALUES (${many})`.pieces).toHaveLength(400_001);
});
