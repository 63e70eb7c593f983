import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Generation } from '../dialect/storage.ts';
import { StoreError } from '../errors.ts';
import { readStoreSettings, type StoreSettings } from './store-settings.ts';
import { Stores } from './stores.ts';

export interface LoadStoresOptions {
  /**
   * A `datajoint.json` or `dj_local_conf.json`; where none is named, the one that the Python library would find from the
   * working directory: `datajoint.json` there or above it, `dj_local_conf.json`, `~/.datajoint_config.json`.
   */
  readonly file?: string | undefined;
  /** For `DJ_STORES`, which replaces the stores of the file; default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Whether rows may refer to objects of their own schema only, whatever is written in them: for a program that opens
   * objects with its own keys for others. Default false.
   */
  readonly isConfined?: boolean | undefined;
}

type Raw = Readonly<Record<string, unknown>>;

const systemSecrets = '/run/secrets/datajoint';

/**
 * The stores that DataJoint users have configured: the entries `stores` of a settings file, the secrets beside it
 * (`.secrets/stores.NAME.KEY`, or in `/run/secrets/datajoint`), and `DJ_STORES`.
 * @throws StoreError naming the store and the setting at fault; never a secret.
 */
export async function loadStores({
  file,
  environment = process.env,
  isConfined,
}: LoadStoresOptions = {}): Promise<Stores> {
  const found = file ?? findSettings();
  const settings = found === undefined ? {} : await readJson(found);
  const generation = found === undefined ? '2' : generationOf(found, settings);
  const entries = { ...flatEntries(settings), ...asObject(settings.stores) };
  const withSecrets = await addSecrets(entries, found);
  return new Stores({ ...readStores(readEnvironment(environment) ?? withSecrets, generation), isConfined });
}

/** What a `stores` object says. */
function readStores(stores: Raw, generation: Generation) {
  const { default: usual, filepath_default: usualForFiles, ...entries } = stores;
  const settings: StoreSettings[] = Object.entries(entries).map(([name, entry]) => {
    return readStoreSettings(name, entry, generation);
  });
  const named = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { settings, default: named(usual), filepathDefault: named(usualForFiles) };
}

function findSettings(): string | undefined {
  for (let directory = process.cwd(); ; directory = dirname(directory)) {
    const file = join(directory, 'datajoint.json');
    if (existsSync(file)) return file;
    const isTop = ['.git', '.hg'].some((name) => existsSync(join(directory, name)));
    if (isTop || directory === dirname(directory)) break;
  }
  return [resolve('dj_local_conf.json'), join(homedir(), '.datajoint_config.json')].find((file) => existsSync(file));
}

async function readJson(file: string): Promise<Raw> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Raw;
  } catch (cause) {
    throw new StoreError(`The settings file ${JSON.stringify(basename(file))} cannot be read as JSON.`, { cause });
  }
  throw new StoreError(`Expected an object in the settings file ${JSON.stringify(basename(file))}.`);
}

/** The older library's files have names of their own, and settings with dots in their names. */
function generationOf(file: string, settings: Raw): Generation {
  if (basename(file) === 'datajoint.json') return '2';
  return Object.keys(settings).some((key) => key.includes('.')) || /^\.?d(?:ata)?j/.test(basename(file))
    ? 'legacy'
    : '2';
}

/** Settings written as `stores.NAME.KEY` at the top. */
function flatEntries(settings: Raw): Record<string, unknown> {
  const entries: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of Object.entries(settings)) {
    const [, name, attribute] = /^stores\.([^.]+)\.([^.]+)$/.exec(key) ?? [];
    if (name !== undefined && attribute !== undefined) entries[name] = { ...entries[name], [attribute]: value };
  }
  return entries;
}

/** The file wins over secrets. */
async function addSecrets(entries: Raw, file: string | undefined): Promise<Raw> {
  const beside = file === undefined ? undefined : join(dirname(file), '.secrets');
  const directory = [beside, systemSecrets].find((place) => place !== undefined && existsSync(place));
  if (directory === undefined) return entries;
  const complete: Record<string, unknown> = { ...entries };
  for (const secret of await readdir(directory)) {
    const [, name, attribute] = /^stores\.([^.]+)\.([^.]+)$/.exec(secret) ?? [];
    if (name === undefined || attribute === undefined) continue;
    const value = (await readFile(join(directory, secret), 'utf8')).trim();
    complete[name] = { [attribute]: value, ...asObject(complete[name]) };
  }
  return complete;
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Raw | undefined {
  const written = environment.DJ_STORES;
  if (written === undefined || written === '') return undefined;
  try {
    const stores: unknown = JSON.parse(written);
    if (typeof stores === 'object' && stores !== null && !Array.isArray(stores)) return stores as Raw;
  } catch {
    // The parser's message would quote the text, with the secrets in it.
  }
  throw new StoreError('Expected a JSON object of stores in the variable DJ_STORES.');
}

function asObject(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}
