import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DefinitionError } from '../errors.ts';
import type { DeclaredAttribute } from './declaration.ts';
import { parseDefinition } from './parse-definition.ts';

/** What is wrong with a definition, as `line:column message`. */
function errorOf(definition: string, generation: 'legacy' | '2' = '2'): string {
  try {
    parseDefinition(definition, generation);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const { line, column } = error.details;
    expect(error.message).toContain(`Line ${line}, column ${column} of the definition: `);
    return `${line}:${column} ${error.message.split('definition: ')[1]}`;
  }
  return 'no error';
}

function attributeOf(line: string, generation: 'legacy' | '2' = '2'): DeclaredAttribute {
  const [, item] = parseDefinition(`id : ${generation === '2' ? 'int32' : 'int'}\n---\n${line}`, generation).items;
  if (item?.kind !== 'attribute') throw new Error('not an attribute');
  return item;
}

test('a definition is a comment, the primary key, the other attributes and indexes', () => {
  const declaration = parseDefinition(
    `
    # recording session
    -> Subject
    session : int16   # session number

    ---
    # of no meaning
    -> [nullable, UNIQUE] User.proj(reviewer="username")
    notes='a : b # c' : varchar(80)  # with "quotes" ##
    index (notes)
    `,
    '2',
  );
  expect(declaration).toEqual({
    generation: '2',
    comment: 'recording session',
    items: [
      {
        kind: 'foreignKey',
        inKey: true,
        reference: { words: ['Subject'] },
        renamed: [],
        isNullable: false,
        isUnique: false,
        place: { line: 3, column: 8 },
      },
      {
        kind: 'attribute',
        name: 'session',
        inKey: true,
        type: { kind: 'core', core: { name: 'int16' }, text: 'int16' },
        default: { kind: 'required' },
        comment: 'session number',
        place: { line: 4, column: 5 },
      },
      {
        kind: 'foreignKey',
        inKey: false,
        reference: { words: ['User'] },
        renamed: [['reviewer', 'username']],
        isNullable: true,
        isUnique: true,
        place: { line: 8, column: 27 },
      },
      {
        kind: 'attribute',
        name: 'notes',
        inKey: false,
        type: { kind: 'core', core: { name: 'varchar', length: 80 }, text: 'varchar(80)' },
        default: { kind: 'literal', text: 'a : b # c' },
        comment: 'with "quotes"',
        place: { line: 9, column: 5 },
      },
    ],
    indexes: [{ isUnique: false, parts: [{ kind: 'attribute', name: 'notes' }], place: { line: 10, column: 5 } }],
  });
  expect(
    Object.isFrozen(declaration) && Object.isFrozen(declaration.items) && Object.isFrozen(declaration.items[0]),
  ).toBe(true);
});

