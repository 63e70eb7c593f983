import type { Executor } from '../../connection/executor.ts';
import type { Param } from '../../sql/sql.ts';
import type { Attribute } from '../attribute.ts';
import type { InputValue } from './input-value.ts';

/** The row that a value is put away for. */
export interface ObjectOwner {
  readonly schema: string;
  /** As it is stored, with the prefix of its tier. */
  readonly table: string;
  /** The primary key, in its order. */
  readonly key: readonly (readonly [attribute: Attribute, value: InputValue])[];
}

/** What puts the values of external attributes away: the stores. */
export interface ObjectWriter {
  /**
   * Says what the column holds of a value that is to be put into its store; undefined for codecs that nothing is known of.
   * @throws StoreError, InvalidValueError
   */
  prepare(
    attribute: Attribute,
    value: InputValue,
    owner: ObjectOwner,
    executor: Executor,
  ): Promise<PreparedObject | undefined>;
}

/** A value on its way into a store. */
export interface PreparedObject {
  readonly reference: StoredReference;
  /** Puts it there, once the database has taken the row. Answers what settles it. @throws StoreError */
  put(): Promise<(isKept: boolean) => Promise<void>>;
}

/** What a column holds of a value that has been put into a store. */
export class StoredReference {
  readonly param: Param;

  constructor(param: Param) {
    this.param = param;
  }
}
