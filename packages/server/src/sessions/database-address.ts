import { isIPv4, isIPv6 } from 'node:net';
import { RequestError } from '../errors/request-error.ts';

export type DatabaseFamily = 'mysql' | 'postgresql';

/** Where a database listens, and which of its kind it is. The demo is in this process and listens nowhere. */
export interface DatabaseAddress {
  readonly family: DatabaseFamily | 'demo';
  /** The database whose schemas are meant, where a server has several (PostgreSQL); the server's default when absent. */
  readonly database?: string;
  /** A name in lower case, or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The address of the demo; no other has the port 0. */
export const demoAddress: DatabaseAddress = Object.freeze({ family: 'demo', host: 'demo', port: 0 });

const defaultPorts = { mysql: 3306, postgresql: 5432 } as const;

const schemes: ReadonlyMap<string, DatabaseFamily> = new Map([
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
  ['postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
]);

const EXPECTED =
  'Expected a database address as host, host:port, mysql://host:port or postgresql://host:port/database (IPv6 in brackets)';
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
 * @param standard the family of an address that names none.
 * @throws RequestError INVALID_REQUEST for anything but family, host, port and database: no user or option may ride along.
 */
export function parseDatabaseAddress(written: string, standard: DatabaseFamily = 'mysql'): DatabaseAddress {
  if (isDemo(written)) return demoAddress;
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(written.trim()) ?? [];
  const family = scheme === undefined ? standard : schemes.get(scheme.toLowerCase());
  if (family === undefined) refuse('got another scheme');
  if (rest === '') refuse('got nothing');
  const [, hostText, portText, path] = /^(\[[^\]]*\]|[^:/]*)(?::([0-9]{1,5}))?(?:\/([^/]*))?$/.exec(rest) ?? [];
  const host = hostText === undefined ? undefined : normalizeHost(hostText);
  if (host === undefined) refuse('got something else; leave out users and options');
  const port = portText === undefined ? defaultPorts[family] : Number(portText);
  if (port < 1 || port > 65535) refuse(`got the port ${port}; ports go from 1 to 65535`);
  return Object.freeze({ family, host, port, ...databaseOf(family, path) });
}

/** Whether what is written is the demo, and not a machine of that name (`demo:3306`, `mysql://demo`). */
export function isDemo(written: string): boolean {
  return written.trim().toLowerCase() === 'demo';
}

/** The name after the slash; MySQL has no databases beside its schemas. */
function databaseOf(family: DatabaseFamily, path: string | undefined): { readonly database?: string } {
  if (path === undefined) return {};
  if (family === 'mysql') refuse('got a path; leave it out, all schemas are seen');
  if (path === '') return {};
  if (!/^[\w.~-]{1,63}$/.test(path)) refuse('got a database name that is none');
  return { database: path };
}

/** `host:port`, IPv6 in brackets; PostgreSQL's with its scheme and database; `demo`. */
export function formatDatabaseAddress({ family, host, port, database }: DatabaseAddress): string {
  if (family === 'demo') return host;
  const place = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return family === 'mysql' ? place : `postgresql://${place}${database === undefined ? '' : `/${database}`}`;
}
