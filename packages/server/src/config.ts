import { isIPv4 } from 'node:net';
import { nearest } from '@pharus/datajoint';
import { type DemoConfig, demoConfig } from './config/demo-config.ts';
import { flagOf, reservedVariables, type Setting, settings } from './config/settings.ts';
import { ExpectationError, type ValueType } from './config/value-types.ts';
import { Secret } from './secret.ts';
import { normalizeHost } from './sessions/database-address.ts';

type Settings = typeof settings;
type Plain<S> = S extends { readonly type: ValueType<infer T> }
  ? S extends { readonly isSecret: true }
    ? Secret | undefined
    : S extends { readonly default: string }
      ? T
      : T | undefined
  : never;

/** All settings of a server, checked and frozen. Secrets print as stars; times are milliseconds, sizes bytes. */
export type Config = {
  readonly [K in keyof Settings]: Plain<Settings[K]>;
} & {
  /** True when only this machine can reach the server. */
  readonly isLoopback: boolean;
  /** The demo, where this server has it. */
  readonly demo: DemoConfig | undefined;
};

/** The settings do not let a server start. The message has one line per fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** True for addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  const name = normalizeHost(host) ?? normalizeHost(`[${host}]`);
  return name === 'localhost' || name === '::1' || (name !== undefined && isIPv4(name) && name.startsWith('127.'));
}

/** Where each value may come from: flags win over the environment, which wins over defaults. */
export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Texts by flag without dashes, `data-dir`. */
  readonly flags?: Readonly<Record<string, string | undefined>>;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What to tell the operator: variables that nobody reads, with the name they were likely meant to be. */
  readonly warnings: readonly string[];
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function readSetting(definition: Setting<unknown>, sources: ConfigSources, faults: string[]): unknown {
  const flag = flagOf(definition.name);
  const fromFlag = sources.flags?.[flag.slice(2)];
  const given = fromFlag ?? sources.environment[definition.name];
  // Compose files and shells set variables to nothing where they mean "not set".
  const written = given === undefined || given.trim() === '' ? definition.default : given;
  if (written === undefined) return undefined;
  if (definition.isSecret) return new Secret(written);
  try {
    return definition.type.parse(written);
  } catch (error) {
    if (!(error instanceof ExpectationError)) throw error;
    const name = fromFlag === undefined ? definition.name : flag;
    const example = definition.default ? `; the default is ${definition.default}` : '';
    faults.push(`${name}: expected ${definition.type.expected}, got ${quote(written)}${example}.`);
    return undefined;
  }
}

function warningsOf(environment: ConfigSources['environment']): string[] {
  const known = Object.values(settings).map(({ name }) => name as string);
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === '') continue;
    if (reservedVariables.includes(name)) {
      if (name.startsWith('PHARUS_'))
        warnings.push(`${name} is set, but what it is for is not available in this release.`);
    } else if (name.startsWith('PHARUS_') && !known.includes(name)) {
      const meant = nearest(name, [...known, ...reservedVariables]);
      const hint = meant === undefined ? 'see the list of settings' : `did you mean ${meant}?`;
      warnings.push(`${name} is not a setting of this server: ${hint}`);
    }
  }
  return warnings;
}

/** What to say when the server would be reachable from elsewhere without a list of databases. */
function databaseHostsNeeded(listen: string): string {
  return [
    `PHARUS_DATABASE_HOSTS: required because PHARUS_LISTEN is ${quote(listen)}, which other machines can reach:`,
    'without it anyone could make this server connect anywhere. Add this line to its environment, with your own database:',
    '',
    '    PHARUS_DATABASE_HOSTS=db.example.org:3306',
    '',
    '(several with commas between, * for any)',
  ].join('\n');
}

/** Objects belong to schemas, and whoever has a database of their own can give a schema there any name. */
const databaseHostsForStores =
  'PHARUS_STORES: expected PHARUS_DATABASE_HOSTS to list the databases whose tables refer to these stores, got no list: whoever logs in to a database of their own could have any object opened.';

/**
 * Reads and checks all settings.
 *
 * @throws ConfigError naming every variable at fault, what it expects and what it holds.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(settings)) {
    values[key] = readSetting(definition as Setting<unknown>, sources, faults);
  }
  const listen = String(values.listen);
  const isLoopback = isLoopbackHost(listen);
  const hasFault = faults.some((fault) => /^(?:PHARUS_DATABASE_HOSTS|--database-hosts)/.test(fault));
  if (!isLoopback && values.databaseHosts === undefined && !hasFault) faults.push(databaseHostsNeeded(listen));
  if (values.publicKey !== undefined && values.privateKey === undefined) {
    faults.push(
      'PHARUS_PRIVATE_KEY: expected the private half of PHARUS_PUBLIC_KEY, got nothing; set it, or remove PHARUS_PUBLIC_KEY to have keys made.',
    );
  }
  if (values.stores !== undefined && !Array.isArray(values.databaseHosts) && faults.length === 0) {
    faults.push(databaseHostsForStores);
  }
  const config = { ...values, isLoopback } as Omit<Config, 'demo'>;
  const demo = faults.length > 0 ? undefined : demoOf(config, faults);
  if (faults.length === 0 && config.workers > 1) faults.push(...workerFaults({ ...config, demo }));
  if (faults.length > 0) throw new ConfigError(faults);
  const warnings = warningsOf(sources.environment);
  if (demo === undefined && config.demoPassword !== undefined) {
    warnings.push('PHARUS_DEMO_PASSWORD is set, but there is no demo: add demo to PHARUS_DATABASE_HOSTS.');
  }
  return { config: Object.freeze({ ...config, demo }), warnings };
}

/** What keeps several workers from serving. */
function workerFaults({ workers, poolMax, poolTotal, demo }: Config): readonly string[] {
  if (demo !== undefined) {
    return [
      'PHARUS_WORKERS: expected 1 beside the demo, which lives in one process, got more; name your databases in PHARUS_DATABASE_HOSTS (* for any), and the demo is off.',
    ];
  }
  return [
    { name: 'PHARUS_POOL_MAX', size: poolMax },
    { name: 'PHARUS_POOL_TOTAL', size: poolTotal },
  ]
    .filter(({ size }) => size < workers)
    .map(
      ({ name, size }) =>
        `PHARUS_WORKERS: expected at most ${size}, the database sessions of ${name}, which they divide among them, got ${workers}.`,
    );
}

function demoOf(config: Omit<Config, 'demo'>, faults: string[]): DemoConfig | undefined {
  const { databaseHosts, demoPassword: password, dataDir, isLoopback, publicHosts } = config;
  return demoConfig(
    { databaseHosts, password, dataDir, isPrivate: isLoopback && publicHosts.every(isLoopbackHost) },
    faults,
  );
}
