import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { greeting } from './greeting.ts';

test.each([
  ['*', 'localhost:3306'],
  ['db.example.org:3307,other.example.org', 'db.example.org:3307'],
  ['[::1]:3306', '[::1]:3306'],
])('where %s may be logged in to, the lines to type first name %s', (hosts, address) => {
  const { config } = loadConfig({ environment: { PHARUS_DATABASE_HOSTS: hosts } });
  expect(greeting(config, 'http://127.0.0.1:5000')).toContain(`{"databaseAddress": "${address}", "username": "YOU"`);
});
