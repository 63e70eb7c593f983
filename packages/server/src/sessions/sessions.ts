import { createHmac, randomBytes } from 'node:crypto';
import { Database, OverloadedError, type Stores } from '@pharus/datajoint';
import type { Credentials } from '../auth/credentials.ts';
import type { Config } from '../config.ts';
import type { ConnectionFactory } from './connection-factory.ts';
import { formatDatabaseAddress } from './database-address.ts';
import { type Lookup, lookupAll, resolveAddress } from './resolve.ts';
import { SessionBudget } from './session-budget.ts';

/** The use of a database; while one is out, its connection is not closed. */
export interface Lease {
  readonly database: Database;
  /** Gives the connection back; calling it again does nothing. */
  release(): void;
}

/** How many requests of a user may wait, for each session that user may hold. */
const WAITING_EACH = 32;

/** How many users may wait, for each session that may be open. */
const MOST_WAITING = 10;

interface Entry {
  readonly database: Database;
  readonly openedAt: number;
  leases: number;
  lastUsed: number;
  /** Closed as soon as nobody uses it. */
  isRetired: boolean;
}

export interface SessionsOptions {
  readonly config: Config;
  readonly createConnection: ConnectionFactory;
  /** PEM text for `verify-full`. */
  readonly databaseCa?: string | undefined;
  /** Where values are kept that the databases refer to. */
  readonly stores?: Stores | undefined;
  readonly lookup?: Lookup;
  /** Whether the demo can be connected to. */
  readonly hasDemo?: boolean;
  /** Milliseconds since any point in time. */
  readonly now?: () => number;
}

