import { type Attribute, type Cell, plainText } from '@pharus/datajoint';
import type { CellBatches } from './encoder.ts';

/** What has to stand in quotes: what separates, and quotes themselves. */
const special = /[",\r\n]/;

/**
 * CSV as RFC 4180 has it, in UTF-8, lines ending in a line feed, names first. NULL is nothing at all, an empty text two
 * quotes. Values stand as they are: one that a spreadsheet would take for a formula, too.
 */
export async function* encodeCsv(attributes: readonly Attribute[], batches: CellBatches): AsyncGenerator<string> {
  yield `${attributes.map(({ name }) => quoted(name)).join(',')}\n`;
  const writers = attributes.map(cellText);
  for await (const batch of batches) {
    let text = '';
    for (const row of batch) {
      for (let index = 0; index < writers.length; index += 1) {
        if (index > 0) text += ',';
        const cell = row[index] as Cell;
        if (cell !== null) text += writers[index]?.(cell);
      }
      text += '\n';
    }
    yield text;
  }
}

/** Texts are looked through for what has to be quoted; numbers and the like hold nothing of the kind. */
function cellText(attribute: Attribute): (cell: Exclude<Cell, null>) => string {
  const write = plainText(attribute);
  return safe.has(attribute.storage.kind) ? write : (cell) => quoted(write(cell));
}

const safe: ReadonlySet<string> = new Set(['integer', 'year', 'bool', 'float', 'double', 'decimal', 'uuid']);

function quoted(text: string): string {
  return text === '' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
