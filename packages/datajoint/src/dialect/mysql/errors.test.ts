import { describe, expect, test } from 'vitest';
import * as errors from '../../errors.ts';
import { translateMysqlError } from './errors.ts';

/** An error as `mysql2` makes it of a server's answer. */
function answer(errno: number, sqlMessage: string): Error {
  return Object.assign(new Error(sqlMessage), { errno, sqlMessage, code: 'ER_SOMETHING', sqlState: 'HY000' });
}

/** What becomes of an answer to a statement. */
function translate(errno: number, text: string): errors.DataJointError {
  return translateMysqlError(answer(errno, text), { isStatement: true });
}

describe('foreign keys', () => {
  const fails = 'a foreign key constraint fails';

  test.each([
    [
      'one attribute, in the same schema',
      '(`lab`.`session`, CONSTRAINT `session_ibfk_1` FOREIGN KEY (`subject_id`) REFERENCES `subject` (`subject_id`) ON UPDATE CASCADE)',
      {
        childSchema: 'lab',
        childTable: 'session',
        constraint: 'session_ibfk_1',
        attributes: ['subject_id'],
        parentSchema: 'lab',
        parentTable: 'subject',
        parentAttributes: ['subject_id'],
      },
    ],
    [
      'several renamed attributes, in another schema',
      '(`ephys`.`__unit`, CONSTRAINT `__unit_ibfk_2` FOREIGN KEY (`who`, `nr`) REFERENCES `lab`.`#session` (`subject_id`, `session`) ON DELETE RESTRICT ON UPDATE CASCADE)',
      {
        childSchema: 'ephys',
        childTable: '__unit',
        constraint: '__unit_ibfk_2',
        attributes: ['who', 'nr'],
        parentSchema: 'lab',
        parentTable: '#session',
        parentAttributes: ['subject_id', 'session'],
      },
    ],
    [
      'names with back-ticks, commas, spaces and parentheses, as MariaDB prints them',
      '(`a,x`.`ch``ild, (1)`, CONSTRAINT `odd``name` FOREIGN KEY (`a`, `b`) REFERENCES `probe`.`par``ent` (`a`, `b, c`))',
      {
        childSchema: 'a,x',
        childTable: 'ch`ild, (1)',
        constraint: 'odd`name',
        attributes: ['a', 'b'],
        parentSchema: 'probe',
        parentTable: 'par`ent',
        parentAttributes: ['a', 'b, c'],
      },
    ],
    [
      'a back-tick as MySQL prints it',
      '(`a`.`ch`ild, (1)`, CONSTRAINT `ch`ild, (1)_ibfk_1` FOREIGN KEY (`a`) REFERENCES `p` (`a`))',
      {
        childSchema: 'a',
        childTable: 'ch`ild, (1)',
        constraint: 'ch`ild, (1)_ibfk_1',
        attributes: ['a'],
        parentSchema: 'a',
        parentTable: 'p',
        parentAttributes: ['a'],
      },
    ],
    [
      'a text that was cut off',
      '(`lab`.`session`, CONSTRAINT `session_ibfk_1` FOREIGN KEY (`subject_id`, `sess',
      { childSchema: 'lab', childTable: 'session', constraint: 'session_ibfk_1' },
    ],
    [
      'a text that stops at the constraint',
      '(`lab`.`session`, CONSTRAINT `session_ibfk_1`)',
      { childSchema: 'lab', childTable: 'session', constraint: 'session_ibfk_1' },
    ],
    ['a text without facts', '', {}],
  ])('%s', (_, facts, details) => {
    for (const [errno, start] of [
      [1451, 'Cannot delete or update a parent row'],
      [1452, 'Cannot add or update a child row'],
    ] as const) {
      const error = translate(errno, `${start}: ${fails} ${facts}`);
      expect(error).toBeInstanceOf(errors.IntegrityError);
      expect(error.details).toEqual(details);
      expect(error.message).not.toContain('CONSTRAINT');
    }
  });

  test('say what to do', () => {
    const facts = '(`lab`.`a`, CONSTRAINT `x` FOREIGN KEY (`b_id`) REFERENCES `b` (`b_id`))';
    expect(translate(1452, `Cannot add: ${fails} ${facts}`).message).toBe(
      'No row of B has this b_id. Insert it there first.',
    );
    expect(translate(1451, `Cannot delete: ${fails} ${facts}`).message).toBe(
      'Rows of another table refer to this. Delete what refers to it first.',
    );
  });
});

