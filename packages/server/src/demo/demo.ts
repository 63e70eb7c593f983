import { createHash, timingSafeEqual } from 'node:crypto';
import {
  AuthenticationError,
  Connection,
  type ConnectOptions,
  Database,
  type Driver,
  type PgliteDriver,
  pgliteDriver,
  postgresDialect,
} from '@pharus/datajoint';
import type { Secret } from '../secret.ts';

/** Who logs in to the demo, and the role everybody acts as there. */
const demoUser = 'demo';

export interface DemoOptions {
  /** Where its database is kept. */
  readonly directory: string;
  readonly password: Secret;
  /** Milliseconds a statement may have to wait for those of others. */
  readonly wait: number;
}

/**
 * A small laboratory in a database inside this process, for trying: made when it is first opened, changed by whoever
 * logs in, and out of reach of other programs.
 */
export class Demo {
  /** Opens sessions for who knows the password, as a database would. */
  readonly driver: Driver;
  readonly #database: PgliteDriver;
  #isClosed = false;

  constructor({ directory, password, wait }: DemoOptions) {
    this.#database = pgliteDriver({
      dataDir: directory,
      turnTimeout: wait,
      role: demoUser,
      prepare: fill,
    });
    this.driver = {
      connect: async (options) => {
        if (!isLogin(options, password)) {
          throw new AuthenticationError('The demo refused the user name or the password.');
        }
        return await this.#database.connect(options);
      },
    };
  }

  /**
   * Opens the database, and makes it where there is none.
   * @throws UnreachableError when another process uses it.
   */
  async open(): Promise<void> {
    const session = await this.#database.connect(nobody);
    await session.close();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#database.close();
  }
}

/** What the embedded database does not look at. */
const nobody: ConnectOptions = { host: 'demo', port: 0, user: demoUser, password: '' };

async function fill(driver: Driver): Promise<void> {
  const database = new Database(new Connection({ ...nobody, dialect: postgresDialect, driver }));
  try {
    // Its recordings are made when it is loaded, and take room ever after.
    const { makeLaboratory } = await import('./laboratory.ts');
    await makeLaboratory(database);
  } finally {
    await database.close();
  }
}

function isLogin({ user, password }: ConnectOptions, expected: Secret): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const isRight = timingSafeEqual(digest(password), digest(expected.reveal()));
  return isRight && user === demoUser;
}
