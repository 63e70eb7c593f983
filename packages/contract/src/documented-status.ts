import { type ErrorCode, errors } from './errors.ts';

/**
 * What a route does, for the sake of its failures.
 * `write`: POST, PATCH and DELETE of records, and form submissions. `login`: obtaining a token. `read`: all the rest.
 */
export type RouteKind = 'read' | 'write' | 'login';

/** Failures of HTTP itself, which every client understands by their status. */
const TRANSPORT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'URI_TOO_LONG',
  'UNSUPPORTED_MEDIA_TYPE',
  'MISDIRECTED_REQUEST',
  'TOO_MANY_REQUESTS',
]);

/** Failures that are told apart from 500 while reading. */
const READING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...TRANSPORT,
  'MISSING_TOKEN',
  'INVALID_TOKEN',
  'FOREIGN_TOKEN',
  'EXPIRED_TOKEN',
  'AUTHENTICATION_FAILED',
  'OVERLOADED',
  'TIMEOUT',
]);

/**
 * Failures that are told apart from 500 while writing: no existing client can get so far without a token, and none sends
 * a plan.
 */
const WRITING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['MISSING_TOKEN', 'INVALID_TOKEN', 'PLAN_CHANGED']);

/** Failures that are told apart from 500 at login: only those that never reach it. */
const LOGIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['MISDIRECTED_REQUEST']);

const distinguished: Readonly<Record<RouteKind, ReadonlySet<ErrorCode>>> = {
  read: READING,
  write: WRITING,
  login: LOGIN,
};

/**
 * The status a client gets that did not ask for `application/problem+json`.
 *
 * The existing web clients know 500 as the only failure of a write or a login and take any other status for success, so
 * those answer 500 for nearly everything. The 409 of a refused delete is an answer of its route, not an error here.
 */
export function documentedStatus(code: ErrorCode, route: { readonly kind: RouteKind }): number {
  return distinguished[route.kind].has(code) ? errors[code].status : 500;
}