test.each([
  ["Duplicate entry '1-2' for key 'PRIMARY'", { key: 'PRIMARY', value: '1-2' }],
  ["Duplicate entry '1-2' for key 'session.PRIMARY'", { key: 'PRIMARY', value: '1-2' }],
  ["Duplicate entry 'it's' for key 'x' y' for key 'name'", { key: 'name', value: "it's' for key 'x' y" }],
  ["Duplicate entry '' for key '#person.u'", { key: 'u', value: '' }],
  ["Duplicate entry 'two\nlines' for key 'u'", { key: 'u', value: 'two\nlines' }],
  ["Duplicate entry 'cut", {}],
])('duplicate: %j', (text, details) => {
  const error = translate(1062, text);
  expect(error).toBeInstanceOf(errors.DuplicateError);
  expect(error.details).toEqual(details);
});

test.each([
  [1048, "Column 'n' cannot be null", { attribute: 'n' }],
  [1265, "Data truncated for column 'e' at row 1", { attribute: 'e', row: 1 }],
  [1406, "Data too long for column 's' at row 3", { attribute: 's', row: 3 }],
  [1264, "Out of range value for column 't' at row 1", { attribute: 't', row: 1 }],
  [1292, "Incorrect date value: 'x' for column `probe`.`#person`.`d` at row 1", { attribute: 'd', row: 1 }],
  [1292, "Incorrect date value: 'x' for column 'd' at row 1", { attribute: 'd', row: 1 }],
  [1292, "Truncated incorrect DOUBLE value: 'abc'", {}],
  [
    1366,
    "Incorrect integer value: 'a' for column 'z' at row 9' for column `p`.`q`.`t` at row 2",
    { attribute: 't', row: 2 },
  ],
  [1366, "Incorrect string value: '\\xFF' for column 'txt' at row 1", { attribute: 'txt', row: 1 }],
  [
    3140,
    'Invalid JSON text: "Missing a name for object member." at position 1 in value for column \'#person.j\'.',
    { attribute: 'j' },
  ],
  [3819, "Check constraint '#person_chk_1' is violated.", { constraint: '#person_chk_1' }],
  [4025, 'CONSTRAINT `#person.age` failed for `probe`.`#person`', { constraint: '#person.age', attribute: 'age' }],
  [4025, 'CONSTRAINT `adult` failed for `probe`.`#person`', { constraint: 'adult' }],
  [1690, "BIGINT value is out of range in '9223372036854775807 + 1'", {}],
  [1525, "Incorrect DATE value: 'x'", {}],
])('a value that does not fit: %i %s', (errno, text, details) => {
  const error = translate(errno, text);
  expect(error).toBeInstanceOf(errors.InvalidValueError);
  expect(error.details).toEqual(details);
  if ('attribute' in details) expect(error.message).toContain(details.attribute);
});

test('names the row of a statement with several', () => {
  expect(translate(1406, "Data too long for column 's' at row 3").message).toBe(
    'The value of attribute s in row 3 is too long.',
  );
});

test.each([
  ["Unknown column 'nope' in 'SELECT'", 'nope'],
  ["Unknown column 'nope' in 'field list'", 'nope'],
  ["Unknown column '#person.nope' in 'where clause'", 'nope'],
  ["Unknown column 'n'o' in 'INSERT INTO'", "n'o"],
])('unknown attribute: %s', (text, attribute) => {
  const error = translate(1054, text);
  expect(error).toBeInstanceOf(errors.UnknownAttributeError);
  expect(error.details).toEqual({ attribute });
});

test.each([
  [
    1142,
    "SELECT command denied to user 'u'@'h' for table `lab`.`#person`",
    { command: 'SELECT', schema: 'lab', table: '#person' },
    'Insufficient privileges to SELECT on table lab.#person.',
  ],
  [
    1142,
    "SELECT command denied to user 'u'@'h' for table '#person'",
    { command: 'SELECT', table: '#person' },
    'Insufficient privileges to SELECT on table #person.',
  ],
  [
    1143,
    "INSERT command denied to user 'u'@'h' for column 'id' in table 'child'",
    { command: 'INSERT', table: 'child', attribute: 'id' },
    'Insufficient privileges to INSERT on attribute id of table child.',
  ],
  [1044, "Access denied for user 'u'@'%' to database 'zz'", { schema: 'zz' }, 'Insufficient privileges on schema zz.'],
  [
    1227,
    'Access denied; you need (at least one of) the SUPER privilege(s) for this operation',
    {},
    'Insufficient privileges for this operation.',
  ],
  [1045, "Access denied for user 'u'@'%' (using password: YES)", {}, 'Insufficient privileges for this operation.'],
])('privilege: %i %s', (errno, text, details, message) => {
  const error = translate(errno, text);
  expect(error).toBeInstanceOf(errors.AccessError);
  expect(error.details).toEqual(details);
  expect(error.message).toBe(`${message} Ask the database's administrator for them.`);
});

