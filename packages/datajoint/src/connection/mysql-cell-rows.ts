import type { Cell } from './driver.ts';
import type { MysqlColumns } from './mysql-columns.ts';
import type { MysqlPacket } from './mysql-link.ts';
import type { MysqlRows, Row } from './mysql-rows.ts';
import { MysqlValues } from './mysql-values.ts';
import { rowSize } from './row-size.ts';

/** Rows as cells. */
export class MysqlCellRows implements MysqlRows<Row[]> {
  #values: MysqlValues | undefined;
  #rows: Row[] = [];
  #bytes = 0;

  get count(): number {
    return this.#rows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  begin(columns: MysqlColumns): void {
    this.#values = new MysqlValues(columns);
  }

  read(packet: MysqlPacket): void {
    this.#bytes += packet.end - packet.offset;
    this.#rows.push(cellsOf(this.#values as MysqlValues, packet));
  }

  take(row: Row): void {
    this.#bytes += rowSize(row);
    this.#rows.push(row);
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
