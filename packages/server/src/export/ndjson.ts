import { type Attribute, type Cell, plainJson } from '@pharus/datajoint';
import type { CellBatches } from './encoder.ts';

/** One JSON object a line, with a member for every attribute. */
export async function* encodeNdjson(attributes: readonly Attribute[], batches: CellBatches): AsyncGenerator<string> {
  const members = attributes.map((attribute, index) => ({
    start: `${index === 0 ? '{' : ','}${JSON.stringify(attribute.name)}:`,
    write: plainJson(attribute),
  }));
  for await (const batch of batches) {
    let text = '';
    for (const row of batch) {
      for (let index = 0; index < members.length; index += 1) {
        const member = members[index] as (typeof members)[number];
        const cell = row[index] as Cell;
        text += member.start + (cell === null ? 'null' : member.write(cell));
      }
      text += '}\n';
    }
    yield text;
  }
}
