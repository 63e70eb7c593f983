import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';

export const VersionResponse = Type.Object({ version: Type.String() }, { title: 'VersionResponse' });
export type VersionResponse = Static<typeof VersionResponse>;

export const HealthResponse = Type.Object(
  { status: Type.Union([Type.Literal('ok'), Type.Literal('stopping')]) },
  { title: 'HealthResponse' },
);
export type HealthResponse = Static<typeof HealthResponse>;

const service = { kind: 'read', isProtected: false, tag: 'Service', method: 'GET' } as const;

export const serviceRoutes = [
  {
    ...service,
    operationId: 'version',
    ignoresUnknown: true,
    path: '/version',
    summary: 'Version of the server',
    description: 'Needs no token and opens no database.',
    responses: { 200: { description: 'The version.', mediaType: 'application/json', schema: VersionResponse } },
  },
  {
    ...service,
    operationId: 'live',
    path: '/livez',
    summary: 'Is the process alive?',
    description: 'Answers as long as the process can answer at all. Opens no database.',
    responses: { 200: { description: 'It is.', mediaType: 'application/json', schema: HealthResponse } },
  },
  {
    ...service,
    operationId: 'ready',
    path: '/readyz',
    summary: 'Does the server take requests?',
    description: 'Answers 503 from the moment the server was told to stop. Opens no database.',
    responses: {
      200: { description: 'It does.', mediaType: 'application/json', schema: HealthResponse },
      503: { description: 'It is stopping.', mediaType: 'application/json', schema: HealthResponse },
    },
  },
  {
    ...service,
    operationId: 'metrics',
    path: '/metrics',
    summary: 'Measurements for Prometheus',
    description:
      'Requests by route and status, database sessions, written rows and the process, in the text format of Prometheus. Opens no database; names nothing of any user.',
    responses: { 200: { description: 'The measurements.', mediaType: 'text/plain', schema: Type.String() } },
  },
  {
    ...service,
    operationId: 'openapi',
    path: '/openapi.json',
    summary: 'This description',
    description: 'The OpenAPI 3.1 document of all routes.',
    responses: {
      200: {
        description: 'The document.',
        mediaType: 'application/json',
        schema: Type.Object({}, { additionalProperties: true }),
      },
    },
  },
  {
    ...service,
    operationId: 'docs',
    path: '/docs',
    summary: 'This description as an interactive page',
    description: 'Works without any other network.',
    responses: { 200: { description: 'The page.', mediaType: 'text/html', schema: Type.String() } },
  },
] as const satisfies readonly RouteContract[];
