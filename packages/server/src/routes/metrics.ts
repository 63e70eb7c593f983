import type { RouteFamily } from './route-family.ts';

/** `GET /metrics`, for Prometheus. Opens no database. */
export const metricsRoutes: RouteFamily =
  ({ metrics }) =>
  async (app) => {
    app.get('/metrics', { logLevel: 'warn' }, async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    );
  };
