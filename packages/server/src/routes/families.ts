import { blobRoutes } from './blob.ts';
import { docsRoutes } from './docs.ts';
import { exportRoutes } from './export.ts';
import { healthRoutes } from './health.ts';
import { importRoutes } from './import.ts';
import { jobRoutes } from './jobs.ts';
import { loginRoutes } from './login.ts';
import { metricsRoutes } from './metrics.ts';
import { pipelineRoutes } from './pipeline.ts';
import { queryRoutes } from './query.ts';
import { recordRoutes } from './record.ts';
import type { RouteFamily } from './route-family.ts';
import { schemaRoutes } from './schema.ts';
import { sessionRoutes } from './session.ts';
import { specRoutes } from './spec.ts';
import { tableRoutes } from './table.ts';
import { ticketRoutes } from './ticket.ts';
import { transactionRoutes } from './transaction.ts';
import { valueRoutes } from './values.ts';
import { versionRoutes } from './version.ts';

const databaseRoutes: RouteFamily = (dependencies) => async (app) => {
  await app.register(pipelineRoutes(dependencies));
  await app.register(schemaRoutes(dependencies));
  await app.register(tableRoutes(dependencies));
  await app.register(recordRoutes(dependencies));
  await app.register(transactionRoutes(dependencies));
  await app.register(exportRoutes(dependencies));
  await app.register(blobRoutes(dependencies));
  await app.register(queryRoutes(dependencies));
  await app.register(jobRoutes(dependencies));
  await app.register(valueRoutes(dependencies));
  await app.register(importRoutes(dependencies));
};

/** Every family of routes. The spec sheet's come last, so that none of its components takes the place of another route. */
export const families: readonly RouteFamily[] = [
  versionRoutes,
  healthRoutes,
  metricsRoutes,
  loginRoutes,
  sessionRoutes,
  ticketRoutes,
  docsRoutes,
  databaseRoutes,
  specRoutes,
];