/**
 * The databases of all users and their pooled connections, one per database, user and password. Nothing crosses between users: the password
 * is part of the key, as a keyed hash.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #lookup: Lookup;
  readonly #now: () => number;
  readonly #hashKey = randomBytes(32);
  /** Found once for the credentials of a token, which come again with each of its requests. */
  readonly #keys = new WeakMap<Credentials, string>();
  readonly #entries = new Map<string, Promise<Entry>>();
  readonly #settled = new Map<string, Entry>();
  /** The one used last. */
  #latest: Entry | undefined;
  readonly #budget: SessionBudget;
  readonly #sweeper: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#lookup = options.lookup ?? lookupAll;
    this.#now = options.now ?? (() => performance.now());
    this.#budget = new SessionBudget(options.config.poolTotal, () => this.#retireLongestUnused());
    this.#sweeper = setInterval(() => this.sweep(), Math.max(100, options.config.poolIdle / 2));
    this.#sweeper.unref();
  }

  /** Database sessions of all users: open or being opened, allowed, and how many wait for one. */
  get state(): { readonly open: number; readonly max: number; readonly waiting: number } {
    let waiting = this.#budget.waiting;
    for (const { database } of this.#settled.values()) waiting += database.connection.state.waiting;
    return { open: this.#budget.taken, max: this.#budget.max, waiting };
  }

  /** Databases that are kept, used or not. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The database as these credentials open it; at once where it is open.
   *
   * @throws RequestError HOST_NOT_ALLOWED
   * @throws UnreachableError, OverloadedError
   */
  acquire(credentials: Credentials): Lease | Promise<Lease> {
    if (this.#isClosed) throw new OverloadedError('The server is stopping; try again shortly.');
    const key = this.#keyOf(credentials);
    const settled = this.#settled.get(key);
    if (settled !== undefined) {
      if (this.#now() - settled.openedAt <= this.#options.config.poolLifetime) return this.#lease(key, settled);
      this.#retire(key, settled);
    }
    return this.#acquireOpening(key, credentials);
  }

  async #acquireOpening(key: string, credentials: Credentials): Promise<Lease> {
    for (;;) {
      const entry = await (this.#entries.get(key) ?? this.#open(key, credentials));
      // Another request may have had it closed to make room, in the moment between its opening and now.
      if (!entry.isRetired) return this.#lease(key, entry);
    }
  }

  /**
   * Proves credentials by opening a session with them.
   *
   * @throws AuthenticationError when the database refuses them.
   * @throws RequestError HOST_NOT_ALLOWED
   * @throws UnreachableError, OverloadedError
   */
  async verify(credentials: Credentials): Promise<void> {
    const lease = await this.acquire(credentials);
    try {
      await lease.database.verify();
    } catch (error) {
      // Want of room says nothing against the sessions that are in use.
      if (!(error instanceof OverloadedError)) this.#retireIfCurrent(credentials, lease.database);
      throw error;
    } finally {
      lease.release();
    }
  }

  #retireIfCurrent(credentials: Credentials, database: Database): void {
    const key = this.#keyOf(credentials);
    const entry = this.#settled.get(key);
    if (entry?.database === database) this.#retire(key, entry);
  }

  /** Closes what has not been used for the idle time. Runs by itself. */
  sweep(): void {
    const limit = this.#now() - this.#options.config.poolIdle;
    for (const [key, entry] of this.#settled) {
      if (entry.leases === 0 && entry.lastUsed <= limit) this.#retire(key, entry);
    }
  }

  /** Closes everything. Requests that are still running lose their connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    const entries = await Promise.allSettled(this.#entries.values());
    this.#entries.clear();
    this.#settled.clear();
    await Promise.allSettled(
      entries.map(async (entry) => (entry.status === 'fulfilled' ? entry.value.database.close() : undefined)),
    );
  }

  #keyOf(credentials: Credentials): string {
    const known = this.#keys.get(credentials);
    if (known !== undefined) return known;
    const { address, username } = credentials;
    const password = createHmac('sha256', this.#hashKey).update(credentials.revealPassword()).digest('base64');
    const key = JSON.stringify([formatDatabaseAddress(address), username, password]);
    this.#keys.set(credentials, key);
    return key;
  }

  async #open(key: string, credentials: Credentials): Promise<Entry> {
    this.#makeRoom();
    const opening = this.#connect(credentials);
    this.#entries.set(key, opening);
    try {
      const entry = await opening;
      this.#settled.set(key, entry);
      return entry;
    } catch (error) {
      if (this.#entries.get(key) === opening) this.#entries.delete(key);
      throw error;
    }
  }

  async #connect(credentials: Credentials): Promise<Entry> {
    const { config, createConnection, databaseCa, stores, hasDemo = false } = this.#options;
    const { family, host, port, database: name } = credentials.address;
    const address = await resolveAddress(credentials.address, {
      allowed: config.databaseHosts ?? '*',
      lookup: this.#lookup,
      timeout: config.connectTimeout,
      hasDemo,
    });
    const connection = createConnection({
      family,
      database: name,
      host,
      port,
      address,
      user: credentials.username,
      password: credentials.revealPassword(),
      tls: config.databaseTls,
      tlsCa: databaseCa,
      connectTimeout: config.connectTimeout,
      statementTimeout: config.statementTimeout,
      pool: {
        max: Math.min(config.poolMax, config.poolTotal),
        maxSlow: config.poolSlow,
        maxWaiting: WAITING_EACH * Math.min(config.poolMax, config.poolTotal),
        idleTimeout: config.poolIdle,
        lifetime: config.poolLifetime,
        acquireTimeout: config.poolWait,
      },
      budget: this.#budget,
    });
    // Everybody may make schemas in the demo, of any name.
    const ownStores = family === 'demo' ? undefined : stores;
    const database = new Database(connection, { metadataAge: config.metadataAge, stores: ownStores });
    return { database, openedAt: this.#now(), leases: 0, lastUsed: this.#now(), isRetired: false };
  }

  #lease(key: string, entry: Entry): Lease {
    entry.leases += 1;
    entry.lastUsed = this.#now();
    // The map keeps the order of use, so that its first unused entry is the one unused for longest.
    if (entry !== this.#latest && this.#settled.get(key) === entry) {
      this.#settled.delete(key);
      this.#settled.set(key, entry);
      this.#latest = entry;
    }
    let isOut = true;
    const release = (): void => {
      if (!isOut) return;
      isOut = false;
      entry.leases -= 1;
      entry.lastUsed = this.#now();
      if (entry.leases > 0) return;
      if (entry.isRetired) this.#close(entry);
      // Somebody waits for a session, and nobody needs these.
      else if (this.#budget.waiting > 0) this.#retire(key, entry);
    };
    return { database: entry.database, release };
  }

  /** Forgets an entry; it is closed now or with its last lease. */
  #retire(key: string, entry: Entry): void {
    this.#settled.delete(key);
    this.#entries.delete(key);
    if (entry === this.#latest) this.#latest = undefined;
    entry.isRetired = true;
    if (entry.leases === 0) this.#close(entry);
  }

  #close(entry: Entry): void {
    entry.database.close().catch(() => undefined);
  }

  #retireLongestUnused(): boolean {
    for (const [key, entry] of this.#settled) {
      if (entry.leases === 0) {
        this.#retire(key, entry);
        return true;
      }
    }
    return false;
  }

  #makeRoom(): void {
    const { poolTotal } = this.#options.config;
    if (this.#entries.size < poolTotal || this.#retireLongestUnused()) return;
    // All are in use: a few more may wait in the line for sessions, which costs little.
    if (this.#entries.size < poolTotal * MOST_WAITING) return;
    throw new OverloadedError(
      'Expected room for another database user, got none; the server is busy, try again shortly.',
    );
  }
}
