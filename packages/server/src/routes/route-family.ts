import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';

/** Routes that belong together, as a plugin made with what they work with. */
export type RouteFamily = (dependencies: RouteDependencies) => FastifyPluginAsync;
