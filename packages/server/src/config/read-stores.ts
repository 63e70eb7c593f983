import { loadStores, StoreError, type Stores } from '@pharus/datajoint';
import { ConfigError } from '../config.ts';

/**
 * The stores of the settings file that PHARUS_STORES names; undefined where it names none.
 * The server opens objects with its own keys for whoever may read a row: rows may refer to objects of their own schema only.
 * @throws ConfigError that says which store and which setting is at fault, and no secret.
 */
export async function readStores(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Stores | undefined> {
  if (file === undefined) return undefined;
  try {
    return await loadStores({ file, environment, isConfined: true });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new ConfigError([`PHARUS_STORES: ${error.message}`]);
  }
}
