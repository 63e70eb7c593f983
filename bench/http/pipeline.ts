/** The pipeline that is measured: a million rows of ten types, beside a hundred small tables that hang together by fours. */
export const schema = 'bench';
export const bigRows = 1_000_000;

/** A small table, whose key is that of the first of its four. */
export interface SmallTable {
  readonly name: string;
  readonly key: string;
  /** The one it refers to by its key. */
  readonly parent: string | undefined;
}

/** A number in letters, two at least: `aa`, `ab`. */
function letters(number: number): string {
  const rest = Math.floor(number / 26);
  const last = String.fromCharCode(97 + (number % 26));
  return rest < 26 ? String.fromCharCode(97 + rest) + last : letters(rest) + last;
}

/** So many small tables. */
export function makeSmallTables(count: number): readonly SmallTable[] {
  const nameOf = (index: number): string => `small_${letters(index)}`;
  return Array.from({ length: count }, (_, index) => ({
    name: nameOf(index),
    key: `${nameOf(index - (index % 4))}_id`,
    parent: index % 4 === 0 ? undefined : nameOf(index - 1),
  }));
}

export const smallTables = makeSmallTables(100);

/** The attributes of the large table, in their order. */
export const header = ['id', 'batch', 'note', 'amount', 'ratio', 'level', 'price', 'started', 'day', 'token', 'side'];
