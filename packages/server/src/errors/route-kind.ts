import { type RouteContract, type RouteKind, routes } from '@pharus/contract';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which status the failures of the route get; taken from the contract when it lists the route. */
    kind?: RouteKind;
    /** True when it needs a token; taken from the contract when it lists the route. */
    isProtected?: boolean;
  }
}

/** A path of the contract, `/schema/{schema}`, as the framework writes it, `/schema/:schema`. */
function frameworkPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

const documented: ReadonlyMap<string, RouteContract> = new Map(
  routes.map((route) => [`${route.method} ${frameworkPath(route.path)}`, route]),
);

/** What the contract says of the route of a request; undefined where it lists none. */
export function contractOf({ method, routeOptions }: FastifyRequest, prefix: string): RouteContract | undefined {
  const asked = method === 'HEAD' ? 'GET' : method;
  return documented.get(`${asked} ${routeOptions.url?.slice(prefix.length)}`);
}

/** True when the route of a request needs a token. */
export function isProtected(request: FastifyRequest, prefix: string): boolean {
  return request.routeOptions.config?.isProtected ?? contractOf(request, prefix)?.isProtected ?? false;
}

const WRITING = new Set(['POST', 'PATCH', 'DELETE']);

/** What kind of route a request is for, even when it is refused before its route is known. */
export function routeKindOf(request: FastifyRequest, prefix: string): RouteKind {
  const known = request.routeOptions.config?.kind ?? contractOf(request, prefix)?.kind;
  if (known !== undefined) return known;
  const path = request.url.split('?', 1)[0] ?? '';
  return WRITING.has(request.method) && path.endsWith('/record') ? 'write' : 'read';
}
