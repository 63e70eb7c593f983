import { generateKeyPair, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Config, ConfigError } from '../config.ts';
import { pairOf, type RsaKeys, readPrivateKey, readPublicKey } from './rsa-keys.ts';

/** Name of the file in the data directory that holds the key made by the server. */
export const PRIVATE_KEY_FILE = 'private-key.pem';

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? 'unknown error');
}

async function makePem(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function readKept(path: string): Promise<string | undefined> {
  try {
    const pem = await readFile(path, 'utf8');
    // Whoever can read the key can make tokens; a restored backup may have opened it to the group.
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return pem;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the file whole or not at all; false when another process was first. */
async function writeNew(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function keptPem(directory: string): Promise<string> {
  const path = join(directory, PRIVATE_KEY_FILE);
  const kept = await readKept(path);
  if (kept !== undefined) return kept;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = await makePem();
  return (await writeNew(path, made)) ? made : ((await readKept(path)) ?? made);
}

/**
 * The keys of this server: those of the environment, or those kept in the data directory, made when there are none.
 * Processes that start at once on one directory end up with the same keys.
 *
 * @throws ConfigError
 */
export async function loadKeys(config: Config): Promise<RsaKeys> {
  if (config.privateKey !== undefined) {
    const privateKey = readPrivateKey(config.privateKey.reveal(), 'PHARUS_PRIVATE_KEY');
    const given = config.publicKey && readPublicKey(config.publicKey.reveal(), 'PHARUS_PUBLIC_KEY');
    return pairOf(privateKey, given);
  }
  let pem: string;
  try {
    pem = await keptPem(config.dataDir);
  } catch (error) {
    throw new ConfigError([
      `PHARUS_DATA_DIR: expected a directory to keep the server's key in, got ${JSON.stringify(config.dataDir)}, which cannot be used (${codeOf(error)}); name one that this user may write to, or set PHARUS_PRIVATE_KEY.`,
    ]);
  }
  return pairOf(readPrivateKey(pem, `${join(config.dataDir, PRIVATE_KEY_FILE)} in PHARUS_DATA_DIR`));
}
