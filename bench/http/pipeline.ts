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

const letter = (place: number): string => String.fromCharCode(97 + place);
const names: readonly string[] = Array.from(
  { length: 100 },
  (_, index) => `small_${letter(Math.floor(index / 26))}${letter(index % 26)}`,
);

export const smallTables: readonly SmallTable[] = names.map((name, index) => ({
  name,
  key: `${names[index - (index % 4)]}_id`,
  parent: index % 4 === 0 ? undefined : names[index - 1],
}));

/** The attributes of the large table, in their order. */
export const header = ['id', 'batch', 'note', 'amount', 'ratio', 'level', 'price', 'started', 'day', 'token', 'side'];
