import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { UnreachableError } from '@pharus/datajoint';
import {
  type AllowedHosts,
  hostNotAllowed,
  isAllowedAddress,
  isAllowedByName,
  mayBeAllowedByAddress,
} from './allowed-hosts.ts';
import { type DatabaseAddress, withoutMapping } from './database-address.ts';
import { unreachableSentence } from './unreachable.ts';

/** Resolves a name to all its IP addresses. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** The system's resolver. IPv4 goes first: many databases listen there alone even where the name has both. */
export const lookupAll: Lookup = async (host) => {
  const found = await systemLookup(host, { all: true, order: 'ipv4first' });
  return found.map(({ address }) => address);
};

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The name was not resolved in time.')), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

export interface ResolveOptions {
  readonly allowed: AllowedHosts;
  readonly lookup: Lookup;
  /** Milliseconds. */
  readonly timeout: number;
  /** Whether this server has the demo; it has not by default. */
  readonly hasDemo?: boolean;
}

/**
 * The one IP address to connect to for a database address, checked against the list of allowed ones. The name is
 * resolved once and the caller connects to the address returned, so that nothing can change in between.
 *
 * @throws RequestError HOST_NOT_ALLOWED
 * @throws UnreachableError when there is no such name, in the same words as for a database that does not answer.
 */
export async function resolveAddress(address: DatabaseAddress, options: ResolveOptions): Promise<string> {
  const { allowed, lookup, timeout, hasDemo = false } = options;
  if (address.family === 'demo') {
    if (!hasDemo) throw hostNotAllowed(address);
    return address.host;
  }
  const isNamed = isAllowedByName(allowed, address);
  if (isIP(address.host) !== 0) {
    if (!isNamed) throw hostNotAllowed(address);
    return address.host;
  }
  if (!isNamed && !mayBeAllowedByAddress(allowed, address)) throw hostNotAllowed(address);
  let found: readonly string[];
  try {
    found = (await within(timeout, lookup(address.host))).map(withoutMapping);
  } catch (cause) {
    if (!isNamed) throw hostNotAllowed(address);
    throw new UnreachableError(unreachableSentence(address, timeout), { cause });
  }
  const chosen = isNamed ? found[0] : found.find((ip) => isAllowedAddress(allowed, ip, address.port));
  if (chosen === undefined) {
    throw isNamed ? new UnreachableError(unreachableSentence(address, timeout)) : hostNotAllowed(address);
  }
  return chosen;
}
