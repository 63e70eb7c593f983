import { isIPv4, isIPv6 } from 'node:net';
import { RequestError } from '../errors/request-error.ts';

/** Where a database listens. */
export interface DatabaseAddress {
  /** A name in lower case, or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The port of MySQL and MariaDB. */
const DEFAULT_PORT = 3306;

const EXPECTED = 'Expected a database address as host, host:port or mysql://host:port (IPv6 in brackets)';
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** A host as it is compared and connected to, or `undefined` when it is none. */
export function normalizeHost(written: string): string | undefined {
  const host = written.toLowerCase().replace(/\.$/, '');
  if (host.startsWith('[')) {
    const address = host.endsWith(']') ? host.slice(1, -1) : '';
    // A zone (%eth0) belongs to this machine's interfaces and has no business in an address from outside.
    return isIPv6(address) && !address.includes('%') ? withoutMapping(address) : undefined;
  }
  if (isIPv4(host)) return host;
  const labels = host.split('.');
  // Names made of numbers alone (2130706433, 0x7f.1) are other spellings of IP addresses to a resolver.
  if (/^(?:0x[0-9a-f]*|[0-9]+)$/.test(labels.at(-1) ?? '')) return undefined;
  return host.length <= 253 && labels.every((label) => LABEL.test(label)) ? host : undefined;
}

/** An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) as IPv4; other IPv6 addresses in their shortest form. */
export function withoutMapping(address: string): string {
  if (!isIPv6(address)) return address;
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest) ?? [];
  if (high === undefined || low === undefined) return shortest;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${a >> 8}.${a & 255}.${b >> 8}.${b & 255}`;
}

function refuse(reason: string): never {
  throw new RequestError('INVALID_REQUEST', `${EXPECTED}, ${reason}.`);
}

/**
 * Reads the `databaseAddress` of a login.
 *
 * @throws RequestError INVALID_REQUEST for anything but a host and a port: no user, path or option may ride along.
 */
export function parseDatabaseAddress(written: string): DatabaseAddress {
  const trimmed = written.trim();
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(trimmed) ?? [];
  const family = scheme?.toLowerCase();
  if (family === 'postgresql' || family === 'postgres') {
    throw new RequestError(
      'NOT_IMPLEMENTED_YET',
      'PostgreSQL is not available in this release; expected a MySQL or MariaDB address.',
    );
  }
  if (family !== undefined && family !== 'mysql' && family !== 'mariadb') refuse('got another scheme');
  if (rest === '') refuse('got nothing');
  const [, hostText, portText] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/.exec(rest) ?? [];
  const host = hostText === undefined ? undefined : normalizeHost(hostText);
  if (host === undefined) refuse('got something else; leave out users, paths and options');
  const port = portText === undefined ? DEFAULT_PORT : Number(portText);
  if (port < 1 || port > 65535) refuse(`got the port ${port}; ports go from 1 to 65535`);
  return Object.freeze({ host, port });
}

/** `host:port`, IPv6 in brackets. */
export function formatDatabaseAddress({ host, port }: DatabaseAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
