import { type RouteKind, routes } from '@pharus/contract';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which status the failures of the route get; taken from the contract when it lists the route. */
    kind?: RouteKind;
  }
}

/** A path of the contract, `/schema/{schema}`, as the framework writes it, `/schema/:schema`. */
export function frameworkPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

const kinds: ReadonlyMap<string, RouteKind> = new Map(
  routes.map(({ method, path, kind }) => [`${method} ${frameworkPath(path)}`, kind]),
);

const WRITING = new Set(['POST', 'PATCH', 'DELETE']);

/** What kind of route a request is for, even when it is refused before its route is known. */
export function routeKindOf(request: FastifyRequest, prefix: string): RouteKind {
  const { config, url } = request.routeOptions;
  if (config?.kind !== undefined) return config.kind;
  const known = url === undefined ? undefined : kinds.get(`${request.method} ${url.slice(prefix.length)}`);
  if (known !== undefined) return known;
  const path = request.url.split('?', 1)[0] ?? '';
  return WRITING.has(request.method) && path.endsWith('/record') ? 'write' : 'read';
}
