import { describe, expect, test } from 'vitest';
import * as errors from '../../errors.ts';
import { translatePostgresError } from './errors.ts';

type Fields = Readonly<Record<string, string>>;

/** An error as `pg` and PGlite make it of a server's answer. */
function answer(code: string, message = 'some text', fields: Fields = {}): Error {
  return Object.assign(new Error(message), { severity: 'ERROR', code, ...fields });
}

const translate = (code: string, message?: string, fields?: Fields): errors.DataJointError =>
  translatePostgresError(answer(code, message, fields));

describe('values', () => {
  const statement = { text: '', params: [1, 'x'], attributes: [undefined, 'born'] };
  const translated = (where: string) =>
    translatePostgresError(answer('22007', 'invalid input syntax for type date: "x"', { where }), statement);

  test('are of the attribute whose parameter the server counts', () => {
    const error = translated("unnamed portal parameter $2 = '...'");
    expect(error.message).toBe('The value of attribute born does not have the format of its type.');
    expect(error.details).toEqual({ attribute: 'born' });
  });

  test.each(['unnamed portal parameter $1', 'unnamed portal parameter $3', 'PL/pgSQL function f() line 1', ''])(
    'are of no attribute where it is %j',
    (where) => {
      expect(translated(where).message).toBe('A value does not have the format of its type.');
    },
  );
});

test.each(['cannot insert a non-DEFAULT value into column "twice"', 'column "twice" can only be updated to DEFAULT'])(
  'what the database makes itself: %s',
  (message) => {
    expect(translate('428C9', message).message).toBe(
      'The value of attribute twice is made by the database and cannot be given.',
    );
  },
);

describe('foreign keys', () => {
  const child = { schema: 'lab', table: 'session', constraint: 'fk1' };
  const childFacts = { childSchema: 'lab', childTable: 'session', constraint: 'fk1' };

  test('a parent that is missing', () => {
    const error = translate('23503', 'insert or update on table "session" violates foreign key constraint "fk1"', {
      ...child,
      detail: 'Key (subject_id, b)=(2, y) is not present in table "subject".',
    });
    expect(error).toBeInstanceOf(errors.IntegrityError);
    expect(error.message).toBe('No row of Subject has this subject_id, b. Insert it there first.');
    expect(error.details).toEqual({ ...childFacts, attributes: ['subject_id', 'b'], parentTable: 'subject' });
  });

  test('children in the way', () => {
    const error = translate(
      '23503',
      'update or delete on table "subject" violates foreign key constraint "fk1" on table "session"',
      { ...child, detail: 'Key (subject_id, b)=(1, x) is still referenced from table "session".' },
    );
    expect(error).toBeInstanceOf(errors.IntegrityError);
    expect(error.message).toBe('Rows of another table refer to this. Delete what refers to it first.');
    expect(error.details).toEqual({ ...childFacts, parentTable: 'subject', parentAttributes: ['subject_id', 'b'] });
  });

  test('children in the way, as PostgreSQL 18 says it', () => {
    const error = translate(
      '23001',
      'update or delete on table "#odd, (t)" violates RESTRICT setting of foreign key constraint "fk1" on table "child.x"',
      { ...child, table: 'child.x', detail: 'Key (a b, c, d)=(1, 2) is referenced from table "child.x".' },
    );
    // Its names are not quoted: which of them end where is not known.
    expect(error.details).toEqual({ ...childFacts, childTable: 'child.x', parentTable: '#odd, (t)' });
    expect(error).toBeInstanceOf(errors.IntegrityError);
  });

  test('what may not be read is left out', () => {
    const error = translate('23503', 'insert or update on table "session" violates foreign key constraint "fk1"', {
      ...child,
      detail: 'Key is not present in table "subject".',
    });
    expect(error.message).toMatch(/^A row refers to one that does not exist/);
    expect(error.details).toEqual({ ...childFacts, parentTable: 'subject' });
  });

  test('in another language, the fields tell the child', () => {
    const error = translate('23503', 'Einfügen oder Aktualisieren in Tabelle »session« verletzt ...', child);
    expect(error.message).toBe('A foreign key does not allow this.');
    expect(error.details).toEqual(childFacts);
  });

  test.each([
    ['constraint fk1 on table lab.session depends on table lab.subject', childFacts, 'subject'],
    [
      'constraint child.x_a b_c, d_fkey on table lab."child.x" depends on table lab."#odd, (t)"',
      { childSchema: 'lab', childTable: 'child.x', constraint: 'child.x_a b_c, d_fkey' },
      '#odd, (t)',
    ],
    ['constraint fk1 on table "a""b" depends on table t', { childTable: 'a"b', constraint: 'fk1' }, 't'],
  ])('what depends on a table to be dropped: %s', (detail, facts, parentTable) => {
    const error = translate('2BP01', 'cannot drop table because other objects depend on it', { detail });
    expect(error).toBeInstanceOf(errors.IntegrityError);
    expect(error.details).toEqual({ ...facts, parentTable });
  });

  test('a schema that is not empty', () => {
    const error = translate('2BP01', 'cannot drop schema lab because other objects depend on it', {
      detail: 'table lab.subject depends on schema lab\ntable lab.session depends on schema lab',
    });
    expect(error.message).toBe('Other objects depend on this. Remove them first.');
  });
});

