/** A wrong option: told in one line, without a trace of where in the program. */
export class OptionError extends Error {}

/** A number above zero, or from zero on where `isZeroFine`. @throws OptionError */
export function numberOption(name: string, text: string, isZeroFine = false): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && (value > 0 || (isZeroFine && value === 0))) return value;
  throw new OptionError(`Expected a number above 0 as --${name}, got ${JSON.stringify(text)}.`);
}

/** Whole numbers above zero with commas between. @throws OptionError */
export function countsOption(name: string, text: string): readonly number[] {
  const counts = text.split(',').map((each) => numberOption(name, each));
  if (counts.every((count) => Number.isInteger(count))) return counts;
  throw new OptionError(`Expected whole numbers with commas between as --${name}, got ${JSON.stringify(text)}.`);
}

/** One of the names there are. @throws OptionError */
export function nameOption<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((each) => each === text);
  if (found !== undefined) return found;
  throw new OptionError(`Expected one of ${names.join(', ')} as --${option}, got ${JSON.stringify(text)}.`);
}

/** Some of them, with commas between. @throws OptionError */
export function namesOption<Name extends string>(
  option: string,
  text: string,
  names: readonly Name[],
): readonly Name[] {
  return text.split(',').map((each) => nameOption(option, each, names));
}

/** What there is whose names hold a text. @throws OptionError where there is nothing. */
export function chosenBy<Named extends { readonly name: string }>(
  text: string,
  all: readonly Named[],
): readonly Named[] {
  const chosen = all.filter(({ name }) => name.includes(text));
  if (chosen.length > 0) return chosen;
  const names = all.map(({ name }) => JSON.stringify(name)).join(', ');
  throw new OptionError(`Expected a part of one of ${names} as --only, got ${JSON.stringify(text)}.`);
}
