import type { TObject, TSchema } from 'typebox';
import type { RouteKind } from './documented-status.ts';

/** One kind of answer. */
export interface ResponseContract {
  readonly description: string;
  readonly mediaType: string;
  readonly schema: TSchema;
}

/** One route as its clients see it. */
export interface RouteContract {
  /** Unique name of the operation, in camel case. */
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under the prefix, with parameters as `{schema}`. */
  readonly path: string;
  /** Decides which status its failures get. */
  readonly kind: RouteKind;
  /** True when a token is needed. */
  readonly isProtected: boolean;
  /** The heading it is listed under. */
  readonly tag: 'Access' | 'Pipelines' | 'Records' | 'Spec sheet' | 'Service';
  readonly summary: string;
  readonly description: string;
  readonly params?: TObject;
  readonly query?: TObject;
  /** Whether it passes over parameters it does not know, with a warning: clients of the documented API count on that. */
  readonly ignoresUnknown?: true;
  readonly body?: TSchema;
  /** Whether files may come with the body, as `multipart/form-data`. */
  readonly takesFiles?: true;
  /** Answers by status; failures as text are the same everywhere and added by the OpenAPI document. */
  readonly responses: Readonly<Record<number, ResponseContract>>;
}