describe('duplicates', () => {
  test.each([
    ['subject', 'subject_pkey', 'Key (subject_id, b)=(1, x) already exists.', 'PRIMARY', ['subject_id', 'b'], '1-x'],
    ['session', 'session_u_key', 'Key (u)=(5) already exists.', 'session_u_key', ['u'], '5'],
    ['#odd, (t)', '#odd, (t)_pkey', 'Key ("a b", "c, d")=(1, 2) already exists.', 'PRIMARY', ['a b', 'c, d'], '1-2'],
    ['t', 't_pkey', 'Key (a)=(x) already exists.) already exists.', 'PRIMARY', ['a'], 'x) already exists.'],
    ['t', 'other_pkey', 'Key (lower(a))=(x) already exists.', 'other_pkey', undefined, 'x'],
  ])('%s %s', (table, constraint, detail, key, attributes, value) => {
    const error = translate('23505', 'duplicate key value', { schema: 'lab', table, constraint, detail });
    expect(error).toBeInstanceOf(errors.DuplicateError);
    const named = key === 'PRIMARY' ? 'primary key' : `unique key ${key}`;
    expect(error.message).toBe(`A row with this ${named} (${value}) exists already.`);
    const facts = attributes === undefined ? {} : { attributes };
    expect(error.details).toEqual({ schema: 'lab', table, key, ...facts, value });
  });

  test('long values are shortened, withheld ones left out', () => {
    const detail = `Key (a)=(${'x'.repeat(300)}) already exists.`;
    expect(translate('23505', '', { detail }).message.length).toBeLessThan(130);
    expect(translate('23505').message).toBe('A row with this primary key exists already.');
  });
});

describe('values', () => {
  test.each([
    ['22P02', 'invalid input syntax for type integer: "x"', 'A value does not have the format of its type.'],
    ['22008', 'date/time field value out of range: "2020-13-01"', 'A value does not have the format of its type.'],
    ['22001', 'value too long for type character varying(2)', 'A value is too long.'],
    ['2201B', 'invalid regular expression: parentheses () not balanced', 'A value is not a valid pattern.'],
    ['22P05', 'unsupported Unicode escape sequence', 'A value holds characters the database cannot store.'],
    ['54000', 'index row requires 16016 bytes, maximum size is 8191', 'A value is larger than the database takes.'],
    ['22F99', '', 'A value does not have the format of its type.'],
  ])('%s %s', (code, message, sentence) => {
    const error = translate(code, message);
    expect(error).toBeInstanceOf(errors.InvalidValueError);
    expect(error.message).toBe(sentence);
  });

  test('of another type', () => {
    const error = translate('42804', 'column "e" is of type uuid but expression is of type bytea');
    expect(error).toBeInstanceOf(errors.InvalidValueError);
    expect(error.message).toBe('The value of attribute e is of another type than its attribute.');
    expect(error.details).toEqual({ attribute: 'e' });
  });

  test('missing', () => {
    const error = translate('23502', 'null value in column "n"', { schema: 'lab', table: 'session', column: 'n' });
    expect(error).toBeInstanceOf(errors.MissingAttributeError);
    expect(error.message).toBe('Attribute n has no default: give it a value.');
    expect(error.details).toEqual({ attribute: 'n' });
  });

  test.each([
    ['session_n_check', { attribute: 'n' }, 'The value of attribute n does not meet the condition its table sets.'],
    ['odd', {}, 'A value does not meet the condition odd of its table.'],
    ['session_check', {}, 'A value does not meet the condition session_check of its table.'],
  ])('that break the condition %s', (constraint, attribute, sentence) => {
    const error = translate('23514', 'new row violates', { schema: 'lab', table: 'session', constraint });
    expect(error).toBeInstanceOf(errors.InvalidValueError);
    expect(error.message).toBe(sentence);
    expect(error.details).toEqual({ constraint, schema: 'lab', table: 'session', ...attribute });
  });
});

