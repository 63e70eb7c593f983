import type { DatabaseAddress } from '../sessions/database-address.ts';

/** Who asks, and of which database. The password is kept out of prints and JSON. */
export class Credentials {
  readonly address: DatabaseAddress;
  readonly username: string;
  readonly #password: string;

  constructor(address: DatabaseAddress, username: string, password: string) {
    this.address = address;
    this.username = username;
    this.#password = password;
    Object.freeze(this);
  }

  /** The password in clear, for the driver alone. */
  revealPassword(): string {
    return this.#password;
  }
}
