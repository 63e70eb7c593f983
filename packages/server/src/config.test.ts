import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isLoopbackHost, loadConfig } from './config.ts';

function load(environment: Record<string, string>, flags: Record<string, string> = {}) {
  return loadConfig({ environment, flags });
}

test('has the documented defaults', () => {
  const { config, warnings } = load({});
  expect(config).toMatchObject({
    listen: '127.0.0.1',
    port: 5000,
    prefix: '',
    databaseTls: 'preferred',
    databaseHosts: undefined,
    publicHosts: [],
    tokenLifetime: 12 * 3_600_000,
    connectTimeout: 5000,
    metadataAge: 1000,
    dataDir: './pharus-data',
    isLoopback: true,
  });
  expect(warnings).toEqual([]);
  expect(Object.isFrozen(config)).toBe(true);
});

test('stores want a list of databases', () => {
  const stores = { PHARUS_STORES: '/etc/datajoint.json' };
  expect(load({ ...stores, PHARUS_DATABASE_HOSTS: 'db.example.org' }).config.stores).toBe('/etc/datajoint.json');
  for (const more of [{}, { PHARUS_DATABASE_HOSTS: '*' }]) {
    expect(() => load({ ...stores, ...more })).toThrow(/^PHARUS_STORES: expected PHARUS_DATABASE_HOSTS to list/);
  }
});

test('flags win over the environment, and empty variables count as unset', () => {
  expect(load({ PHARUS_PORT: '5001' }, { port: '5002' }).config.port).toBe(5002);
  expect(load({ PHARUS_PORT: '' }).config.port).toBe(5000);
});

test.each([
  ['PHARUS_PREFIX', 'prefix', '/api/', '/api'],
  ['PHARUS_PREFIX', 'prefix', 'api', '/api'],
  ['PHARUS_PREFIX', 'prefix', '/', ''],
  ['PHARUS_TOKEN_LIFETIME', 'tokenLifetime', '90', 90_000],
  ['PHARUS_TOKEN_LIFETIME', 'tokenLifetime', '1.5h', 5_400_000],
  ['PHARUS_BODY_LIMIT', 'bodyLimit', '1MiB', 1_048_576],
  ['PHARUS_IMPORT_LIMIT', 'importLimit', '512MiB', 536_870_912],
  ['PHARUS_TRUST_PROXY', 'trustProxy', 'Yes', true],
  ['PHARUS_DATABASE_HOSTS', 'databaseHosts', '*', '*'],
  ['PHARUS_DATABASE_HOSTS', 'databaseHosts', 'a, b:3307', [{ host: 'a' }, { host: 'b', port: 3307 }]],
  ['PHARUS_PUBLIC_HOSTS', 'publicHosts', 'Lab.Example.org:8443', ['lab.example.org']],
  ['PHARUS_CORS_ORIGINS', 'corsOrigins', 'https://a.org,http://b.org:8080', ['https://a.org', 'http://b.org:8080']],
] as const)('%s: %s of %j', (name, key, text, expected) => {
  expect(load({ [name]: text }).config[key]).toEqual(expected);
});

test.each([
  ['PHARUS_PORT', 'abc', 'expected a whole number from 0 to 65535, got "abc"; the default is 5000'],
  ['PHARUS_PORT', '65536', 'whole number'],
  ['PHARUS_PREFIX', '/a b', 'path'],
  ['PHARUS_DATABASE_TLS', 'maybe', 'one of preferred, required, verify-full, off'],
  ['PHARUS_DATABASE_HOSTS', 'mysql://x', 'host[:port]'],
  ['PHARUS_TOKEN_LIFETIME', 'soon', 'a time such as'],
  ['PHARUS_CORS_ORIGINS', 'example.org', 'origins'],
  ['PHARUS_TRUST_PROXY', 'perhaps', 'yes or no'],
  ['PHARUS_LOG_LEVEL', 'loud', 'one of'],
])('%s=%s is refused by name', (name, text, message) => {
  expect(() => load({ [name]: text })).toThrow(message);
  expect(() => load({ [name]: text })).toThrow(new RegExp(`^${name}: `));
});

test('all faults are told at once', () => {
  expect(() => load({ PHARUS_PORT: 'a', PHARUS_BODY_LIMIT: 'b' })).toThrow(/PHARUS_PORT.*PHARUS_BODY_LIMIT/s);
});

