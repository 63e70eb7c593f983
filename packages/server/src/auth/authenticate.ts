import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import type { Credentials } from './credentials.ts';
import type { TokenAuthority } from './token.ts';

const EXPECTED = 'Expected the header "Authorization: Bearer <token>" with the token that POST /login answers';

/** What the last header of each connection held: the next one is mostly the same, and long. */
const lastOf = new WeakMap<Socket, { readonly header: string; readonly token: string }>();

/** How many Authorization headers came; the platform itself keeps only the first. */
function countHeaders(request: FastifyRequest): number {
  const { rawHeaders } = request.raw;
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count;
}

/** The token of a request that has one: any word, then the token. @throws RequestError MISSING_TOKEN, INVALID_TOKEN. */
export function tokenOf(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined || header.trim() === '') throw new RequestError('MISSING_TOKEN', `${EXPECTED}, got none.`);
  if (countHeaders(request) > 1) throw new RequestError('INVALID_TOKEN', `${EXPECTED}, got several.`);
  const last = lastOf.get(request.raw.socket);
  if (last?.header === header) return last.token;
  const [, token] = /^\S+[ \t]+(\S+)$/.exec(header.trim()) ?? [];
  if (token === undefined) throw new RequestError('INVALID_TOKEN', `${EXPECTED}, got something else.`);
  lastOf.set(request.raw.socket, { header, token });
  return token;
}

/**
 * The credentials a request carries; at once where its token came before.
 *
 * @throws RequestError MISSING_TOKEN, INVALID_TOKEN, FOREIGN_TOKEN or EXPIRED_TOKEN.
 */
export function authenticate(request: FastifyRequest, tokens: TokenAuthority): Credentials | Promise<Credentials> {
  return tokens.read(tokenOf(request));
}
