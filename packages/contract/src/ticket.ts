import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';

export const TicketRequest = Type.Object(
  {
    path: Type.String({
      description: 'The path of a GET route, below the prefix, with its parameters: what a browser is to download.',
      examples: ['/schema/lab/table/Session/export?format=csv'],
    }),
  },
  { title: 'TicketRequest', additionalProperties: false },
);
export type TicketRequest = Static<typeof TicketRequest>;

export const TicketResponse = Type.Object(
  { url: Type.String({ description: 'The same path with a ticket in it.' }) },
  { title: 'TicketResponse' },
);
export type TicketResponse = Static<typeof TicketResponse>;

export const ticketRoutes = [
  {
    operationId: 'ticket',
    method: 'POST',
    path: '/ticket',
    kind: 'read',
    isProtected: true,
    tag: 'Access',
    summary: 'An address for one download without a token',
    description:
      'A link of a browser carries no token. The address answered is good for this path alone, once, for 30 seconds, and ' +
      'opens it as the one who asked for it. What it holds is encrypted for the server.',
    body: TicketRequest,
    responses: { 200: { description: 'The address.', mediaType: 'application/json', schema: TicketResponse } },
  },
] as const satisfies readonly RouteContract[];
