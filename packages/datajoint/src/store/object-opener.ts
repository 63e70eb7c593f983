import type { Cell } from '../connection/driver.ts';
import type { Executor } from '../connection/executor.ts';
import { DataJointError, StoreError, UnreadableValueError } from '../errors.ts';
import type { Attribute } from '../heading/attribute.ts';
import type { ObjectReader } from '../heading/codec/object-reader.ts';
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

  async read(attribute: Attribute, cells: readonly Cell[], executor: Executor): Promise<readonly Value[]> {
    const values: Value[] = cells.map(() => null);
    const places = [...cells.keys()].filter((place) => cells[place] !== null);
    const wanted = places.map((place) => cells[place] as Cell);
    const readers = await this.#readers(attribute, wanted, executor).catch((error: unknown) => {
      const fault = inPlace(error, attribute);
      return wanted.map(() => () => Promise.reject(fault));
    });
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < places.length) {
        const turn = next;
        next += 1;
        const read = readers[turn] as () => Promise<Value>;
        values[places[turn] as number] = await read().catch((error: unknown) => inPlace(error, attribute));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, places.length) }, work));
    return values;
  }

  async #readers(
    attribute: Attribute,
    cells: readonly Cell[],
    executor: Executor,
  ): Promise<readonly (() => Promise<Value>)[]> {
    const type = externalType(attribute);
    if (type === undefined) {
      throw new UnreadableValueError(`No codec is known for ${attribute.type} of the attribute \`${attribute.name}\`.`);
    }
    if (type.generation === 'legacy') return await this.#legacy.readers(type, attribute, cells, executor);
    return cells.map((cell) => () => this.#modern.read(type, attribute, cell));
  }
}

/** An error that can stand in the place of a value; what is no fault of a value is thrown. */
function inPlace(error: unknown, { name }: Attribute): UnreadableValueError {
  if (error instanceof UnreadableValueError) return error;
  if (!(error instanceof DataJointError)) throw error;
  return new StoreError(`The object of attribute \`${name}\` cannot be found: ${error.message}`, { cause: error });
}