test('the older generation has its own divider, types and indexes', () => {
  const declaration = parseDefinition('id : int(11) unsigned auto_increment\n____\nx : uuid\ny : blob@raw-2', 'legacy');
  expect(declaration.items.map((item) => [item.inKey, item.kind === 'attribute' && item.type])).toEqual([
    [true, { kind: 'native', text: 'int(11) unsigned auto_increment' }],
    [false, { kind: 'core', core: { name: 'uuid' }, text: 'uuid' }],
    [false, { kind: 'external', store: 'raw-2', text: 'blob@raw-2' }],
  ]);
  // Whatever begins with the word.
  expect(errorOf('index : int', 'legacy')).toMatch(/^1:1 Expected index \(attribute/);
  expect(parseDefinition('index : int32', '2').items).toMatchObject([{ name: 'index' }]);
});

describe('defaults', () => {
  test.each([
    ['a : int32', { kind: 'required' }],
    ['a=null : int32', { kind: 'null' }],
    ['a = NULL : int32', { kind: 'null' }],
    ['a=-3 : int32', { kind: 'literal', text: '-3' }],
    ['a="" : varchar(4)', { kind: 'literal', text: '' }],
    [`a='it''s' : varchar(4)`, { kind: 'literal', text: "it's" }],
    [`a="say \\"x\\"" : varchar(9)`, { kind: 'literal', text: 'say "x"' }],
    ['a=CURRENT_TIMESTAMP : datetime', { kind: 'now', precision: undefined }],
    ['a=current_timestamp(3) : datetime(3)', { kind: 'now', precision: 3 }],
    ['a=bare word : varchar(20)', { kind: 'literal', text: 'bare word' }],
  ])('%s', (line, value) => {
    expect(attributeOf(line).default).toEqual(value);
  });
});

describe('types', () => {
  test.each([
    ['int8', { kind: 'core', core: { name: 'int8' } }],
    ['jsonb', { kind: 'core', core: { name: 'json' } }],
    ['datetime(6)', { kind: 'core', core: { name: 'datetime', precision: 6 } }],
    ['decimal(10, 3)', { kind: 'core', core: { name: 'decimal', precision: 10, scale: 3 } }],
    ["enum('a', 'it''s', \"b\")", { kind: 'core', core: { name: 'enum', values: ['a', "it's", 'b'] } }],
    ['<blob>', { kind: 'codec', name: 'blob', store: undefined }],
    ['<npy@>', { kind: 'codec', name: 'npy', store: '' }],
    ['<object@raw-1>', { kind: 'codec', name: 'object', store: 'raw-1' }],
    ['int unsigned', { kind: 'native' }],
    ['mediumtext', { kind: 'native' }],
  ])('%s', (text, type) => {
    expect(attributeOf(`a : ${text}  # c`).type).toEqual({ ...type, text });
  });

  test.each([
    ['varchar(20)', { kind: 'native' }],
    ['enum("a")', { kind: 'native' }],
    ['attach', { kind: 'attach' }],
    ['attach@s', { kind: 'external', store: 's' }],
    ['filepath@s', { kind: 'external', store: 's' }],
    ['<graph>', { kind: 'codec', name: 'graph', store: undefined }],
  ])('of the older generation: %s', (text, type) => {
    expect(attributeOf(`a : ${text}`, 'legacy').type).toEqual({ ...type, text });
  });
});

describe('references', () => {
  test.each([
    ['-> Session.Trial', { words: ['Session', 'Trial'] }, []],
    ['-> lab.Session.Trial  # of ours', { words: ['lab', 'Session', 'Trial'] }, []],
    ['-> master', { words: ['master'] }, []],
    ['-> Session()', { words: ['Session'] }, []],
    ['-> `my-lab`.`#species`', { stored: { schema: 'my-lab', table: '#species' } }, []],
    ['-> "lab"."__analysis" # note', { stored: { schema: 'lab', table: '__analysis' } }, []],
    [
      `-> A.proj(b='c', d = "e")`,
      { words: ['A'] },
      [
        ['b', 'c'],
        ['d', 'e'],
      ],
    ],
    ['-> A.proj()', { words: ['A'] }, []],
    [`-> \`lab\`.\`#a\`.proj(b="c")`, { stored: { schema: 'lab', table: '#a' } }, [['b', 'c']]],
  ] as const)('%s', (line, reference, renamed) => {
    const [item] = parseDefinition(line, '2').items;
    expect(item).toMatchObject({ kind: 'foreignKey', reference, renamed });
  });
});

test('indexes may reach into JSON or hold an expression', () => {
  const text = 'unique index (a, car.length[0].x:decimal(4, 1), (lower(`a`)))  # note (here)';
  expect(parseDefinition(`a : int32\n${text}`, '2').indexes).toMatchObject([
    {
      isUnique: true,
      parts: [
        { kind: 'attribute', name: 'a' },
        { kind: 'json', name: 'car', path: ['length', 0, 'x'], type: 'decimal(4, 1)' },
        { kind: 'expression', text: 'lower(`a`)' },
      ],
    },
  ]);
});

describe('what is wrong is said with its place', () => {
  test.each([
    [
      '  id : int32\n  Name : int32',
      /^2:3 Expected an attribute .* got the name "Name"\. Names of attributes are lower-case/,
    ],
    ['id int32', /^1:4 Expected ":" or "=" after the attribute's name.* got "int32"/],
    ['id : ', /^1:5 Expected a type after ":".* got the end of the line/],
    ['id : flaot32', /^1:6 Unsupported attribute type "flaot32".* Did you mean "float32"\?/],
    ['id : varchar', /^1:6 Unsupported attribute type "varchar".*varchar\(30\)/],
    ['id=null : int32', /^1:4 An attribute of the primary key cannot be null/],
    ['id : int32 # :x', /^1:12 A comment must not start with a colon/],
    ['# :x\nid : int32', /^1:2 The comment of a table must not start with a colon/],
    ['_id : int32', /^1:1 Names that start with an underscore/],
    ['id : int32\n---\nb="x" : <blob>', /^3:3 The default of a blob or an attachment can only be null/],
    ['id : int32\n---\nb="x" "y" : varchar(3)', /^3:3 Expected one text in quotes/],
    ['id : int32\n---\nb= : varchar(3)', /^3:4 Expected a default after "="/],
    ['id : <blob', /^1:6 Expected ">"/],
    ['id : <blob> x', /^1:13 Expected the end of the line or a comment/],
    ['-> [nullable] A', /^1:4 A foreign key of the primary key cannot be nullable/],
    ['-> [optional] A', /^1:4 Expected the options nullable or unique; got "optional"/],
    ['->', /^1:3 Expected a table after "->"/],
    ['-> A & "x > 1"', /^1:6 Expected nothing or \.proj\(\.\.\.\) after the table/],
    ['-> A.proj(b=c)', /^1:5 Expected new_name="name"/],
    ['(b) -> A', /^1:1 Expected "->" at the start/],
    ['id : int32\nindex ()', /^2:8 Expected the attributes of the index/],
    ['id : int32\nunique index (id; drop)', /^2:15 Expected attributes, paths/],
  ])('%j', (definition, message) => {
    expect(errorOf(definition)).toMatch(message);
  });

  test('the older generation wants a primary key, DataJoint 2 makes a table of one row without', () => {
    expect(errorOf('---\nx : int', 'legacy')).toMatch(/^2:1 A table must have a primary key/);
    expect(errorOf('', 'legacy')).toMatch(/^1:1 A table must have a primary key/);
    expect(parseDefinition('---\nx : int32', '2').items).toHaveLength(1);
    expect(parseDefinition('', '2').items).toEqual([]);
  });

  test('however long it is', () => {
    expect(errorOf('x'.repeat(200_001))).toMatch(/^1:1 Expected at most 200000 characters; got 200001/);
  });
});

describe('any text', () => {
  test('is read or refused with a place in it, in linear time', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      '=',
      '#',
      '->',
      "'",
      '"',
      '(',
      ')',
      ' ',
      '\n',
      '---',
      'int32',
      '<',
      '>',
      '@',
      ',',
      '.',
      'proj',
      '[',
      ']',
      'index',
      '\\',
      '`',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom('legacy', '2'), (pieces, generation) => {
        const definition = pieces.join('');
        try {
          parseDefinition(definition, generation as '2');
        } catch (error) {
          expect(error).toBeInstanceOf(DefinitionError);
          const { line, column } = (error as DefinitionError).details as { line: number; column: number };
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(definition.split('\n').length);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((definition.split('\n')[line - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of a great length takes no long time', () => {
    for (const text of [
      `a : ${'('.repeat(90_000)}`,
      `a="${'\\'.repeat(90_000)} : x`,
      `-> ${'a.'.repeat(60_000)}`,
      `a : enum(${"'a',".repeat(40_000)})`,
    ]) {
      const start = performance.now();
      errorOf(text);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });
});

test('an attribute is read as it was written', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/).filter((text) => !/^(?:unique\s+)?index/.test(text));
  const plainText = fc.stringMatching(/^[^\n\r'"\\#]{0,20}$/);
  fc.assert(
    fc.property(name, plainText, fc.stringMatching(/^[\w(][\w ()'":.]{0,20}$/), (written, value, comment) => {
      const attribute = attributeOf(`  ${written} = '${value}' : varchar(30)  # ${comment}  `);
      expect([attribute.name, attribute.default, attribute.comment]).toEqual([
        written,
        { kind: 'literal', text: value },
        comment.trim(),
      ]);
    }),
  );
});
