import { describe, expect, test } from 'vitest';
import { isAllowedByName, parseAllowedHost } from './allowed-hosts.ts';
import {
  demoAddress,
  formatDatabaseAddress,
  normalizeHost,
  parseDatabaseAddress,
  withoutMapping,
} from './database-address.ts';

test.each([
  ['localhost', 'localhost', 3306],
  [' Db.Example.org:3307 ', 'db.example.org', 3307],
  ['db.example.org.', 'db.example.org', 3306],
  ['mysql://127.0.0.1:13306', '127.0.0.1', 13306],
  ['MariaDB://db', 'db', 3306],
  ['lab_db-1', 'lab_db-1', 3306],
  ['[::1]:3307', '::1', 3307],
  ['[2001:DB8:0:0::1]', '2001:db8::1', 3306],
  ['[::ffff:10.0.0.1]', '10.0.0.1', 3306],
])('reads %j', (text, host, port) => {
  expect(parseDatabaseAddress(text)).toEqual({ family: 'mysql', host, port });
});

test.each([
  '',
  ' ',
  ':3306',
  'host:',
  'host:0',
  'host:65536',
  'host:3306:1',
  'host:abc',
  'user@host',
  'user:secret@host:3306',
  'mysql://user:secret@host',
  'host/database',
  'mysql://host/database',
  'host?multipleStatements=true&flags=LOCAL_FILES',
  'host#x',
  'host name',
  '/var/run/mysqld/mysqld.sock',
  'http://host',
  'file:///etc/passwd',
  '::1',
  '[::1',
  '[fe80::1%eth0]',
  '[127.0.0.1]',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '127.1',
  '0177.0.0.1',
  '256.0.0.1',
  'höst',
  'a..b',
  '-host',
  'host\u0000.org',
  `${'a'.repeat(64)}.org`,
])('refuses %j', (text) => {
  expect(() => parseDatabaseAddress(text)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});

test('does not repeat what may be a password', () => {
  expect(() => parseDatabaseAddress('user:S3cr3t@host')).toThrow(/^(?!.*S3cr3t)/);
});

test.each([
  ['postgresql://db', 'mysql', { family: 'postgresql', host: 'db', port: 5432 }],
  ['postgres://DB:5433/lab', 'mysql', { family: 'postgresql', host: 'db', port: 5433, database: 'lab' }],
  ['db', 'postgresql', { family: 'postgresql', host: 'db', port: 5432 }],
  ['mysql://db', 'postgresql', { family: 'mysql', host: 'db', port: 3306 }],
] as const)('%s where %s is the default', (text, standard, address) => {
  expect(parseDatabaseAddress(text, standard)).toEqual(address);
});

test.each([
  'postgresql://db/a/b',
  'postgresql://db/a?sslmode=disable',
  "postgresql://db/a'b",
  'mysql://db/lab',
  'db/lab',
])('%s is refused', (text) => {
  expect(() => parseDatabaseAddress(text)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});

test('an address is written as it is read', () => {
  for (const text of ['db:3306', '[::1]:3306', 'postgresql://db:5432/lab', 'postgresql://[::1]:5433']) {
    expect(formatDatabaseAddress(parseDatabaseAddress(text))).toBe(text);
  }
});

test.each(['demo', ' Demo '])('%j is the demo, whichever family is the default', (text) => {
  for (const standard of ['mysql', 'postgresql'] as const) {
    expect(parseDatabaseAddress(text, standard)).toBe(demoAddress);
  }
  expect(formatDatabaseAddress(demoAddress)).toBe('demo');
});

test.each([
  ['demo:3306', { family: 'mysql', host: 'demo', port: 3306 }],
  ['mysql://demo', { family: 'mysql', host: 'demo', port: 3306 }],
  ['postgresql://demo/lab', { family: 'postgresql', host: 'demo', port: 5432, database: 'lab' }],
])('%s is a machine of that name', (text, address) => {
  expect(parseDatabaseAddress(text)).toEqual(address);
});

test('prints IPv6 in brackets', () => {
  expect(formatDatabaseAddress({ family: 'mysql', host: '::1', port: 3306 })).toBe('[::1]:3306');
  expect(formatDatabaseAddress({ family: 'mysql', host: 'db', port: 1 })).toBe('db:1');
});

test.each([
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::ffff:7f00:1', '127.0.0.1'],
  ['0:0:0:0:0:FFFF:a00:1', '10.0.0.1'],
  ['::1', '::1'],
  ['10.0.0.1', '10.0.0.1'],
])('%s is %s', (address, expected) => {
  expect(withoutMapping(address)).toBe(expected);
});

describe('list of allowed hosts', () => {
  test.each([
    ['db', { host: 'db' }],
    ['DB:3307', { host: 'db', port: 3307 }],
    ['[::1]:3306', { host: '::1', port: 3306 }],
    ['db:0', undefined],
    ['mysql://db', undefined],
    ['', undefined],
  ])('%j', (entry, expected) => {
    expect(parseAllowedHost(entry)).toEqual(expected);
  });

  test('that lists the demo lists no machine of that name', () => {
    const demo = [parseAllowedHost('demo') ?? { host: '' }];
    expect(isAllowedByName(demo, demoAddress)).toBe(true);
    expect(isAllowedByName(demo, parseDatabaseAddress('demo:3306'))).toBe(false);
    expect(isAllowedByName([{ host: 'demo', port: 3306 }], demoAddress)).toBe(false);
  });

  test('hosts are compared in one spelling', () => {
    expect(normalizeHost('EXAMPLE.org.')).toBe('example.org');
  });
});
