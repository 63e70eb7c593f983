/** Finds `$$`, `${NAME}`, `${NAME|default}`, `$NAME` and `$NAME|default`; an unbraced default goes on to the end of its line. */
const VARIABLE =
  /\$(?:(?<escaped>\$)|\{(?<braced>\w+)(?:\|(?<bracedDefault>[^}]*))?\}|(?<named>[A-Za-z_]\w*)(?:\|(?<namedDefault>.*))?)/g;

/** A variable that the text needs, is not set and has no default. */
export class MissingVariableError extends Error {
  readonly variable: string;

  constructor(variable: string) {
    super(`the variable ${variable} is not set`);
    this.name = 'MissingVariableError';
    this.variable = variable;
  }
}

export interface Interpolated {
  readonly text: string;
  /** Names of the variables in it, set or by default. */
  readonly variables: readonly string[];
}

/**
 * Fills variables into one text of a sheet. What follows a dollar sign and is no name stays as it is.
 *
 * @throws MissingVariableError
 */
export function interpolate(text: string, environment: Readonly<Record<string, string | undefined>>): Interpolated {
  const variables: string[] = [];
  const filled = text.replaceAll(VARIABLE, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>;
    if (groups.escaped !== undefined) return '$';
    const name = (groups.braced ?? groups.named) as string;
    const value = environment[name] ?? groups.bracedDefault ?? groups.namedDefault;
    if (value === undefined) throw new MissingVariableError(name);
    variables.push(name);
    return value;
  });
  return { text: filled, variables };
}
