import type { Executor } from '../../connection/executor.ts';
import type { Param } from '../../sql/sql.ts';
import type { Attribute } from '../attribute.ts';
import type { InputValue } from './encode.ts';

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
   * Puts a value into its store and says what the column holds of it; undefined for codecs that nothing is known of.
   * @throws StoreError, InvalidValueError
   */
  write(
    attribute: Attribute,
    value: InputValue,
    owner: ObjectOwner,
    executor: Executor,
  ): Promise<StoredReference | undefined>;
}

/** What a column holds of a value that has been put into a store. */
export class StoredReference {
  readonly param: Param;

  constructor(param: Param) {
    this.param = param;
  }
}
