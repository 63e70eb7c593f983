import { expect, test } from 'vitest';
import { LoginThrottle } from './login-throttle.ts';

const attempt = { ip: '10.0.0.1', databaseAddress: 'db:3306', username: 'ann' };
const refused = expect.objectContaining({ code: 'TOO_MANY_REQUESTS' });

function start(perUser: number, perIp: number) {
  let time = 0;
  const throttle = new LoginThrottle({ perUser, perIp, now: () => time });
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { throttle, pass };
}

test('lets a user fail so often, and again after a while', () => {
  const { throttle, pass } = start(10, 100);
  for (let count = 0; count < 10; count += 1) {
    throttle.check(attempt);
    throttle.failed(attempt);
  }
  expect(() => throttle.check(attempt)).toThrow(refused);
  expect(() => throttle.check(attempt)).toThrow(expect.objectContaining({ headers: { 'Retry-After': '6' } }));
  expect(() => throttle.check({ ...attempt, username: 'bob' })).not.toThrow();
  pass(6000);
  expect(() => throttle.check(attempt)).not.toThrow();
});

test('counts a user from everywhere, and an address over all users', () => {
  const { throttle } = start(2, 3);
  throttle.failed({ ...attempt, ip: '10.0.0.1' });
  throttle.failed({ ...attempt, ip: '10.0.0.2' });
  expect(() => throttle.check({ ...attempt, ip: '10.0.0.3' })).toThrow(refused);
  for (const username of ['b', 'c', 'd']) throttle.failed({ ...attempt, ip: '10.0.0.4', username });
  expect(() => throttle.check({ ...attempt, ip: '10.0.0.4', username: 'e' })).toThrow(refused);
});

test('a success clears the user', () => {
  const { throttle } = start(1, 100);
  throttle.failed(attempt);
  throttle.succeeded(attempt);
  expect(() => throttle.check(attempt)).not.toThrow();
});

test('forgets the oldest beyond ten thousand users', () => {
  const { throttle } = start(1, 1_000_000);
  throttle.failed(attempt);
  for (let user = 0; user < 10_000; user += 1) throttle.failed({ ...attempt, username: String(user) });
  expect(() => throttle.check(attempt)).not.toThrow();
});
