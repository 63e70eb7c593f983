import { type DatabaseAddress, formatDatabaseAddress } from './database-address.ts';

/** The one sentence for a database that cannot be reached, whether its port is closed or filtered or its name unknown. */
export function unreachableSentence(address: DatabaseAddress): string {
  return `The database at ${formatDatabaseAddress(address)} could not be reached; check its address, and that it is running and lets this server in.`;
}
