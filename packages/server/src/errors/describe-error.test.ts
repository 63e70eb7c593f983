import { type ErrorCode, errors } from '@pharus/contract';
import * as datajoint from '@pharus/datajoint';
import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';
import { wantsProblem } from './error-handler.ts';
import { RequestError } from './request-error.ts';

type ErrorClass = new (message: string) => datajoint.DataJointError;

const classes = (Object.values(datajoint) as unknown[]).filter((each): each is ErrorClass => {
  const { prototype } = Object(each) as { prototype?: unknown };
  return each === datajoint.DataJointError || prototype instanceof datajoint.DataJointError;
});

test("the registry knows every error of DataJoint's, and those alone print their names", () => {
  const known = classes.map((each) => {
    const error = new each('A sentence.');
    const { code, sentence } = describeError(error);
    expect([code, sentence]).toEqual([error.code, 'A sentence.']);
    expect(errors[code].className).toBe(each.name);
    return code;
  });
  const printed = (Object.keys(errors) as ErrorCode[]).filter((code) => errors[code].printedName !== undefined);
  expect(known.sort()).toEqual(printed.sort());
});

test('errors of the server keep their sentence, details and headers', () => {
  const error = new RequestError('TOO_MANY_REQUESTS', 'Wait.', { details: { a: 1 }, headers: { 'Retry-After': '1' } });
  expect(describeError(error)).toEqual({
    code: 'TOO_MANY_REQUESTS',
    sentence: 'Wait.',
    details: { a: 1 },
    headers: { 'Retry-After': '1' },
  });
});

test.each([new Error('secret'), new TypeError('secret'), 'secret', null, { code: 'DUPLICATE', message: 'secret' }])(
  'anything else is told in general words: %s',
  (error) => {
    const { code, sentence } = describeError(error);
    expect(code).toBe('INTERNAL');
    expect(sentence).not.toContain('secret');
  },
);

test.each([
  [undefined, false],
  ['*/*', false],
  ['application/*', false],
  ['application/json', false],
  ['application/problem+json', true],
  ['text/plain, Application/Problem+JSON; q=0.5', true],
  ['application/problem+json;q=0', false],
  ['application/problem+json;q=0.0', false],
  ['application/problem+jsonx', false],
])('Accept: %s wants a problem: %s', (accept, expected) => {
  expect(wantsProblem(accept)).toBe(expected);
});
