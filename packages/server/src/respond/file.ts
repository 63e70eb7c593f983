import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentDisposition } from './content-disposition.ts';

/** Types of files that browsers show without running anything in them; all others are bytes. */
const types: Readonly<Record<string, string>> = {
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
};

/**
 * Sends bytes as a file to be kept, with an `ETag`, one range of them where one is asked for, and nothing to a client that
 * has them. @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export function sendFile(request: FastifyRequest, reply: FastifyReply, bytes: Uint8Array, name: string): FastifyReply {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  reply.headers({ ETag: tag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-cache' });
  if (request.headers['if-none-match']?.split(',').some((known) => [tag, `W/${tag}`, '*'].includes(known.trim()))) {
    return reply.code(304).send();
  }
  reply.header('Content-Disposition', contentDisposition(name));
  reply.type(types[extname(name).toLowerCase()] ?? 'application/octet-stream');
  const isWhole = request.headers['if-range'] !== undefined && request.headers['if-range'] !== tag;
  const range = isWhole ? undefined : rangeOf(request.headers.range, bytes.length);
  if (range === undefined) return reply.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (range === 'unsatisfiable') return reply.code(416).header('Content-Range', `bytes */${bytes.length}`).send();
  const [first, last] = range;
  reply.code(206).header('Content-Range', `bytes ${first}-${last}/${bytes.length}`);
  return reply.send(Buffer.from(bytes.subarray(first, last + 1)));
}

/** One range; several, and what is none, are passed over, as servers may. */
function rangeOf(header: string | undefined, length: number): readonly [number, number] | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return first > last ? 'unsatisfiable' : [first, last];
}
