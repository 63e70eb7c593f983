import type { ConnectOptions } from './driver.ts';

/** TLS settings as `mysql2` takes them. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity: boolean;
  readonly ca?: string;
}

/** How long a server that offered no encryption is not asked for it again, in milliseconds. */
const clearFor = 60_000;

const clearUntil = new Map<string, number>();

// `mysql2` keeps TLS contexts and sessions by the identity of the settings, so these are made once.
const unverified: TlsSettings = { rejectUnauthorized: false, verifyIdentity: false };
const verified = new Map<string, TlsSettings>();

/** The TLS settings to connect with, undefined for a connection in clear. */
export function encryptionOf(options: ConnectOptions): TlsSettings | undefined {
  switch (options.tls ?? 'preferred') {
    case 'off':
      return undefined;
    case 'required':
      return unverified;
    case 'verify-full':
      return verifiedWith(options.tlsCa);
    case 'preferred':
      return (clearUntil.get(place(options)) ?? 0) > Date.now() ? undefined : unverified;
  }
}

/** Whether a connection that could not be encrypted may be tried again without. */
export function mayGoInClear(options: ConnectOptions, error: unknown): boolean {
  if ((options.tls ?? 'preferred') !== 'preferred') return false;
  const { code } = error as { readonly code?: unknown };
  // The second: a server whose TLS is too old or too broken to agree on anything.
  return code === 'HANDSHAKE_NO_SSL_SUPPORT' || code === 'HANDSHAKE_SSL_ERROR';
}

/** Spares the next connections the attempt. */
export function rememberClear(options: ConnectOptions): void {
  if (clearUntil.size >= 1000) clearUntil.clear();
  clearUntil.set(place(options), Date.now() + clearFor);
}

const place = ({ host, address, port }: ConnectOptions): string => `${address ?? host}|${port}`;

function verifiedWith(ca: string | undefined): TlsSettings {
  const key = ca ?? '';
  const known = verified.get(key);
  if (known !== undefined) return known;
  const settings = { rejectUnauthorized: true, verifyIdentity: true, ...(ca === undefined ? {} : { ca }) };
  if (verified.size >= 100) verified.clear();
  verified.set(key, settings);
  return settings;
}
