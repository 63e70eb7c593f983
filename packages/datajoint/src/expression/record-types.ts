import type { Value } from '../heading/codec/value.ts';
import type { ProjectionItem } from './projection.ts';

/** A fetched row: attribute names and values, on an object without prototype. */
export type Row = Record<string, Value>;

/** The names of a record's attributes. */
export type NameOf<R> = keyof R & string;

/** A record written out, so that editors show its attributes. */
type Flat<T> = { [Name in keyof T]: T[Name] };

/** Whether nothing is known of a record but that it is one. */
type IsAny<R> = string extends keyof R ? true : false;

type NamedIn<Items extends readonly ProjectionItem[]> = Exclude<Items[number], string>;

/** New names and what they are, of all items together. */
type Named<Items extends readonly ProjectionItem[]> = {
  [Name in NamedIn<Items> extends infer Item
    ? Item extends unknown
      ? keyof Item & string
      : never
    : never]: NamedIn<Items> extends infer Item
    ? Item extends Readonly<Record<Name, infer Text>>
      ? Text
      : never
    : never;
};

/** The attribute a text stands for: `name` renames it, `(name)` gives it a second name; never for anything else. */
type Source<R, Text> = Text extends NameOf<R> ? Text : Text extends `(${infer Name extends NameOf<R>})` ? Name : never;

type ValueOf<R, Text> = [Source<R, Text>] extends [never] ? Value : R[Source<R, Text>];

/** The attributes that have got another name. */
type Renamed<R, Items extends readonly ProjectionItem[]> = Extract<Named<Items>[keyof Named<Items>], NameOf<R>>;

type Excluded<Items extends readonly ProjectionItem[]> = Items[number] extends infer Item
  ? Item extends `-${infer Name}`
    ? Name
    : never
  : never;

type Kept<R, K, Items extends readonly ProjectionItem[]> =
  | Extract<Items[number], NameOf<R>>
  | Exclude<'...' extends Items[number] ? NameOf<R> : K, Renamed<R, Items> | Excluded<Items>>;

/** The record of a projection. */
export type Projected<R, K extends string, Items extends readonly ProjectionItem[]> =
  IsAny<R> extends true
    ? Row
    : Flat<Pick<R, Kept<R, K, Items> & keyof R> & { [Name in keyof Named<Items>]: ValueOf<R, Named<Items>[Name]> }>;

/** The record of a summary by some attributes; any record where they are not known. */
export type Summary<R, Names extends string, Items extends readonly ProjectionItem[]> = string extends Names
  ? Row
  : Projected<R, Names, Items>;

/** The primary key of a projection. */
export type ProjectedKey<R, K extends string, Items extends readonly ProjectionItem[]> =
  IsAny<R> extends true
    ? string
    :
        | Exclude<K, Renamed<R, Items>>
        | {
            [Name in keyof Named<Items>]: Source<R, Named<Items>[Name]> extends K
              ? [Source<R, Named<Items>[Name]>] extends [never]
                ? never
                : Name
              : never;
          }[keyof Named<Items>];

/** The record of a join: the values are the left's where both have the attribute. */
export type Joined<Left, Right> =
  IsAny<Left> extends true ? Row : IsAny<Right> extends true ? Row : Flat<Left & Omit<Right, keyof Left>>;

/** The record of a union: of the same key; the rest is NULL where a row's side has no such attribute. */
export type United<Left, Right, K extends string> =
  IsAny<Left> extends true
    ? Row
    : IsAny<Right> extends true
      ? Row
      : Flat<Pick<Left, K & keyof Left> & Optional<Omit<Left, K>> & Optional<Omit<Right, K | keyof Left>>>;

/** A record that may be missing from a join. */
export type Optional<R> = { [Name in keyof R]: R[Name] | null };

/** The items given, one alone or a list. */
export type ListOf<Items> = Items extends readonly ProjectionItem[]
  ? Items
  : Items extends ProjectionItem
    ? readonly [Items]
    : readonly [];

/** The columns of several attributes, in the order asked for. */
export type ColumnsOf<R, Names extends readonly NameOf<R>[]> = { -readonly [At in keyof Names]: R[Names[At]][] };

/** The values of several attributes of one row, in the order asked for. */
export type ValuesOf<R, Names extends readonly NameOf<R>[]> = { -readonly [At in keyof Names]: R[Names[At]] };
