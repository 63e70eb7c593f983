import { InvalidExpression, UnknownAttributeError } from '../../errors.ts';
import type { Heading } from '../../heading/heading.ts';
import { didYouMean } from '../../suggest.ts';
import { beginsCastType, type CastType, castType } from './cast-types.ts';
import { functionNamed, functionNames } from './functions.ts';
import {
  type BinaryOperator,
  mostParts,
  type Pattern,
  type SqlExpression,
  sizeOf,
  type Unit,
  units,
} from './sql-expression.ts';
import { type Family, placed, type Token, tokenize } from './tokenize.ts';

/** Deeper expressions are refused: nobody writes them, and reading them costs stack. */
const maxDepth = 64;

/** One beside the other, operators make an expression as deep as one within the other do. */
const mostOperators = 1000;

/** What may be made of one text: somebody has to receive it, and each row has one. */
const longestText = 10_000;

/**
 * Reads an expression of SQL against a heading: its names are attributes, its functions those that may be called. What
 * comes out holds none of the text but names and values.
 * @throws InvalidExpression or UnknownAttributeError, naming the word and its column.
 */
export function parseSqlExpression(text: string, heading: Heading, family: Family): SqlExpression {
  return new Parser(text, heading, family).whole();
}

/** How tightly binary operators hold, by family: the higher the tighter. */
const binding: Readonly<Record<Family, Readonly<Record<string, number>>>> = {
  mysql: {
    ...{ OR: 1, '||': 1, XOR: 2, AND: 3, '&&': 3 },
    ...{ '=': 6, '<=>': 6, '<>': 6, '!=': 6, '<': 6, '<=': 6, '>': 6, '>=': 6 },
    ...{ '|': 8, '&': 9, '<<': 10, '>>': 10, '+': 11, '-': 11, '*': 12, '/': 12, '%': 12, DIV: 12, MOD: 12, '^': 13 },
  },
  postgresql: {
    ...{ OR: 1, AND: 3, '=': 6, '<>': 6, '!=': 6, '<': 6, '<=': 6, '>': 6, '>=': 6 },
    ...{ '||': 8, '|': 8, '&': 8, '<<': 8, '>>': 8, '+': 11, '-': 11, '*': 12, '/': 12, '%': 12, '^': 13 },
  },
};
const notBinding = 4;
const comparing = 6;
/** What BETWEEN, IN and LIKE hold is above comparisons. */
const aboveComparing = 7;
const unaryBinding = 14;

/** The operators that have two spellings. */
const spelling: Readonly<Record<string, BinaryOperator>> = { '&&': 'AND', '!=': '<>', MOD: '%' };

const patterns: ReadonlySet<string> = new Set(['LIKE', 'ILIKE', 'REGEXP', 'RLIKE', '~', '~*', '!~', '!~*']);

