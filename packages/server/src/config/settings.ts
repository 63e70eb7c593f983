import { parseAllowedHost } from '../sessions/allowed-hosts.ts';
import { normalizeHost } from '../sessions/database-address.ts';
import { duration, flag, integer, listOf, oneOf, pathPrefix, size, text, type ValueType } from './value-types.ts';

/** One setting: an environment variable and, unless it is a secret, a flag of the command line. */
export interface Setting<T> {
  readonly name: `PHARUS_${string}`;
  readonly type: ValueType<T>;
  /** As it would be written in the environment; absent when the setting has none. */
  readonly default?: string;
  readonly description: string;
  /** Secrets have no flag, since other users of the machine can read those, and are never printed. */
  readonly isSecret?: true;
}

const anyHosts = 'host[:port] or demo with commas between, or * for any';
const listedHosts = listOf(anyHosts, parseAllowedHost, 1);

const databaseHosts: ValueType<'*' | readonly { readonly host: string; readonly port?: number }[]> = {
  expected: anyHosts,
  parse: (value) => (value.trim() === '*' ? '*' : listedHosts.parse(value)),
};

const publicHosts = listOf('host names with commas between, without ports', (item) =>
  item === '*' ? item : normalizeHost(item.replace(/:[0-9]+$/, '')),
);

const origins = listOf('origins such as https://lab.example.org with commas between', (item) => {
  if (item === '*') return item;
  const url = URL.canParse(item) ? new URL(item) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' ? url.origin : undefined;
});

/** Keeps what a definition has and lacks in its type, from which the type of its value follows. */
function setting<const S extends Setting<unknown>>(definition: S): S {
  return Object.freeze(definition);
}

