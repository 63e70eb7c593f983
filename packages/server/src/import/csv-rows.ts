import { Readable } from 'node:stream';
import {
  type Attribute,
  DataJointError,
  didYouMean,
  type FileRow,
  type Heading,
  type InputValue,
  InvalidRecordError,
  InvalidValueError,
  UnknownAttributeError,
  valueOfText,
} from '@pharus/datajoint';
import { CsvError, parse } from 'csv-parse';
import { RequestError } from '../errors/request-error.ts';
import { parseJson } from '../parse/json.ts';

/** Bytes of one row. */
const longestRow = 64 << 20;

/**
 * The rows of a CSV file whose first line names attributes, in any order. Nothing between two commas is NULL, two quotes
 * an empty text.
 * @throws UnknownAttributeError, RequestError INVALID_REQUEST for a first line that is none, or quotes that do not end.
 */
export async function* csvRows(heading: Heading, file: AsyncIterable<string>): AsyncGenerator<FileRow> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    max_record_size: longestRow,
    cast: (text, { quoting }) => (text === '' && !quoting ? null : text),
  });
  const source = Readable.from(file);
  source.on('error', (error) => parser.destroy(error));
  let attributes: readonly Attribute[] | undefined;
  let row = 0;
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<readonly (string | null)[]>) {
      if (attributes === undefined) attributes = attributesOf(heading, cells);
      // A line with nothing on it, where a row has more than one value.
      else if (attributes.length === 1 || cells.length > 1 || cells[0] !== null) {
        row += 1;
        yield { row, values: valuesOf(attributes, cells) };
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new RequestError('INVALID_REQUEST', `Expected CSV, got something else after row ${row}: ${reasonOf(error)}.`);
  } finally {
    source.destroy();
  }
  if (attributes === undefined)
    throw new RequestError('INVALID_REQUEST', 'Expected CSV whose first line names attributes, got an empty file.');
}

function reasonOf({ code }: CsvError): string {
  if (code === 'CSV_MAX_RECORD_SIZE') return `a row of more than ${longestRow} bytes`;
  return code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote that does not end' : 'a quote where none can be';
}

function attributesOf(heading: Heading, names: readonly (string | null)[]): readonly Attribute[] {
  const attributes = names.map((name) => {
    const attribute = heading.get(name ?? '');
    if (attribute !== undefined) return attribute;
    throw new UnknownAttributeError(
      `The first line has to name attributes; \`${(name ?? '').slice(0, 80)}\` is not in the table heading.${didYouMean(name ?? '', heading.names)}`,
    );
  });
  const twice = attributes.find((attribute, index) => attributes.indexOf(attribute) !== index);
  if (twice !== undefined)
    throw new RequestError('INVALID_REQUEST', `The first line names the attribute \`${twice.name}\` twice.`);
  return attributes;
}

function valuesOf(attributes: readonly Attribute[], cells: readonly (string | null)[]): FileRow['values'] {
  if (cells.length !== attributes.length) {
    return new InvalidRecordError(
      `Expected ${attributes.length} values, as the first line names; got ${cells.length}.`,
    );
  }
  const values: Record<string, InputValue> = {};
  for (const [index, attribute] of attributes.entries()) {
    const text = cells[index] ?? null;
    try {
      values[attribute.name] = text === null ? null : valueOfText(attribute, text, parseJson);
    } catch (error) {
      if (error instanceof DataJointError) return error;
      if (!(error instanceof SyntaxError)) throw error;
      const sentence = `Attribute \`${attribute.name}\` (${attribute.type}) expects JSON; got a text that is none: ${error.message}.`;
      return new InvalidValueError(sentence, { details: { attribute: attribute.name } });
    }
  }
  return values;
}
