import Type, { type Static } from 'typebox';
import type { RouteContract } from './route.ts';

export const SpecResponse = Type.Object(
  {},
  { title: 'SpecResponse', additionalProperties: true, description: "The sheet's `SciViz` object." },
);
export type SpecResponse = Static<typeof SpecResponse>;

export const specRoutes = [
  {
    operationId: 'spec',
    method: 'GET',
    path: '/spec',
    kind: 'read',
    isProtected: true,
    tag: 'Spec sheet',
    ignoresUnknown: true,
    summary: 'The loaded spec sheet',
    description: 'The `SciViz` object of the sheet with its variables filled in and its secrets masked.',
    responses: { 200: { description: 'The sheet.', mediaType: 'application/json', schema: SpecResponse } },
  },
] as const satisfies readonly RouteContract[];