test('a failed login says nothing of users', () => {
  const unknown = Object.assign(new Error("Access denied for user 'a'@'h'"), { errno: 1045 });
  const wrong = Object.assign(new Error("Access denied for user 'b'@'h' (using password: YES)"), { errno: 1698 });
  for (const error of [unknown, wrong].map((each) => translateMysqlError(each))) {
    expect(error).toBeInstanceOf(errors.AuthenticationError);
    expect(error.message).toBe('The database refused the user name or the password.');
  }
});

test.each([
  [1364, "Field 'n' doesn't have a default value", errors.MissingAttributeError, { attribute: 'n' }],
  [1146, "Table 'lab.no.pe' doesn't exist", errors.MissingTableError, { schema: 'lab', table: 'no.pe' }],
  [1051, "Unknown table 'lab.nope'", errors.MissingTableError, { schema: 'lab', table: 'nope' }],
  [1049, "Unknown database 'nodb'", errors.SchemaNotFound, { schema: 'nodb' }],
  [1064, 'You have an error in your SQL syntax; ... near', errors.QuerySyntaxError, {}],
  [1213, 'Deadlock found', errors.ConcurrencyError, { isUndone: true }],
  [1205, 'Lock wait timeout exceeded', errors.ConcurrencyError, { isUndone: false }],
  [1290, 'read-only', errors.UnavailableError, {}],
  [1836, 'read-only', errors.UnavailableError, {}],
  [1021, 'Disk full', errors.UnavailableError, {}],
  [1114, 'The table is full', errors.UnavailableError, {}],
  [1030, 'Got error 28 "No space left on device" from storage engine InnoDB', errors.UnavailableError, {}],
  [1241, 'Operand should contain 1 column(s)', errors.InvalidExpression, { errno: 1241 }],
  [1390, 'Prepared statement contains too many placeholders', errors.InvalidRestriction, { errno: 1390 }],
  [1367, "Illegal double '1e400' value found during parsing", errors.InvalidExpression, { errno: 1367 }],
  [1030, 'Got error 168 from storage engine InnoDB', errors.QueryError, { errno: 1030 }],
  [1969, 'max_statement_time exceeded', errors.TimeoutError, {}],
  [3024, 'maximum statement execution time exceeded', errors.TimeoutError, {}],
  [1317, 'Query execution was interrupted', errors.CancelledError, {}],
  [1040, 'Too many connections', errors.OverloadedError, {}],
  [1203, 'max_user_connections', errors.OverloadedError, {}],
  [1226, 'exceeded', errors.OverloadedError, {}],
  [2006, 'gone', errors.LostConnectionError, {}],
  [2013, 'lost', errors.LostConnectionError, {}],
  [1927, 'Connection was killed', errors.LostConnectionError, {}],
  [4025, 'something else of a later MySQL', errors.QueryError, { errno: 4025 }],
  [1267, 'Illegal mix of collations', errors.InvalidValueError, {}],
])('%i %s', (errno, text, expected, details) => {
  const error = translate(errno, text);
  expect(error.constructor).toBe(expected);
  expect(error.details).toEqual(details);
  expect(error.cause).toMatchObject({ errno });
});

test.each([
  { code: 'PROTOCOL_CONNECTION_LOST', fatal: true },
  { code: 'ECONNRESET', errno: -104 },
  { code: 'EPIPE', errno: -32 },
  { fatal: true },
  { errno: 0 },
])('a lost connection: %j', (properties) => {
  const cause = Object.assign(new Error('x'), properties);
  const error = translateMysqlError(cause);
  expect(error.constructor).toBe(errors.LostConnectionError);
  expect(error.cause).toBe(cause);
});

test('hands back what is translated already, and blames nobody for what it does not know', () => {
  const known = new errors.TimeoutError('x');
  expect(translateMysqlError(known)).toBe(known);
  const unknown = new TypeError('undefined is not a function');
  expect(translateMysqlError(unknown).constructor).toBe(errors.DataJointError);
  expect(translateMysqlError('text').constructor).toBe(errors.DataJointError);
});

test('no message holds the SQL', () => {
  for (let errno = 1000; errno < 4200; errno += 1) {
    expect(
      translateMysqlError(Object.assign(answer(errno, 'near SECRET SQL'), { sql: 'SELECT SECRET SQL' })).message,
    ).not.toContain('SECRET');
  }
});
