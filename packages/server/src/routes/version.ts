import type { VersionResponse } from '@pharus/contract';
import { version } from '../version.ts';
import type { RouteFamily } from './route-family.ts';

/** `GET /version` */
export const versionRoutes: RouteFamily = () => async (app) => {
  const answer: VersionResponse = Object.freeze({ version });
  app.get('/version', async () => answer);
};
