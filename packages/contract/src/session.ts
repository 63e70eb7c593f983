import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';

export const SessionResponse = Type.Object(
  {
    user: Type.Optional(Type.String({ description: 'Whose token it is; only with a token.' })),
    host: Type.Optional(Type.String({ description: 'The address of the database it is for; only with a token.' })),
    expires: Type.Optional(
      Type.Integer({ description: 'The second since 1970 from which on the token is no good; only with a token.' }),
    ),
    hosts: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'The databases that one can log in to, as `databaseAddress` names them; null for any.',
    }),
    demo: Type.Boolean({ description: 'Whether the server has a demo, which is the database `demo`.' }),
    features: Type.Array(Type.String(), {
      description: 'What the server can do: the operations of its routes, by their `operationId`.',
    }),
  },
  { title: 'SessionResponse' },
);
export type SessionResponse = Static<typeof SessionResponse>;

export const sessionRoutes = [
  {
    operationId: 'session',
    method: 'GET',
    path: '/session',
    kind: 'read',
    isProtected: false,
    tag: 'Access',
    summary: 'Who is logged in, and what the server offers',
    description:
      'Without a token what anybody may know; with one also whose it is and when it ends. A token that is no good is ' +
      'refused as everywhere. Opens no database.',
    responses: { 200: { description: 'The session.', mediaType: 'application/json', schema: SessionResponse } },
  },
] as const satisfies readonly RouteContract[];