/** Every setting, in the order in which they are documented. */
export const settings = {
  listen: setting({
    name: 'PHARUS_LISTEN',
    type: text,
    default: '127.0.0.1',
    description: 'Address to listen on; 0.0.0.0 or :: for all. Beyond loopback PHARUS_DATABASE_HOSTS is required.',
  }),
  port: setting({
    name: 'PHARUS_PORT',
    type: integer(0, 65_535),
    default: '5000',
    description: 'Port to listen on; 0 takes a free one.',
  }),
  prefix: setting({
    name: 'PHARUS_PREFIX',
    type: pathPrefix,
    default: '',
    description: 'Path under which all routes sit, such as /api.',
  }),
  publicHosts: setting({
    name: 'PHARUS_PUBLIC_HOSTS',
    type: publicHosts,
    default: '',
    description:
      'Names under which browsers reach the server, or * for any. A request for a host that is neither loopback nor named here is refused with 421.',
  }),
  databaseHosts: setting({
    name: 'PHARUS_DATABASE_HOSTS',
    type: databaseHosts,
    description:
      'Databases that users may log in to: host[:port] with commas between (any port where none is given), or * for any. Required beyond loopback; on loopback the default is any. The demo is there where this is not set, or lists demo.',
  }),
  demoPassword: setting({
    name: 'PHARUS_DEMO_PASSWORD',
    type: text,
    isSecret: true,
    description:
      'Password of the user demo at the address demo. It is demo where only this machine can reach the server; beyond loopback, or with PHARUS_PUBLIC_HOSTS, there is no demo without one.',
  }),
  defaultBackend: setting({
    name: 'PHARUS_DEFAULT_BACKEND',
    type: oneOf('mysql', 'postgresql'),
    default: 'mysql',
    description:
      'Family of a database address that names none: host:port is mysql://host:port, or postgresql://host:port/database. Of PostgreSQL, where no database is named either, the database postgres is opened.',
  }),
  databaseTls: setting({
    name: 'PHARUS_DATABASE_TLS',
    type: oneOf('preferred', 'required', 'verify-full', 'off'),
    default: 'preferred',
    description:
      'Encryption towards databases: preferred (when they offer it), required, verify-full (with a verified certificate) or off.',
  }),
  databaseCa: setting({
    name: 'PHARUS_DATABASE_CA',
    type: text,
    description: "Path of a PEM file with the certificates to trust for verify-full, in place of the system's.",
  }),
  stores: setting({
    name: 'PHARUS_STORES',
    type: text,
    description:
      'Path of the datajoint.json or dj_local_conf.json whose stores hold what the databases refer to; secrets beside it in .secrets. PHARUS_DATABASE_HOSTS has to list these databases.',
  }),
  specPath: setting({ name: 'PHARUS_SPEC_PATH', type: text, description: 'Path of the spec sheet (YAML).' }),
  dataDir: setting({
    name: 'PHARUS_DATA_DIR',
    type: text,
    default: './pharus-data',
    description:
      'Directory for what the server keeps: the key it makes when PHARUS_PRIVATE_KEY is not set, and the demo.',
  }),
  privateKey: setting({
    name: 'PHARUS_PRIVATE_KEY',
    type: text,
    isSecret: true,
    description: 'RSA private key (PEM, line breaks may be written as \\n) that signs tokens. Replicas share it.',
  }),
  publicKey: setting({
    name: 'PHARUS_PUBLIC_KEY',
    type: text,
    isSecret: true,
    description: 'Its public half (PEM or OpenSSH) that verifies tokens; derived from the private key when absent.',
  }),
  tokenLifetime: setting({
    name: 'PHARUS_TOKEN_LIFETIME',
    type: duration(1000, 365 * 86_400_000),
    default: '12h',
    description: 'Time until a token expires.',
  }),
  workers: setting({
    name: 'PHARUS_WORKERS',
    type: integer(1, 100),
    default: '1',
    description:
      'Processes that answer, at one port: as many as processors, at most. They divide PHARUS_POOL_MAX and PHARUS_POOL_TOTAL among them. The demo needs to be off.',
  }),
  bodyLimit: setting({ name: 'PHARUS_BODY_LIMIT', type: size, default: '8MiB', description: 'Largest request body.' }),
  uploadLimit: setting({
    name: 'PHARUS_UPLOAD_LIMIT',
    type: size,
    default: '64MiB',
    description: 'Largest request with files in it. They are held in memory until the database has them.',
  }),
  importLimit: setting({
    name: 'PHARUS_IMPORT_LIMIT',
    type: size,
    default: '1GiB',
    description: 'Largest file to import. It passes through; what limits it is the transaction.',
  }),
  connectTimeout: setting({
    name: 'PHARUS_CONNECT_TIMEOUT',
    type: duration(100),
    default: '5s',
    description: 'Time for reaching a database: resolving its name, connecting and logging in.',
  }),
  stallTimeout: setting({
    name: 'PHARUS_STALL_TIMEOUT',
    type: duration(0),
    default: '60s',
    description: 'Time after which a client is cut off that takes nothing of its answer; 0 for no limit.',
  }),
  statementTimeout: setting({
    name: 'PHARUS_STATEMENT_TIMEOUT',
    type: duration(0),
    default: '60s',
    description: 'Time a statement may run in the database; 0 for no limit.',
  }),
  poolMax: setting({
    name: 'PHARUS_POOL_MAX',
    type: integer(1, 1000),
    default: '8',
    description: 'Most database sessions of one user at one database.',
  }),
  poolSlow: setting({
    name: 'PHARUS_POOL_SLOW',
    type: integer(1, 1000),
    default: '2',
    description:
      'Most queries of one user at one database that keep it busy (for over 150 ms before it begins to answer) at once; others of the kind wait.',
  }),
  poolTotal: setting({
    name: 'PHARUS_POOL_TOTAL',
    type: integer(1, 100_000),
    default: '100',
    description: 'Most database sessions of the whole server.',
  }),
  poolWait: setting({
    name: 'PHARUS_POOL_WAIT',
    type: duration(0),
    default: '5s',
    description: 'Time a request waits for a database session before it is told that there is no room.',
  }),
  poolIdle: setting({
    name: 'PHARUS_POOL_IDLE',
    type: duration(100),
    default: '60s',
    description: 'Time after which an unused database session is closed.',
  }),
  poolLifetime: setting({
    name: 'PHARUS_POOL_LIFETIME',
    type: duration(1000),
    default: '10m',
    description: 'Time after which a database session is replaced; a changed password is noticed no later.',
  }),
  metadataAge: setting({
    name: 'PHARUS_METADATA_AGE',
    type: duration(0),
    default: '1s',
    description: 'Longest time for which what is known of a table may be used again.',
  }),
  corsOrigins: setting({
    name: 'PHARUS_CORS_ORIGINS',
    type: origins,
    default: '',
    description: 'Origins whose pages may call the server from a browser, with commas between; none by default.',
  }),
  trustProxy: setting({
    name: 'PHARUS_TRUST_PROXY',
    type: flag,
    default: 'no',
    description: 'Believe X-Forwarded-For. Only behind a proxy of your own that sets it.',
  }),
  logLevel: setting({
    name: 'PHARUS_LOG_LEVEL',
    type: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    description: 'Least severe lines that are logged: fatal, error, warn, info, debug, trace or silent.',
  }),
} as const;

/** Variables that belong to parts of the documented server that this release does not have. */
export const reservedVariables: readonly string[] = Object.freeze([
  'PHARUS_HOST',
  'PHARUS_USER',
  'PHARUS_PASSWORD',
  'PHARUS_OIDC_CLIENT_ID',
  'PHARUS_OIDC_CLIENT_SECRET',
  'PHARUS_OIDC_REDIRECT_URI',
  'PHARUS_OIDC_CODE_VERIFIER',
  'PHARUS_OIDC_TOKEN_URL',
  'PHARUS_OIDC_PUBLIC_KEY',
  'PHARUS_OIDC_SUBJECT_KEY',
  'DJ_HOST',
  'DJ_ROOT_USER',
  'DJ_ROOT_PASS',
]);

/** The flag of a setting: `PHARUS_DATA_DIR` is `--data-dir`. */
export function flagOf(name: string): string {
  return `--${name.replace('PHARUS_', '').toLowerCase().replaceAll('_', '-')}`;
}
