import { encodeRestriction, tablePath } from '../../support/api.ts';
import { schema } from './same-schema.ts';

/** One request of a client. */
export interface SameRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** JSON text, or a file. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the answer that every database fills in for itself: estimates, SQL, names of types without a marker. */
  readonly without?: readonly string[];
}

export const get = (path: string): SameRequest => ({ method: 'GET', path });

export const post = (path: string, body: string): SameRequest => ({ method: 'POST', path, body });

/** The same, with a failure that tells its place. */
export const asProgram = (request: SameRequest): SameRequest => ({
  ...request,
  headers: { ...request.headers, accept: 'application/problem+json' },
});

export const records = (table: string, query = ''): SameRequest => get(tablePath(schema, table, 'record') + query);

/** An item of a restriction; the value as JSON. */
export const item = (attributeName: string, operation: string, value: string): string =>
  `{"attributeName": "${attributeName}", "operation": "${operation}", "value": ${value}}`;

/** A parameter with a restriction, given as its JSON. */
export const restrictedBy = (...items: readonly string[]): string =>
  `restriction=${encodeRestriction(`[${items.join(', ')}]`)}`;
