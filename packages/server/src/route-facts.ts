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

/** What is known of a route before any request of it is looked at. */
export interface RouteFacts {
  /** The path as it was registered, `/schema/:schema`; undefined where no route takes the request. */
  readonly url: string | undefined;
  readonly kind: RouteKind | undefined;
  readonly isProtected: boolean;
  /** What the contract says of it; undefined where it lists none. */
  readonly contract: RouteContract | undefined;
  /** The names of its parameters; undefined where it says itself which ones it does not take. */
  readonly parameters: readonly string[] | undefined;
}

/** A path of the contract, `/schema/{schema}`, as the framework writes it, `/schema/:schema`. */
function frameworkPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

const documented: ReadonlyMap<string, RouteContract> = new Map(
  routes.map((route) => [`${route.method} ${frameworkPath(route.path)}`, route]),
);

/** By what the framework keeps of a route, since it puts its options together anew for whoever asks. */
const known = new WeakMap<object, RouteFacts>();

function parametersOf({ query }: RouteContract): readonly string[] | undefined {
  const saysItself = (query as { readonly additionalProperties?: boolean } | undefined)?.additionalProperties === false;
  return saysItself ? undefined : Object.keys(query?.properties ?? {});
}

/** The facts of the route that takes a request. */
export function routeFacts(request: FastifyRequest, prefix: string): RouteFacts {
  if (request.state?.route !== undefined) return request.state.route;
  const { config, url } = request.routeOptions;
  const found = known.get(config ?? none);
  if (found !== undefined) return found;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const contract = documented.get(`${method} ${url?.slice(prefix.length)}`);
  const facts: RouteFacts = {
    url,
    kind: config?.kind ?? contract?.kind,
    isProtected: config?.isProtected ?? contract?.isProtected ?? false,
    contract,
    parameters: contract && parametersOf(contract),
  };
  known.set(config ?? none, facts);
  return facts;
}

/** In place of what the framework keeps of a route, where there is none. */
const none = {};

const WRITING = new Set(['POST', 'PATCH', 'DELETE']);

/** What kind of route a request is for, even when it is refused before its route is known. */
export function routeKindOf(request: FastifyRequest, prefix: string): RouteKind {
  const { kind } = routeFacts(request, prefix);
  if (kind !== undefined) return kind;
  const path = request.url.split('?', 1)[0] ?? '';
  return WRITING.has(request.method) && path.endsWith('/record') ? 'write' : 'read';
}
