import type { HealthResponse } from '@pharus/contract';
import type { RouteFamily } from './route-family.ts';

/** `GET /livez` and `GET /readyz`. Neither opens a database, so that nobody can exhaust one through them. */
export const healthRoutes: RouteFamily = () => async (app) => {
  let isStopping = false;
  app.addHook('preClose', async () => {
    isStopping = true;
  });
  app.get('/livez', { logLevel: 'warn' }, async (): Promise<HealthResponse> => ({ status: 'ok' }));
  app.get('/readyz', { logLevel: 'warn' }, async (_request, reply): Promise<HealthResponse> => {
    if (!isStopping) return { status: 'ok' };
    reply.code(503);
    return { status: 'stopping' };
  });
};
