import type { Cell } from './driver.ts';
import type { MysqlField, MysqlPacket, MysqlRowParser } from './mysql-link.ts';
import type { MysqlRows, Row } from './mysql-rows.ts';
import { MysqlValues } from './mysql-values.ts';
import { rowSize } from './row-size.ts';

/** Rows as cells. */
export class MysqlCellRows implements MysqlRows<Row[]> {
  #rows: Row[] = [];
  #bytes = 0;
  #isMeasured = false;

  get count(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  parserFor(fields: readonly MysqlField[]): MysqlRowParser | undefined {
    const values = MysqlValues.of(fields);
    if (values === undefined) return undefined;
    this.#isMeasured = true;
    return {
      next: (packet) => {
        this.#bytes += packet.end - packet.offset;
        return cellsOf(values, packet);
      },
    };
  }

  take(row: unknown): void {
    this.#rows.push(row as Row);
    if (!this.#isMeasured) this.#bytes += rowSize(row as Row);
  }

  batch(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    return rows;
  }
}

function cellsOf(values: MysqlValues, packet: MysqlPacket): Row {
  values.begin(packet);
  const count = values.forms.length;
  const row = new Array<Cell>(count);
  for (let column = 0; column < count; column += 1) row[column] = values.isNull(column) ? null : values.cell(column);
  values.end();
  return row;
}
