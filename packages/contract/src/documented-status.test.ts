import { expect, test } from 'vitest';
import { documentedStatus } from './documented-status.ts';
import { type ErrorCode, errors } from './errors.ts';

const codes = Object.keys(errors) as ErrorCode[];

test('a failed write is 500 for everything that can happen to a client that holds a token', () => {
  const others = codes.filter((code) => documentedStatus(code, { kind: 'write' }) !== 500);
  // Only who sends a plan is told that it has changed.
  expect(others.sort()).toEqual(['INVALID_TOKEN', 'MISSING_TOKEN', 'PLAN_CHANGED']);
});

test('a failed login is 500, except where it never was one', () => {
  const others = codes.filter((code) => documentedStatus(code, { kind: 'login' }) !== 500);
  expect(others).toEqual(['MISDIRECTED_REQUEST']);
});

test.each([
  ['MISSING_TOKEN', 401],
  ['EXPIRED_TOKEN', 401],
  ['FOREIGN_TOKEN', 401],
  ['AUTHENTICATION_FAILED', 401],
  ['OVERLOADED', 503],
  ['TIMEOUT', 504],
  ['SCHEMA_NOT_FOUND', 500],
  ['INVALID_RESTRICTION', 500],
  ['INVALID_EXPRESSION', 500],
  ['ACCESS_DENIED', 500],
  ['NOT_IMPLEMENTED_YET', 500],
  ['MISDIRECTED_REQUEST', 421],
  ['METHOD_NOT_ALLOWED', 405],
] as const)('reading: %s is %i', (code, status) => {
  expect(documentedStatus(code, { kind: 'read' })).toBe(status);
});

test('every true status is that of a failure', () => {
  for (const code of codes) expect(errors[code].status, code).toBeGreaterThanOrEqual(400);
});
