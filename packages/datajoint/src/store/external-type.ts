import type { Attribute, Generation } from '../heading/attribute.ts';
import { externalCodecs, type OpenedObject } from '../heading/codec/object-reader.ts';

/** What an attribute of the kind `external` keeps in a store, as its declared type says. */
export interface ExternalType {
  readonly codec: OpenedObject['codec'];
  /** Undefined: the default store. */
  readonly store: string | undefined;
  readonly generation: Generation;
}

/** Undefined for a codec of somebody's own, of which the database says nothing but the name. */
export function externalType({ type }: Attribute): ExternalType | undefined {
  const [, legacy, legacyStore] = /^(blob|attach|filepath)@([a-z][-\w]*)$/.exec(type) ?? [];
  if (legacy !== undefined) {
    return { codec: legacy as OpenedObject['codec'], store: legacyStore, generation: 'legacy' };
  }
  const [, name, store] = /^<(\w+)@(.*)>$/.exec(type) ?? [];
  const codec = externalCodecs.find((known) => known === name);
  return codec === undefined ? undefined : { codec, store: store === '' ? undefined : store, generation: '2' };
}
