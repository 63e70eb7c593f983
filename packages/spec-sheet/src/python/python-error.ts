/** Where something is in a text; lines and columns count from 1, columns in UTF-16 units as browsers do. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** The place of an offset in a text. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { offset, line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

/**
 * Something in a piece of Python that cannot be read or done, with its place. What the code was about to do when it
 * failed, such as DataJoint's refusal of a restriction, is the `cause`.
 */
export class PythonError extends Error {
  readonly position: Position;
  /** What is wrong, without the place. */
  readonly sentence: string;

  constructor(sentence: string, position: Position, options?: ErrorOptions) {
    super(`Line ${position.line}, column ${position.column}: ${sentence}`, options);
    this.name = 'PythonError';
    this.sentence = sentence;
    this.position = position;
  }
}

/** An error at an offset of a text that somebody who has the text makes a {@link PythonError} of. */
export class Misfit extends Error {
  readonly at: number;

  constructor(at: number, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'Misfit';
    this.at = at;
  }
}
