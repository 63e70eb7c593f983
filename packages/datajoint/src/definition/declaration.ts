import type { CoreType } from '../dialect/ddl.ts';
import type { Generation } from '../dialect/storage.ts';

/** Where something stands in a definition's text; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What kind of type an attribute has. */
export type TypeKind =
  | { readonly kind: 'core'; readonly core: CoreType }
  /** A type of the database's own. */
  | { readonly kind: 'native' }
  /** Bytes of a file with its name, in the table (the older generation's `attach`). */
  | { readonly kind: 'attach' }
  /** The older generation's `blob@store`, `attach@store` and `filepath@store`. */
  | { readonly kind: 'external'; readonly store: string }
  /** `<name>` or `<name@store>`; an empty store is the default one. The older generation calls them adapters. */
  | { readonly kind: 'codec'; readonly name: string; readonly store: string | undefined };

/** The type of an attribute, with the text as the definition writes it. */
export type DeclaredType = TypeKind & { readonly text: string };

export type DeclaredDefault =
  | { readonly kind: 'required' | 'null' }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'now'; readonly precision: number | undefined };

export interface DeclaredAttribute {
  readonly kind: 'attribute';
  readonly name: string;
  readonly inKey: boolean;
  readonly type: DeclaredType;
  readonly default: DeclaredDefault;
  readonly comment: string;
  readonly place: Place;
}

/** The table that a foreign key refers to: words with dots between, or a schema's and a table's stored names. */
export type Reference =
  | { readonly words: readonly string[]; readonly stored?: never }
  | { readonly stored: { readonly schema: string; readonly table: string }; readonly words?: never };

export interface DeclaredForeignKey {
  readonly kind: 'foreignKey';
  readonly inKey: boolean;
  readonly reference: Reference;
  /** New name and name in the parent. */
  readonly renamed: readonly (readonly [attribute: string, original: string])[];
  readonly isNullable: boolean;
  readonly isUnique: boolean;
  readonly place: Place;
}

export type DeclaredIndexPart =
  | { readonly kind: 'attribute'; readonly name: string }
  | {
      readonly kind: 'json';
      readonly name: string;
      readonly path: readonly (string | number)[];
      readonly type: string | undefined;
    }
  | { readonly kind: 'expression'; readonly text: string };

export interface DeclaredIndex {
  readonly isUnique: boolean;
  readonly parts: readonly DeclaredIndexPart[];
  readonly place: Place;
}

/** What the definition of a table says, before anything it refers to is looked up. Frozen. */
export interface Declaration {
  readonly generation: Generation;
  readonly comment: string;
  /** Attributes and foreign keys in the order written, those of the primary key first. */
  readonly items: readonly (DeclaredAttribute | DeclaredForeignKey)[];
  readonly indexes: readonly DeclaredIndex[];
}
