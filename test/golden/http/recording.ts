import { readFileSync } from 'node:fs';
import { shared } from '../../support/shared.ts';

/** One request and what the server we replace answered. */
export interface RecordedCase {
  /** Number and name, `007-login-ok`. Numbers have gaps; some names come several times with different numbers. */
  readonly case: string;
  /** Whose token was sent; a token made by hand; none. */
  readonly as: 'root' | 'limited' | { readonly payload: object } | { readonly raw: string } | null;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS';
  readonly path: string;
  readonly body?: string;
  readonly status: number;
  readonly contentType: string;
  /** The body, or what is left of one that was a stack trace: its text is no contract. */
  readonly answer: string | { readonly traceback: string };
}

/** The last case of the routes every database has; those after it belong to the components of the spec sheet. */
const LAST = 658;

/** The recorded cases in their order; they change the data from 475 on. */
export function recordedCases(): readonly RecordedCase[] {
  const cases = JSON.parse(readFileSync(shared('golden/http/cases.json'), 'utf8')) as RecordedCase[];
  return cases.filter((recorded) => Number(recorded.case.slice(0, 3)) <= LAST);
}
