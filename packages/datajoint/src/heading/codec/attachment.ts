import { UnreadableValueError } from '../../errors.ts';

const separator = 0;

/** A file with its name, as `attach` keeps it. */
export class Attachment {
  /** Without directories. */
  readonly name: string;
  readonly content: Uint8Array;

  constructor(name: string, content: Uint8Array) {
    this.name = name.split(/[\\/]/).at(-1) ?? '';
    this.content = content;
    if (this.name === '' || this.name === '.' || this.name === '..' || this.name.includes('\0')) {
      throw new RangeError(`Expected the name of a file, got ${JSON.stringify(name.slice(0, 80))}.`);
    }
  }

  /** Name and content in one, as columns and hash-addressed objects hold them. */
  get bytes(): Uint8Array {
    const name = new TextEncoder().encode(this.name);
    const bytes = new Uint8Array(name.length + 1 + this.content.length);
    bytes.set(name);
    bytes.set(this.content, name.length + 1);
    return bytes;
  }
}

/** @throws UnreadableValueError for bytes that hold no name. */
export function readAttachment(bytes: Uint8Array): Attachment {
  const end = bytes.indexOf(separator);
  if (end < 1)
    throw new UnreadableValueError('Expected the name of a file, a NUL byte and its content, got other bytes.');
  try {
    return new Attachment(new TextDecoder().decode(bytes.subarray(0, end)), bytes.subarray(end + 1));
  } catch (cause) {
    throw new UnreadableValueError('Expected an attachment with the name of a file, got another.', { cause });
  }
}
