import { blobRoutes } from './blob.ts';
import { exportRoutes } from './export.ts';
import { importRoutes } from './import.ts';
import { jobRoutes } from './jobs.ts';
import { loginRoutes } from './login.ts';
import { pipelineRoutes } from './pipeline.ts';
import { queryRoutes } from './query.ts';
import { recordRoutes } from './record.ts';
import type { RouteContract } from './route.ts';
import { schemaRoutes } from './schema.ts';
import { serviceRoutes } from './service.ts';
import { sessionRoutes } from './session.ts';
import { specRoutes } from './spec.ts';
import { tableRoutes } from './table.ts';
import { ticketRoutes } from './ticket.ts';
import { transactionRoutes } from './transaction.ts';

/** Every documented route. Those of a loaded spec sheet come on top at run time. */
export const routes: readonly RouteContract[] = Object.freeze([
  ...loginRoutes,
  ...sessionRoutes,
  ...ticketRoutes,
  ...schemaRoutes,
  ...pipelineRoutes,
  ...tableRoutes,
  ...recordRoutes,
  ...transactionRoutes,
  ...queryRoutes,
  ...jobRoutes,
  ...exportRoutes,
  ...blobRoutes,
  ...importRoutes,
  ...specRoutes,
  ...serviceRoutes,
]);