describe('names', () => {
  test.each([
    ['column "nope" does not exist', 'nope'],
    ['column s.nope does not exist', 'nope'],
    ['column "nope" of relation "subject" does not exist', 'nope'],
  ])('%s', (message, attribute) => {
    const error = translate('42703', message);
    expect(error).toBeInstanceOf(errors.UnknownAttributeError);
    expect(error.details).toEqual({ attribute });
  });

  test.each([
    ['relation "lab.nope" does not exist', { schema: 'lab', table: 'nope' }, 'lab.nope'],
    ['relation "lab.#a.b" does not exist', { schema: 'lab', table: '#a.b' }, 'lab.#a.b'],
    ['table "nope" does not exist', { table: 'nope' }, 'nope'],
  ])('%s', (message, details, path) => {
    const error = translate('42P01', message);
    expect(error).toBeInstanceOf(errors.MissingTableError);
    expect(error.message).toBe(`Table ${path} does not exist. It may have been dropped.`);
    expect(error.details).toEqual(details);
  });

  test('of a schema', () => {
    const error = translate('3F000', 'schema "nope" does not exist');
    expect(error).toBeInstanceOf(errors.SchemaNotFound);
    expect(error.details).toEqual({ schema: 'nope' });
  });

  test.each([
    ['permission denied for table subject', { table: 'subject' }, ' on table subject'],
    ['permission denied for schema lab', { schema: 'lab' }, ' on schema lab'],
    ['must be owner of table subject', { table: 'subject' }, ' on table subject'],
    ['permission denied to create database', {}, ' for this operation'],
  ])('%s', (message, details, what) => {
    const error = translate('42501', message);
    expect(error).toBeInstanceOf(errors.AccessError);
    expect(error.message).toBe(`Insufficient privileges${what}. Ask the database's administrator for them.`);
    expect(error.details).toEqual(details);
  });
});

test.each([
  ['08006', errors.LostConnectionError],
  ['08P01', errors.QueryError],
  ['25006', errors.UnavailableError],
  ['25P02', errors.QueryError],
  ['25P03', errors.LostConnectionError],
  ['28P01', errors.AuthenticationError],
  ['28000', errors.AuthenticationError],
  ['3D000', errors.AuthenticationError],
  ['40001', errors.ConcurrencyError],
  ['40P01', errors.ConcurrencyError],
  ['42601', errors.QuerySyntaxError],
  ['22012', errors.InvalidExpression],
  ['42883', errors.InvalidExpression],
  ['42P07', errors.QueryError],
  ['53100', errors.UnavailableError],
  ['53300', errors.OverloadedError],
  ['55P03', errors.ConcurrencyError],
  ['57P01', errors.LostConnectionError],
  ['57P03', errors.LostConnectionError],
  ['XX000', errors.QueryError],
])('%s is a %o', (code, type) => {
  const cause = answer(code);
  const error = translatePostgresError(cause);
  expect(error).toBeInstanceOf(type);
  expect(error.constructor).toBe(type);
  expect(error.cause).toBe(cause);
});

test('a statement that was stopped, and why', () => {
  expect(translate('57014', 'canceling statement due to statement timeout')).toBeInstanceOf(errors.TimeoutError);
  expect(translate('57014', 'canceling statement due to user request')).toBeInstanceOf(errors.CancelledError);
});

test('a user that is not known is not told from a wrong password, a rule of the server is', () => {
  const refused = 'The database refused the user name or the password.';
  expect(translate('28P01', 'password authentication failed for user "ann"').message).toBe(refused);
  expect(translate('28000', 'role "ann" does not exist').message).toBe(refused);
  expect(translate('28000', 'no pg_hba.conf entry for host "::1", user "ann", no encryption').message).toMatch(
    /does not let this user in from this machine/,
  );
});

test('what no server said', () => {
  const network = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  expect(translatePostgresError(network)).toBeInstanceOf(errors.LostConnectionError);
  expect(translatePostgresError(new Error('Connection terminated unexpectedly'))).toBeInstanceOf(
    errors.LostConnectionError,
  );
  for (const fault of [new TypeError('x is not a function'), undefined, null, 'text', answer('ODD')]) {
    const error = translatePostgresError(fault);
    expect(error.constructor).toBe(errors.DataJointError);
    expect(error.message).toMatch(/fault of the program/);
  }
});

test('an error that is translated already is handed back', () => {
  const error = new errors.QueryError('x');
  expect(translatePostgresError(error)).toBe(error);
});

test('no message tells what the server said', () => {
  for (const code of ['22P02', '23502', '23503', '23505', '23514', '42501', '42601', '42703', '42P01', 'XX000']) {
    expect(translate(code, 'SELECT secret', { detail: 'secret', where: 'secret' }).message).not.toContain('secret');
  }
});
