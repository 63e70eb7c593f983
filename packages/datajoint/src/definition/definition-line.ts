import { DefinitionError } from '../errors.ts';
import type { Place } from './declaration.ts';

/** One line of a definition, without blanks at its ends; knows where it stands. */
export class DefinitionLine {
  readonly text: string;
  readonly #line: number;
  readonly #column: number;

  constructor(raw: string, line: number) {
    this.text = raw.trim();
    this.#line = line;
    this.#column = raw.length - raw.trimStart().length + 1;
  }

  /** The place of a position in the text, counted from 0. */
  place(index = 0): Place {
    return Object.freeze({ line: this.#line, column: this.#column + index });
  }

  /** An error about what stands at a position. */
  error(index: number, message: string): DefinitionError {
    return definitionError(this.place(index), message);
  }
}

/** An error about a place in a definition. */
export function definitionError({ line, column }: Place, message: string): DefinitionError {
  return new DefinitionError(`Line ${line}, column ${column} of the definition: ${message}`, {
    details: { line, column },
  });
}

/** Where the first of the characters stands outside quotes, or -1. A quote that is not closed is a character. */
export function indexOutsideQuotes(text: string, character: string, from = 0): number {
  for (let index = from; index < text.length; index += 1) {
    const here = text[index];
    if (here === character) return index;
    if (here !== '"' && here !== "'") continue;
    const end = text.indexOf(here, index + 1);
    if (end >= 0) index = end;
  }
  return -1;
}

/** A word in an error message: as it came, but not endless. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
