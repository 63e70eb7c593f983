import {
  didYouMean,
  type FileRow,
  type Heading,
  type InputValue,
  InvalidRecordError,
  UnknownAttributeError,
  valueOfJson,
} from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, parseJson } from '../parse/json.ts';

/** Characters of one row. */
const longestRow = 64 << 20;

/** The rows of a file with a JSON object on each line. Attributes that are left out take their default. */
export async function* ndjsonRows(heading: Heading, file: AsyncIterable<string>): AsyncGenerator<FileRow> {
  let row = 0;
  for await (const line of lines(file)) {
    if (line.trim() === '') continue;
    row += 1;
    yield { row, values: valuesOf(heading, line) };
  }
}

async function* lines(file: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of file) {
    const parts = text.split('\n');
    parts[0] = rest + parts[0];
    rest = parts.pop() as string;
    yield* parts;
    if (rest.length > longestRow) {
      throw new RequestError(
        'INVALID_REQUEST',
        `Expected lines of at most ${longestRow} characters, got a longer one.`,
      );
    }
  }
  yield rest;
}

function valuesOf(heading: Heading, line: string): FileRow['values'] {
  let record: unknown;
  try {
    record = parseJson(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new InvalidRecordError(`Expected a JSON object on the line, got a text that is no JSON: ${error.message}.`);
  }
  if (!isJsonObject(record as never))
    return new InvalidRecordError('Expected a JSON object on the line, got another value.');
  const values: Record<string, InputValue> = {};
  for (const [name, json] of Object.entries(record as Record<string, InputValue>)) {
    const attribute = heading.get(name);
    if (attribute === undefined) {
      return new UnknownAttributeError(
        `\`${name.slice(0, 80)}\` is not in the table heading.${didYouMean(name, heading.names)}`,
        {
          details: { attribute: name },
        },
      );
    }
    values[name] = valueOfJson(attribute, json);
  }
  return values;
}
