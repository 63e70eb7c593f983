import type { Cell } from '../../connection/driver.ts';

/** Whether a cell of a truth value says so, in the spelling of either family. */
export function isTrue(cell: Cell | undefined): boolean {
  return cell === true || cell === 't' || Number(cell) === 1;
}
