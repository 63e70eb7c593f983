import type { TicketResponse } from '@pharus/contract';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonValue } from '../parse/json.ts';
import { withTicket } from '../parse/ticket-path.ts';
import type { RouteFamily } from './route-family.ts';

/** `POST /ticket` */
export const ticketRoutes: RouteFamily =
  ({ authenticate, tickets }) =>
  async (app) => {
    app.post('/ticket', async (request): Promise<TicketResponse> => {
      const credentials = await authenticate(request);
      const path = pathIn(request.body as JsonValue | undefined);
      return { url: withTicket(path, await tickets.issue(credentials, path)) };
    });
  };

const longest = 8192;

/** As browsers write it. */
function pathIn(body: JsonValue | undefined): string {
  const { path, ...further } = isJsonObject(body) ? body : {};
  const isPath = typeof path === 'string' && /^\/(?!\/)[^#\\]*$/.test(path) && path.length <= longest;
  if (!isPath || Object.keys(further).length > 0) {
    throw new RequestError(
      'INVALID_REQUEST',
      'Expected {"path": "/schema/..."} with the path of a GET route below the prefix and its parameters, of at most ' +
        `${longest} characters; got something else.`,
    );
  }
  const { pathname, search } = new URL(path, 'http://localhost');
  return pathname + search;
}
