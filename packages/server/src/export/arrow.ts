import type { Attribute } from '@pharus/datajoint';
import { AsyncByteQueue, makeData, RecordBatch, RecordBatchStreamWriter, Struct } from 'apache-arrow';
import { arrowDataMaker } from './arrow-data.ts';
import { arrowSchema, fileColumns } from './arrow-schema.ts';
import { columnBatches } from './column-batches.ts';
import type { ArrayColumns, CellBatches } from './encoder.ts';

/** What a record batch holds at most: little enough to pass through at once, much enough to be worth its frame. */
const most = { rows: 2_048, bytes: 1 << 19 };

/** The Arrow IPC streaming format. @see https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format */
export async function* encodeArrow(
  attributes: readonly Attribute[],
  batches: CellBatches,
  arrays?: ArrayColumns,
): AsyncGenerator<Uint8Array> {
  const columns = fileColumns(attributes, arrays);
  const schema = arrowSchema(columns);
  const makers = columns.map(({ type, field }) => arrowDataMaker(type, field.type));
  const sink = new Sink();
  const writer = new RecordBatchStreamWriter();
  writer.reset(sink, schema);
  for await (const values of columnBatches(columns, batches, most)) {
    const children = makers.map((make, index) => make(values[index] ?? []));
    const length = values[0]?.length ?? 0;
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children })));
    yield sink.take();
  }
  writer.finish();
  yield sink.take();
}

/** Keeps what the writer writes until it is sent on: the writer's own queue knows no pace. */
class Sink extends AsyncByteQueue {
  #parts: Uint8Array[] = [];

  override write(part: Uint8Array): void {
    this.#parts.push(part);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    return bytes;
  }
}
