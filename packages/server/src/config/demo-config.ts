import { join } from 'node:path';
import { Secret } from '../secret.ts';
import { type AllowedHosts, isAllowedByName } from '../sessions/allowed-hosts.ts';
import { demoAddress } from '../sessions/database-address.ts';

/** The demo as this server offers it. */
export interface DemoConfig {
  /** Where its database is kept. */
  readonly directory: string;
  readonly password: Secret;
  /** Whether the password is the one that everybody knows. */
  readonly isPasswordKnown: boolean;
}

export interface DemoSettings {
  readonly databaseHosts: AllowedHosts | undefined;
  readonly password: Secret | undefined;
  readonly dataDir: string;
  /** Whether browsers of this machine alone can reach the server, also through a proxy. */
  readonly isPrivate: boolean;
}

/**
 * The demo is there where no databases are named, and where it is among them. Who can reach the server from elsewhere
 * gets no login that everybody knows.
 *
 * @param faults gets a line where the demo is asked for and cannot be.
 */
export function demoConfig(settings: DemoSettings, faults: string[]): DemoConfig | undefined {
  const { databaseHosts, dataDir, isPrivate } = settings;
  const isListed = databaseHosts !== undefined && databaseHosts !== '*' && isAllowedByName(databaseHosts, demoAddress);
  if (databaseHosts !== undefined && !isListed) return undefined;
  const isPasswordKnown = settings.password === undefined;
  const password = settings.password ?? (isPrivate ? new Secret('demo') : undefined);
  if (password !== undefined) return Object.freeze({ directory: join(dataDir, 'demo'), password, isPasswordKnown });
  if (isListed) {
    faults.push(
      'PHARUS_DEMO_PASSWORD: required because PHARUS_DATABASE_HOSTS lists demo, and this server can be reached from elsewhere; set a password, or take demo off the list.',
    );
  }
  return undefined;
}
