import { both, type Difference } from './difference.ts';

/** SQL in queries means what it means on the database. */
export const sqlDifferences: readonly Difference[] = [
  {
    about: 'SQL in queries',
    what: 'A word in double quotes',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ["'a'"],
    ask: { where: 'value = "a"' },
    answers: {
      mysql: '1',
      postgresql:
        'UnknownAttributeError: Line 1, column 14: There is no attribute `a` here (column 9). A text stands in single quotes.',
    },
  },
  {
    about: 'SQL in queries',
    what: 'A backslash in a text',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ["'a'"],
    ask: { where: "char_length('\\n') = 1" },
    answers: { mysql: '1', postgresql: 'none' },
  },
  {
    about: 'SQL in queries',
    what: 'A whole number divided by another',
    column: both('int'),
    declared: 'int32',
    stored: ['7'],
    ask: { proj: 'value / 2' },
    answers: { mysql: '"3.5000"', postgresql: '3' },
  },
  {
    about: 'SQL in queries',
    what: 'The decimals of a quotient',
    column: both('decimal(6,2)'),
    declared: 'decimal(6,2)',
    stored: ['20.5'],
    ask: { proj: 'value / 2' },
    answers: { mysql: '"10.250000"', postgresql: '"10.2500000000000000"' },
  },
  {
    about: 'SQL in queries',
    what: 'A number divided by zero',
    column: both('int'),
    declared: 'int32',
    stored: ['7'],
    ask: { proj: 'value / 0' },
    answers: {
      mysql: 'null',
      postgresql: 'InvalidExpression: The database cannot compute the expression: it divides by zero.',
    },
  },
  {
    about: 'SQL in queries',
    what: 'CONCAT with NULL',
    column: both('varchar(8)'),
    declared: 'varchar(8)',
    stored: ['NULL'],
    ask: { proj: "concat('a', value)" },
    answers: { mysql: 'null', postgresql: '"a"' },
  },
];