test('warns of variables nobody reads, with the nearest name', () => {
  const { warnings } = load({ PHARUS_PROT: '1', PHARUS_OIDC_TOKEN_URL: 'x', DJ_HOST: 'y', OTHER: 'z' });
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain('did you mean PHARUS_PORT?');
  expect(warnings[1]).toContain('PHARUS_OIDC_TOKEN_URL');
});

describe('beyond loopback', () => {
  test('a list of databases is required, and the line to add is printed', () => {
    expect(() => load({ PHARUS_LISTEN: '0.0.0.0' })).toThrow(/^ {4}PHARUS_DATABASE_HOSTS=\S+$/m);
    expect(load({ PHARUS_LISTEN: '0.0.0.0', PHARUS_DATABASE_HOSTS: '*' }).config.isLoopback).toBe(false);
  });

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['::ffff:127.0.0.1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example.org', false],
    ['localhost.example.org', false],
  ])('%s: loopback is %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});

describe('the demo', () => {
  const everywhere = { PHARUS_LISTEN: '0.0.0.0' };

  test('is there by default, with the password that everybody knows, on this machine alone', () => {
    const { demo } = load({}).config;
    expect(demo).toMatchObject({ directory: join('pharus-data', 'demo'), isPasswordKnown: true });
    expect(demo?.password.reveal()).toBe('demo');
    expect(load({ PHARUS_PUBLIC_HOSTS: 'localhost' }).config.demo?.isPasswordKnown).toBe(true);
  });

  test.each([
    [{ PHARUS_DATABASE_HOSTS: '*' }],
    [{ PHARUS_DATABASE_HOSTS: 'db:3306' }],
    [{ PHARUS_DATABASE_HOSTS: 'demo:3306' }],
    [{ PHARUS_DATABASE_HOSTS: 'db', PHARUS_DEMO_PASSWORD: 'x' }],
    [{ PHARUS_DATABASE_HOSTS: '*', ...everywhere }],
    // A proxy of this machine may let others in.
    [{ PHARUS_PUBLIC_HOSTS: 'lab.example.org' }],
    [{ PHARUS_PUBLIC_HOSTS: '*' }],
  ])('%j: is not there', (environment) => {
    const { config, warnings } = load(environment);
    expect(config.demo).toBeUndefined();
    expect(warnings.length).toBe('PHARUS_DEMO_PASSWORD' in environment ? 1 : 0);
  });

  test.each([
    [{ PHARUS_DATABASE_HOSTS: 'demo' }, 'demo'],
    [{ PHARUS_DATABASE_HOSTS: 'db:3306, Demo', PHARUS_DEMO_PASSWORD: 'x' }, 'x'],
    [{ PHARUS_DATABASE_HOSTS: 'demo', PHARUS_DEMO_PASSWORD: 'x', ...everywhere }, 'x'],
    [{ PHARUS_PUBLIC_HOSTS: 'lab.example.org', PHARUS_DEMO_PASSWORD: 'x' }, 'x'],
  ])('%j: has the password %s', (environment, password) => {
    expect(load(environment).config.demo?.password.reveal()).toBe(password);
  });

  test('that others could log in to with a password they know is refused, not left out in silence', () => {
    const asked = { PHARUS_DATABASE_HOSTS: 'demo' };
    expect(() => load({ ...asked, ...everywhere })).toThrow(/^PHARUS_DEMO_PASSWORD: required because/);
    expect(() => load({ ...asked, PHARUS_PUBLIC_HOSTS: 'lab.example.org' })).toThrow(/^PHARUS_DEMO_PASSWORD: /);
  });
});

test('secrets are not printed', () => {
  const { config } = load({ PHARUS_PRIVATE_KEY: 'S3cr3t-CANARY', PHARUS_DEMO_PASSWORD: 'S3cr3t-CANARY' });
  expect(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config)).not.toContain('CANARY');
  expect(config.privateKey?.reveal()).toBe('S3cr3t-CANARY');
});

test('a public key alone is refused', () => {
  expect(() => load({ PHARUS_PUBLIC_KEY: 'x' })).toThrow(/^PHARUS_PRIVATE_KEY: /);
});
