import type { Attribute, Generation } from './attribute.ts';

/** A column that DataJoint keeps for itself: its name begins with an underscore. */
export interface HiddenAttribute {
  readonly name: string;
  readonly inKey: boolean;
}

/** The attributes of a table or query, in column order, the hidden ones left out. Immutable. */
export class Heading {
  readonly attributes: readonly Attribute[];
  readonly comment: string;
  readonly generation: Generation;
  readonly hidden: readonly HiddenAttribute[];
  readonly #byName: ReadonlyMap<string, Attribute>;
  #names: readonly string[] | undefined;
  #primaryKey: readonly string[] | undefined;
  #secondary: readonly string[] | undefined;

  constructor(
    attributes: readonly Attribute[],
    comment = '',
    generation: Generation = 'legacy',
    hidden: readonly HiddenAttribute[] = [],
  ) {
    this.attributes = Object.freeze(attributes.map((attribute) => Object.freeze(attribute)));
    this.comment = comment;
    this.generation = generation;
    this.hidden = hidden;
    this.#byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
    Object.freeze(this);
  }

  get names(): readonly string[] {
    this.#names ??= this.#namesWhere(() => true);
    return this.#names;
  }

  /** Names of the primary key, in column order as everywhere in DataJoint. */
  get primaryKey(): readonly string[] {
    this.#primaryKey ??= this.#namesWhere(({ inKey }) => inKey);
    return this.#primaryKey;
  }

  get secondary(): readonly string[] {
    this.#secondary ??= this.#namesWhere(({ inKey }) => !inKey);
    return this.#secondary;
  }

  /** Whether the primary key, or a part of it, is hidden: DataJoint 2 keeps a table of one row so. */
  get hasHiddenKey(): boolean {
    return this.hidden.some(({ inKey }) => inKey);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  get(name: string): Attribute | undefined {
    return this.#byName.get(name);
  }

  /** The heading with these attributes only, in heading order. */
  select(names: ReadonlySet<string>): Heading {
    const kept = this.attributes.filter(({ name }) => names.has(name));
    return new Heading(kept, this.comment, this.generation, this.hidden);
  }

  toJSON(): object {
    return { comment: this.comment, generation: this.generation, attributes: this.attributes };
  }

  #namesWhere(isMeant: (attribute: Attribute) => boolean): readonly string[] {
    return Object.freeze(this.attributes.filter(isMeant).map(({ name }) => name));
  }
}
