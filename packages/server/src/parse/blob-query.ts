import type { AxisRange } from '@pharus/datajoint/blob';
import { RequestError } from '../errors/request-error.ts';
import { first, type Query } from './record-query.ts';
import { type ParsedRestriction, parseRestriction } from './restriction.ts';

/** What of a blob is asked for. */
export interface BlobRequest {
  readonly key: ParsedRestriction;
  readonly isDescription: boolean;
  readonly path: readonly string[];
  readonly slice: readonly (number | AxisRange)[] | undefined;
  readonly reduce: { readonly by: 'mean' | 'minmax'; readonly places: number } | undefined;
  readonly format: 'json' | 'npy' | 'png' | 'raw' | undefined;
}

/**
 * Reads the parameters of a blob.
 * @throws RequestError INVALID_REQUEST, INVALID_RESTRICTION
 */
export function parseBlobQuery(query: Query): BlobRequest {
  const key = first(query, 'key');
  if (key === undefined) {
    throw new RequestError(
      'INVALID_REQUEST',
      'Expected the parameter "key", a restriction that one record meets; got none.',
    );
  }
  const format = first(query, 'format')?.toLowerCase();
  if (format !== undefined && format !== 'json' && format !== 'npy' && format !== 'png' && format !== 'raw') {
    throw refused('format', 'one of json, npy, png, raw', format);
  }
  const path = first(query, 'path') ?? '';
  return {
    key: parseRestriction(key),
    isDescription: /^(?:1|true)$/i.test(first(query, 'describe') ?? ''),
    path: path === '' ? [] : path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
    slice: parseSlice(first(query, 'slice')),
    reduce: parseReduce(first(query, 'reduce')),
    format,
  };
}

/** Axes that numpy allows. */
const mostAxes = 64;

function parseSlice(text: string | undefined): BlobRequest['slice'] {
  if (text === undefined) return undefined;
  const axes = text.split(',');
  if (axes.length > mostAxes) throw refused('slice', `at most ${mostAxes} axes`, text);
  return axes.map((axis) => {
    const parts = axis.trim().split(':');
    const isValid = parts.length <= 3 && parts.every((part) => /^(?:-?\d{1,15})?$/.test(part.trim()));
    if (!isValid || (parts.length === 1 && parts[0] === ''))
      throw refused('slice', 'ranges such as 0:96,30000:40000', text);
    const [start, stop, step] = parts.map((part) => (part.trim() === '' ? undefined : Number(part)));
    return parts.length === 1 ? Number(start) : { start, stop, step };
  });
}

/** More places than any screen has. */
const mostPlaces = 100_000;

function parseReduce(text: string | undefined): BlobRequest['reduce'] {
  if (text === undefined) return undefined;
  const [, by, digits] = /^(mean|minmax):(\d{1,6})$/.exec(text) ?? [];
  const places = Number(digits);
  if (by === undefined || !(places >= 1 && places <= mostPlaces)) {
    throw refused('reduce', `mean:N or minmax:N, N from 1 to ${mostPlaces}`, text);
  }
  return { by: by as 'mean' | 'minmax', places };
}

function refused(name: string, expected: string, got: string): RequestError {
  return new RequestError(
    'INVALID_REQUEST',
    `Parameter "${name}" has to be ${expected}; got ${JSON.stringify(got.slice(0, 60))}.`,
  );
}
