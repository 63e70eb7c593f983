import type { NeighbourOptions } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { first, type Query } from './record-query.ts';

const deepest = 16;
const directions = { up: ['up'], down: ['down'], both: ['up', 'down'] } as const;

/**
 * Which neighbours a request is about; undefined for the documented question, what depends on a table.
 * @throws RequestError INVALID_REQUEST
 */
export function parseNeighbours(query: Query): Omit<NeighbourOptions, 'signal'> | undefined {
  const depth = first(query, 'depth');
  const direction = first(query, 'direction');
  const constraint = first(query, 'foreignKey');
  if (depth === undefined && direction === undefined && constraint === undefined) return undefined;
  return { depth: readDepth(depth ?? '1'), directions: readDirection(direction ?? 'down'), constraint };
}

function readDepth(text: string): number {
  const depth = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (depth >= 1 && depth <= deepest) return depth;
  throw refused(`"depth" has to be a whole number from 1 to ${deepest}`, text);
}

function readDirection(text: string): NeighbourOptions['directions'] {
  if (Object.hasOwn(directions, text)) return directions[text as keyof typeof directions];
  throw refused('"direction" has to be up, down or both', text);
}

function refused(expected: string, got: string): RequestError {
  return new RequestError('INVALID_REQUEST', `Parameter ${expected}; got ${JSON.stringify(got.slice(0, 40))}.`);
}
