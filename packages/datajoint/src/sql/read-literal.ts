/** What a quoted text stands for, and how long it is; undefined where no quoted text begins. */
export interface QuotedText {
  readonly value: string;
  /** The position after the closing quote. */
  readonly end: number;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', Z: '\x1a' };

/**
 * Reads a text in single or double quotes as MySQL does: a doubled quote stands for one, a backslash escapes.
 * @see https://dev.mysql.com/doc/refman/8.4/en/string-literals.html
 */
export function readQuoted(text: string, start: number): QuotedText | undefined {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return undefined;
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const here = text[index] as string;
    if (here === '\\') {
      index += 1;
      const next = text[index] ?? '';
      value += escapes[next] ?? next;
    } else if (here !== quote) {
      value += here;
    } else if (text[index + 1] === quote) {
      value += quote;
      index += 1;
    } else {
      return { value, end: index + 1 };
    }
  }
  return undefined;
}

/** Quoted texts with commas between, as in `'a', 'b'`; undefined for anything else. */
export function readQuotedList(text: string): readonly string[] | undefined {
  const values: string[] = [];
  let index = 0;
  const skipBlanks = (): void => {
    while (/\s/.test(text[index] ?? '')) index += 1;
  };
  for (;;) {
    skipBlanks();
    const item = readQuoted(text, index);
    if (item === undefined) return undefined;
    values.push(item.value);
    index = item.end;
    skipBlanks();
    if (index === text.length) return values;
    if (text[index] !== ',') return undefined;
    index += 1;
  }
}
