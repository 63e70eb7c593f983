import type { Attribute, Generation } from '../heading/attribute.ts';

/** What an attribute of the kind `external` keeps in a store, as its declared type says. */
export interface ExternalType {
  readonly codec: Codec;
  /** Undefined: the default store. */
  readonly store: string | undefined;
  readonly generation: Generation;
}

const codecs = ['blob', 'attach', 'hash', 'object', 'npy', 'filepath'] as const;
type Codec = (typeof codecs)[number];

/** Undefined for a codec of somebody's own, of which the database says nothing but the name. */
export function externalType({ type }: Attribute): ExternalType | undefined {
  const [, legacy, legacyStore] = /^(blob|attach|filepath)@([a-z][-\w]*)$/.exec(type) ?? [];
  if (legacy !== undefined) return { codec: legacy as Codec, store: legacyStore, generation: 'legacy' };
  const [, name, store] = /^<(\w+)@(.*)>$/.exec(type) ?? [];
  const codec = codecs.find((known) => known === name);
  return codec === undefined ? undefined : { codec, store: store === '' ? undefined : store, generation: '2' };
}
