import { isIP } from 'node:net';
import { RequestError } from '../errors/request-error.ts';
import { type DatabaseAddress, demoAddress, formatDatabaseAddress, isDemo, normalizeHost } from './database-address.ts';

/** One entry of the list of databases that users may log in to. */
export interface AllowedHost {
  readonly host: string;
  /** Any port when absent. */
  readonly port?: number;
}

/** Which databases may be connected to: all, or those listed. */
export type AllowedHosts = '*' | readonly AllowedHost[];

/** Reads one entry, `host`, `host:port` or `demo`; `undefined` when it is none of them. */
export function parseAllowedHost(entry: string): AllowedHost | undefined {
  if (isDemo(entry)) return Object.freeze({ host: demoAddress.host, port: demoAddress.port });
  const [, hostText = '', portText] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]{1,5}))?$/.exec(entry) ?? [];
  const host = normalizeHost(hostText);
  if (host === undefined) return undefined;
  if (portText === undefined) return Object.freeze({ host });
  const port = Number(portText);
  return port >= 1 && port <= 65535 ? Object.freeze({ host, port }) : undefined;
}

/** An entry as `databaseAddress` names it. */
export function formatAllowedHost({ host, port }: AllowedHost): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === undefined || port === demoAddress.port ? name : `${name}:${port}`;
}

function lists(allowed: AllowedHosts, host: string, port: number): boolean {
  if (allowed === '*') return true;
  return allowed.some((entry) => entry.host === host && (entry.port === undefined || entry.port === port));
}

/** True when the address is listed by the very name it was asked for with. */
export function isAllowedByName(allowed: AllowedHosts, address: DatabaseAddress): boolean {
  return lists(allowed, address.host, address.port);
}

/** True when the name's resolution could still be what the list names: an IP address. */
export function mayBeAllowedByAddress(allowed: AllowedHosts, address: DatabaseAddress): boolean {
  return allowed !== '*' && isIP(address.host) === 0 && allowed.some((entry) => isIP(entry.host) !== 0);
}

/** True when a resolved IP address is listed. */
export function isAllowedAddress(allowed: AllowedHosts, ip: string, port: number): boolean {
  return lists(allowed, ip, port);
}

/** The refusal of an address that is not listed; it says nothing about what is listed. */
export function hostNotAllowed(address: DatabaseAddress): RequestError {
  return new RequestError(
    'HOST_NOT_ALLOWED',
    `This server does not connect to ${formatDatabaseAddress(address)}; use an address it allows, or ask its operator to add this one to PHARUS_DATABASE_HOSTS.`,
  );
}
