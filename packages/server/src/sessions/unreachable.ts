import { type DatabaseAddress, formatDatabaseAddress } from './database-address.ts';

/**
 * What is said of a database whose name is unknown: word for word what the driver says of one that does not answer, so
 * that nobody learns from it what exists behind this server.
 *
 * @param timeout milliseconds.
 */
export function unreachableSentence(address: DatabaseAddress, timeout: number): string {
  return `The database at ${formatDatabaseAddress(address)} could not be reached within ${timeout / 1000} s. Check the address and that it is up.`;
}
