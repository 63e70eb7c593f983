import type { Generation } from '../dialect/storage.ts';
import { StoreError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';
import { FileStore } from './file-store.ts';
import { S3Store } from './s3-store.ts';
import type { Store } from './store.ts';
import type { S3Settings, StoreSettings } from './store-settings.ts';

interface Configured {
  readonly settings: readonly StoreSettings[];
  readonly default?: string | undefined;
  readonly filepathDefault?: string | undefined;
  /** Whether rows may refer to objects of their own schema only. */
  readonly isConfined?: boolean | undefined;
}

/** A store with what is configured for it. */
export interface OpenStore {
  readonly store: Store;
  readonly settings: StoreSettings;
  readonly isConfined: boolean;
}

/** The stores of a pipeline, by name. Nothing is opened before an object is asked for. */
export class Stores {
  readonly #configured: Configured;
  readonly #open = new Map<string, OpenStore>();

  constructor(configured: Configured = { settings: [] }) {
    this.#configured = configured;
  }

  get names(): readonly string[] {
    return this.#configured.settings.map(({ name }) => name);
  }

  /**
   * A store by its name, or the default one.
   * @throws StoreError for one that is not configured.
   */
  get(name: string | undefined, generation: Generation, isFilepath = false): OpenStore {
    const { settings, default: usual, filepathDefault, isConfined = false } = this.#configured;
    const wanted = name ?? (isFilepath ? (filepathDefault ?? usual) : usual);
    const found = settings.find((store) => store.name === wanted);
    if (wanted === undefined || found === undefined) {
      const hint = didYouMean(wanted ?? '', this.names);
      throw new StoreError(`Storage ${JSON.stringify(wanted ?? 'default')} is requested but not configured.${hint}`);
    }
    const key = `${generation}\0${wanted}`;
    const open = this.#open.get(key) ?? { store: storeOf(found, generation), settings: found, isConfined };
    this.#open.set(key, open);
    return open;
  }
}

function storeOf(settings: StoreSettings, generation: Generation): Store {
  if (settings.protocol === 'file') return new FileStore(settings.name, settings.location);
  const { name, endpoint, bucket, credentials } = settings;
  return new S3Store(name, { endpoint, bucket, credentials, prefix: prefixOf(settings, generation) });
}

/** The older library takes a location for a path, without its drive and root; DataJoint 2 for a text. */
function prefixOf({ location }: S3Settings, generation: Generation): string {
  if (generation === '2') return location === '' ? '' : `${location}/`;
  const path = location.replaceAll('\\', '/').replace(/^(?:[a-z]:)?\/*/i, '');
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.map((segment) => `${segment}/`).join('');
}
