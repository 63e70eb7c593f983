import { componentRoutes } from '@pharus/spec-sheet';
import type { FastifyInstance } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { RequestError } from '../errors/request-error.ts';
import type { RouteFamily } from './route-family.ts';

/** Paths that are the server's own, whatever follows: a component must not stand in front of one. */
const ownPaths = /^\/(?:schema|login|version|spec|docs|openapi\.json|livez|readyz)(?:\/|$)/;

function registerComponents(app: FastifyInstance, { specSheet }: RouteDependencies): void {
  if (specSheet === undefined) return;
  for (const { method, path, component } of componentRoutes(specSheet)) {
    const isServable = URL.canParse(path, 'http://localhost') && !/[:*]/.test(path);
    const isTaken = !isServable || ownPaths.test(path) || app.hasRoute({ method, url: `${app.prefix}${path}` });
    if (isTaken) {
      app.log.warn(`${component.place}: its route ${method} ${path} is taken or cannot be served; it is left out`);
      continue;
    }
    app.route({
      method,
      url: path,
      config: { kind: method === 'GET' ? 'read' : 'write', isProtected: true },
      async handler() {
        throw new RequestError(
          'NOT_IMPLEMENTED_YET',
          `Components of spec sheets (here ${component.type}) are not available in this release.`,
        );
      },
    });
  }
}

/** `GET /spec` and the routes of the sheet's components. */
export const specRoutes: RouteFamily = (dependencies) => async (app) => {
  const { specSheet, authenticate } = dependencies;
  app.get('/spec', async (request) => {
    await authenticate(request);
    if (specSheet === undefined) {
      throw new RequestError(
        'NO_SPEC_SHEET',
        'Expected a spec sheet, got none; the operator of this server can name one in PHARUS_SPEC_PATH.',
      );
    }
    return specSheet.publicDocument;
  });
  registerComponents(app, dependencies);
};
