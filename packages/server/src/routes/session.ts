import { routes, type SessionResponse } from '@pharus/contract';
import { tokenOf } from '../auth/authenticate.ts';
import { formatAllowedHost } from '../sessions/allowed-hosts.ts';
import { formatDatabaseAddress } from '../sessions/database-address.ts';
import type { RouteFamily } from './route-family.ts';

/** `GET /session` */
export const sessionRoutes: RouteFamily = ({ config, authenticate, tokens }) => {
  const { databaseHosts = '*', demo } = config;
  const offered = {
    hosts: databaseHosts === '*' ? null : databaseHosts.map(formatAllowedHost),
    demo: demo !== undefined,
    features: routes.map(({ operationId }) => operationId),
  };
  return async (app) => {
    app.get('/session', async (request): Promise<SessionResponse> => {
      if (request.headers.authorization === undefined) return offered;
      const { username, address } = await authenticate(request);
      const expires = tokens.expires(tokenOf(request));
      return { user: username, host: formatDatabaseAddress(address), expires, ...offered };
    });
  };
};
