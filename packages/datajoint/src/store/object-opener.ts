import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import {
  CancelledError,
  DataJointError,
  LostConnectionError,
  OverloadedError,
  StoreError,
  UnreadableValueError,
} from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { ObjectReader, OpenedObject } from '../heading/codec/object-reader.ts';
import type { Value } from '../heading/codec/value.ts';
import { externalType } from './external-type.ts';
import { LegacyObjects } from './legacy-objects.ts';
import { ModernObjects } from './modern-objects.ts';
import type { Stores } from './stores.ts';

/** Objects that are read at the same time. */
const atOnce = 8;

/** Opens the values of external attributes of both generations. */
export class ObjectOpener implements ObjectReader {
  readonly #legacy: LegacyObjects;
  readonly #modern: ModernObjects;

  constructor(stores: Stores) {
    this.#legacy = new LegacyObjects(stores);
    this.#modern = new ModernObjects(stores);
  }

  async open(
    attribute: Attribute,
    cells: readonly Cell[],
    executor: Executor,
  ): Promise<readonly (OpenedObject | UnreadableValueError | null)[]> {
    const given = cells.filter((cell) => cell !== null);
    const openers = await this.#openers(attribute, given, executor).catch((error: unknown) => {
      const fault = inPlace(error, attribute);
      return given.map(() => () => fault);
    });
    const opened = openers.map((opener) => {
      try {
        return opener();
      } catch (error) {
        return inPlace(error, attribute);
      }
    });
    let next = 0;
    return cells.map((cell) => (cell === null ? null : (opened[next++] as OpenedObject | UnreadableValueError)));
  }

  async read(attribute: Attribute, cells: readonly Cell[], executor: Executor): Promise<readonly Value[]> {
    const values: Value[] = cells.map(() => null);
    const opened = [...(await this.open(attribute, cells, executor)).entries()];
    const work = async (): Promise<void> => {
      for (let entry = opened.pop(); entry !== undefined; entry = opened.pop()) {
        const [place, object] = entry;
        if (object === null) continue;
        values[place] =
          object instanceof UnreadableValueError
            ? object
            : await object.value().catch((error: unknown) => inPlace(error, attribute));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return values;
  }

  async #openers(
    attribute: Attribute,
    cells: readonly Cell[],
    executor: Executor,
  ): Promise<readonly (() => OpenedObject | UnreadableValueError)[]> {
    const type = externalType(attribute);
    if (type === undefined) {
      throw new UnreadableValueError(`No codec is known for ${attribute.type} of the attribute \`${attribute.name}\`.`);
    }
    if (type.generation === 'legacy') return await this.#legacy.open(type, attribute, cells, executor);
    return cells.map((cell) => () => this.#modern.open(type, attribute, cell));
  }
}

/** Errors of the moment, and of no value. */
const passing = [OverloadedError, LostConnectionError, CancelledError];

/** An error that can stand in the place of a value; what is no fault of a value is thrown. */
function inPlace(error: unknown, { name }: Attribute): UnreadableValueError {
  if (error instanceof UnreadableValueError) return error;
  if (!(error instanceof DataJointError) || passing.some((kind) => error instanceof kind)) throw error;
  return new StoreError(`The object of attribute \`${name}\` cannot be found: ${error.message}`, { cause: error });
}
