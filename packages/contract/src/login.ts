import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';

export const LoginRequest = Type.Object(
  {
    databaseAddress: Type.String({
      description:
        'Where the database is: `host`, `host:port`, `mysql://host:port` or `postgresql://host:port/database`, an IPv6 ' +
        'address in brackets; or `demo`, where the server has one.',
      examples: ['demo', 'db.example.org:3306', 'postgresql://db.example.org:5432/lab'],
    }),
    username: Type.String({ examples: ['demo'] }),
    password: Type.String({ examples: ['demo'] }),
  },
  { title: 'LoginRequest' },
);
export type LoginRequest = Static<typeof LoginRequest>;

export const LoginResponse = Type.Object(
  {
    jwt: Type.String({ description: 'The token; send it as `Authorization: Bearer <token>`.' }),
    id: Type.Optional(Type.String({ description: 'The identity token, after a login with an authorization code.' })),
  },
  { title: 'LoginResponse' },
);
export type LoginResponse = Static<typeof LoginResponse>;

/** What a login answers, with status 200, to an object that lacks keys. */
export const LoginIncomplete = Type.Object(
  { error: Type.Literal('Invalid Request, check headers and/or json body') },
  { title: 'LoginIncomplete' },
);
export type LoginIncomplete = Static<typeof LoginIncomplete>;

const LoginQuery = Type.Object({
  database_host: Type.Optional(Type.String({ description: 'Where the database is; with `code` only.' })),
  code: Type.Optional(Type.String({ description: 'An authorization code of the identity provider (OpenID Connect).' })),
});

export const loginRoutes = [
  {
    operationId: 'login',
    method: 'POST',
    path: '/login',
    kind: 'login',
    isProtected: false,
    tag: 'Access',
    ignoresUnknown: true,
    summary: 'Log in to a database',
    description:
      'Opens the database with the name and password given and, when it takes them, answers a token for the other ' +
      'routes. An object that lacks a key is answered with status 200 and `error`. Any other failure, wrong ' +
      'credentials too, is 500 with a sentence.',
    query: LoginQuery,
    body: LoginRequest,
    responses: {
      200: {
        description: 'A token; or, for an object that lacks keys, an error.',
        mediaType: 'application/json',
        schema: Type.Union([LoginResponse, LoginIncomplete]),
      },
    },
  },
] as const satisfies readonly RouteContract[];