/** Words that are never attributes unless quoted. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'AND OR XOR NOT IS IN LIKE ILIKE REGEXP RLIKE BETWEEN CASE WHEN THEN ELSE END NULL TRUE FALSE DIV ' +
    'DISTINCT SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT UNION'
  ).split(' '),
);

/** Functions that are called without parentheses. */
const bare: ReadonlySet<string> = new Set(['CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME', 'LOCALTIMESTAMP']);

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #heading: Heading;
  readonly #family: Family;
  #at = 0;
  #depth = 0;
  #operators = 0;

  constructor(text: string, heading: Heading, family: Family) {
    this.#source = text;
    this.#tokens = tokenize(text, family);
    this.#heading = heading;
    this.#family = family;
  }

  whole(): SqlExpression {
    if (this.#next.kind === 'end') throw new InvalidExpression('Expected an expression of SQL; got none.');
    const expression = this.#expression(0);
    if (this.#at < this.#tokens.length - 1) throw this.#unexpected('an operator or the end');
    if (sizeOf(expression, () => 1) > mostParts) {
      throw new InvalidExpression(`What an expression makes may be of ${mostParts} parts; this one could be of more.`);
    }
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** The next word or sign in upper case; empty for what is quoted or a value. */
  get #word(): string {
    const { kind, text } = this.#next;
    return kind === 'word' || kind === 'symbol' ? text.toUpperCase() : '';
  }

  #peek(words: string): boolean {
    return words.split(' ').every((word, offset) => {
      const token = this.#tokens[this.#at + offset];
      return (token?.kind === 'word' || token?.kind === 'symbol') && token.text.toUpperCase() === word;
    });
  }

  #accept(words: string): boolean {
    if (!this.#peek(words)) return false;
    this.#at += words.split(' ').length;
    return true;
  }

  #expect(words: string): void {
    if (!this.#accept(words)) throw this.#unexpected(words);
  }

  #unexpected(expected: string): InvalidExpression {
    const { kind, text, column } = this.#next;
    const found = kind === 'end' ? 'the end' : `${JSON.stringify(text.slice(0, 40))} at column ${column}`;
    return new InvalidExpression(`Expected ${expected}, found ${found}.`, placed(this.#source, column));
  }

  #expression(least: number): SqlExpression {
    if (++this.#depth > maxDepth) throw new InvalidExpression(`An expression may be ${maxDepth} levels deep.`);
    let left = this.#peek('NOT') ? this.#negation() : this.#unary();
    for (;;) {
      const extended = this.#extend(left, least);
      if (extended === undefined) break;
      left = this.#counted(extended);
    }
    this.#depth -= 1;
    return left;
  }

  #counted(expression: SqlExpression): SqlExpression {
    this.#operators += 1;
    if (this.#operators <= mostOperators) return expression;
    throw new InvalidExpression(
      `An expression may have ${mostOperators} operators; many values fit in one list: attribute IN (1, 2, 3).`,
    );
  }

  #negation(): SqlExpression {
    this.#expect('NOT');
    return { kind: 'unary', operator: 'NOT', operand: this.#expression(notBinding) };
  }

  #unary(): SqlExpression {
    if (this.#accept('!')) return { kind: 'unary', operator: 'NOT', operand: this.#expression(unaryBinding) };
    for (const operator of ['-', '+', '~'] as const) {
      if (this.#accept(operator)) return { kind: 'unary', operator, operand: this.#expression(unaryBinding) };
    }
    let value = this.#primary();
    while (this.#family === 'postgresql' && this.#accept('::')) {
      value = this.#counted({ kind: 'cast', operand: value, type: this.#castType() });
    }
    return value;
  }

  /** One more operator after what has been read, if it holds tightly enough. */
  #extend(left: SqlExpression, least: number): SqlExpression | undefined {
    const word = this.#word;
    if (least <= comparing) {
      if (this.#accept('IS')) return this.#is(left);
      const negated =
        this.#peek('NOT IN') || this.#peek('NOT BETWEEN') || this.#peek('NOT LIKE') || this.#isNotPattern();
      const operator = negated ? (this.#tokens[this.#at + 1] as Token).text.toUpperCase() : word;
      if (operator === 'IN' || operator === 'BETWEEN' || patterns.has(operator)) {
        this.#at += negated ? 2 : 1;
        if (operator === 'IN') return { kind: 'in', operand: left, items: this.#items(), negated };
        if (operator === 'BETWEEN') return this.#between(left, negated);
        if (operator.startsWith('~') || operator.startsWith('!~')) this.#only('postgresql', operator);
        if (operator === 'REGEXP' || operator === 'RLIKE') this.#only('mysql', operator);
        const pattern = operator === 'RLIKE' ? 'REGEXP' : (operator as Pattern);
        return {
          kind: 'matching',
          operator: pattern,
          operand: left,
          pattern: this.#expression(aboveComparing),
          negated,
        };
      }
    }
    const strength = Object.hasOwn(binding[this.#family], word) ? binding[this.#family][word] : undefined;
    if (strength === undefined || strength < least) return undefined;
    this.#at += 1;
    const operator = (this.#family === 'mysql' && word === '||' ? 'OR' : (spelling[word] ?? word)) as BinaryOperator;
    return { kind: 'binary', operator, left, right: this.#expression(strength + 1) };
  }

  #isNotPattern(): boolean {
    const second = this.#tokens[this.#at + 1];
    return this.#peek('NOT') && second?.kind === 'word' && patterns.has(second.text.toUpperCase());
  }

  #is(operand: SqlExpression): SqlExpression {
    const negated = this.#accept('NOT');
    for (const what of ['NULL', 'TRUE', 'FALSE', 'UNKNOWN'] as const) {
      if (this.#accept(what)) return { kind: 'is', operand, what, negated };
    }
    throw this.#unexpected('NULL, TRUE, FALSE or UNKNOWN');
  }

  #between(operand: SqlExpression, negated: boolean): SqlExpression {
    const low = this.#expression(aboveComparing);
    this.#expect('AND');
    return { kind: 'between', operand, low, high: this.#expression(aboveComparing), negated };
  }

  #items(): readonly SqlExpression[] {
    this.#expect('(');
    const items = [this.#expression(0)];
    while (this.#accept(',')) items.push(this.#expression(0));
    this.#expect(')');
    return items;
  }

  #primary(): SqlExpression {
    const { kind, text } = this.#next;
    switch (kind) {
      case 'number':
      case 'string':
      case 'bytes':
        this.#at += 1;
        return { kind, text };
      case 'name':
        return this.#attribute();
      case 'word':
        return this.#fromWord();
      default:
        break;
    }
    if (!this.#peek('(')) throw this.#unexpected('an attribute, a value or a function');
    const items = this.#items();
    return items.length === 1 ? (items[0] as SqlExpression) : { kind: 'list', items };
  }

  #fromWord(): SqlExpression {
    const word = this.#word;
    const following = this.#tokens[this.#at + 1];
    const isCall = following?.kind === 'symbol' && following.text === '(';
    if (word === 'CASE') return this.#case();
    if (word === 'NULL' || word === 'TRUE' || word === 'FALSE') {
      this.#at += 1;
      return { kind: 'constant', name: word };
    }
    if (word === 'INTERVAL' && !this.#heading.has(this.#next.text)) return this.#interval();
    if (following?.kind === 'string' && (word === 'DATE' || word === 'TIME' || word === 'TIMESTAMP')) {
      this.#at += 2;
      return { kind: 'temporal', type: word, text: following.text };
    }
    if ((word === 'CAST' || word === 'CONVERT') && isCall) return this.#cast();
    if (word === 'EXTRACT' && isCall) return this.#extract();
    if (isCall && !keywords.has(word)) return this.#call();
    if (bare.has(word) && !this.#heading.has(this.#next.text)) return this.#call();
    if (keywords.has(word)) throw this.#unexpected('an attribute, a value or a function');
    return this.#attribute();
  }

  /** Names without quotes are told apart without regard to case, as both families do. */
  #attribute(): SqlExpression {
    const { kind, text, column } = this.#next;
    const name = this.#heading.has(text) || kind === 'name' ? text : text.toLowerCase();
    if (!this.#heading.has(name)) {
      throw new UnknownAttributeError(
        `There is no attribute \`${text.slice(0, 80)}\` here (column ${column}).` +
          (didYouMean(name, this.#heading.names) || (kind === 'name' ? ' A text stands in single quotes.' : '')),
        placed(this.#source, column),
      );
    }
    this.#at += 1;
    if (this.#peek('.')) throw this.#unexpected('an operator: attributes stand alone, without a table');
    return { kind: 'attribute', name };
  }

  #case(): SqlExpression {
    this.#expect('CASE');
    const subject = this.#peek('WHEN') ? undefined : this.#expression(0);
    const branches: (readonly [SqlExpression, SqlExpression])[] = [];
    while (this.#accept('WHEN')) {
      const when = this.#expression(0);
      this.#expect('THEN');
      branches.push([when, this.#expression(0)]);
    }
    if (branches.length === 0) throw this.#unexpected('WHEN');
    const otherwise = this.#accept('ELSE') ? this.#expression(0) : undefined;
    this.#expect('END');
    return {
      kind: 'case',
      ...(subject === undefined ? {} : { subject }),
      branches,
      ...(otherwise === undefined ? {} : { otherwise }),
    };
  }

  #unit(): Unit {
    const word = this.#word;
    const unit = units.find((name) => name === word || `${name}S` === word);
    if (unit === undefined) throw this.#unexpected(`a unit of time (${units.join(', ')})`);
    this.#at += 1;
    return unit;
  }

  #interval(): SqlExpression {
    this.#expect('INTERVAL');
    const { kind, text } = this.#next;
    // PostgreSQL's own form: number and unit in one text.
    const [, amount, unit = ''] = /^\s*(-?\d+(?:\.\d+)?)\s+([a-z]+?)s?\s*$/i.exec(kind === 'string' ? text : '') ?? [];
    const known = units.find((name) => name === unit.toUpperCase());
    if (amount !== undefined && known !== undefined) {
      this.#at += 1;
      const value: SqlExpression = { kind: 'number', text: amount.replace('-', '') };
      const signed: SqlExpression = { kind: 'unary', operator: '-', operand: value };
      return { kind: 'interval', amount: amount.startsWith('-') ? signed : value, unit: known };
    }
    return { kind: 'interval', amount: this.#expression(unaryBinding), unit: this.#unit() };
  }

  #castType(): CastType {
    const { column } = this.#next;
    let name = this.#word;
    if (name === '' || !beginsCastType(name)) throw this.#unexpected('a type to turn a value into');
    this.#at += 1;
    while (this.#next.kind === 'word' && beginsCastType(`${name} ${this.#word}`)) {
      name += ` ${this.#word}`;
      this.#at += 1;
    }
    const numbers: number[] = [];
    if (this.#accept('(')) {
      do {
        if (!/^\d{1,3}$/.test(this.#next.text)) throw this.#unexpected('a number of digits');
        numbers.push(Number(this.#next.text));
        this.#at += 1;
      } while (this.#accept(','));
      this.#expect(')');
    }
    const type = castType(name, numbers, this.#family);
    if (type === undefined) {
      throw new InvalidExpression(
        `Values cannot be turned into ${name} here (column ${column}).`,
        placed(this.#source, column),
      );
    }
    return type;
  }

  #cast(): SqlExpression {
    const isConvert = this.#peek('CONVERT');
    this.#at += 1;
    this.#expect('(');
    const operand = this.#expression(0);
    this.#expect(isConvert ? ',' : 'AS');
    const type = this.#castType();
    this.#expect(')');
    return { kind: 'cast', operand, type };
  }

  #extract(): SqlExpression {
    this.#at += 1;
    this.#expect('(');
    const unit = this.#unit();
    this.#expect('FROM');
    const operand = this.#expression(0);
    this.#expect(')');
    return { kind: 'extract', unit, operand };
  }

  #call(): SqlExpression {
    const { text, column } = this.#next;
    const name = this.#word;
    // Both shift a moment, in functions' clothes.
    if (name === 'DATE_ADD' || name === 'DATE_SUB') return this.#shift(name === 'DATE_ADD' ? '+' : '-');
    const definition = functionNamed(name, this.#family);
    if (definition === undefined) {
      throw new InvalidExpression(
        `The function ${text.slice(0, 40)} (column ${column}) is not among those that may be called here.` +
          didYouMean(name, functionNames(this.#family)),
        placed(this.#source, column),
      );
    }
    this.#at += 1;
    const args: SqlExpression[] = [];
    const order: (readonly [SqlExpression, boolean])[] = [];
    let distinct = false;
    let separator: string | undefined;
    let unit: Unit | undefined;
    if (!bare.has(name) || this.#peek('(')) {
      this.#expect('(');
      if (definition.takesUnit === true) {
        unit = this.#unit();
        this.#expect(',');
      }
      distinct = definition.isAggregate === true && this.#accept('DISTINCT');
      if (!(name === 'COUNT' && this.#accept('*')) && !this.#peek(')')) args.push(...this.#arguments());
      if (definition.isAggregate === true && this.#accept('ORDER BY')) order.push(...this.#order());
      if (this.#accept('SEPARATOR')) separator = this.#text();
      this.#expect(')');
    }
    if (name === 'STRING_AGG' && args.length === 2) separator = textOf(args.pop());
    const [least, most] = definition.args;
    if (args.length < least || args.length > most) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      throw new InvalidExpression(
        `${name} (column ${column}) takes ${wanted} arguments; got ${args.length}.`,
        placed(this.#source, column),
      );
    }
    const length = args[1];
    const isShort = length?.kind === 'number' && Number(length.text) <= longestText;
    if (definition.makesLength === true && !isShort) {
      throw new InvalidExpression(
        `${name} (column ${column}) takes a number of at most ${longestText} as its second argument.`,
        placed(this.#source, column),
      );
    }
    return {
      kind: 'call',
      ...{ name, definition, args, distinct, order },
      ...(unit === undefined ? {} : { unit }),
      ...(separator === undefined ? {} : { separator }),
    };
  }

  #arguments(): readonly SqlExpression[] {
    const args = [this.#expression(0)];
    while (this.#accept(',')) args.push(this.#expression(0));
    return args;
  }

  #order(): readonly (readonly [SqlExpression, boolean])[] {
    const items: (readonly [SqlExpression, boolean])[] = [];
    do {
      const by = this.#expression(0);
      const descending = this.#accept('DESC');
      if (!descending) this.#accept('ASC');
      items.push([by, descending]);
    } while (this.#accept(','));
    return items;
  }

  #text(): string {
    const { kind, text } = this.#next;
    if (kind !== 'string') throw this.#unexpected('a text in quotes');
    this.#at += 1;
    return text;
  }

  #shift(operator: '+' | '-'): SqlExpression {
    this.#at += 1;
    this.#expect('(');
    const left = this.#expression(0);
    this.#expect(',');
    const right = this.#interval();
    this.#expect(')');
    return { kind: 'binary', operator, left, right };
  }

  #only(family: Family, operator: string): void {
    if (this.#family === family) return;
    this.#at -= 1;
    throw this.#unexpected(`an operator that this database has (it has no ${operator})`);
  }
}

function textOf(expression: SqlExpression | undefined): string {
  if (expression?.kind === 'string') return expression.text;
  throw new InvalidExpression('STRING_AGG takes a text in quotes between its values.');
}
