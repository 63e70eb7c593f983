import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import type { StoredObject } from '@pharus/datajoint';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentDisposition } from './content-disposition.ts';

/** Types of files that browsers show without running anything in them; all others are bytes. */
const types: Readonly<Record<string, string>> = {
  '.avi': 'video/x-msvideo',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.txt': 'text/plain; charset=utf-8',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
};

/** What a file holds. */
export interface FileContent {
  readonly size: number;
  /** Another text when the content is another. */
  readonly version: string;
  /** The bytes from the first to the last, which belongs to them; all where none are named. */
  read(range?: Range): Uint8Array | Promise<Readable>;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Bytes that are here. */
export function contentOf(bytes: Uint8Array): FileContent {
  return {
    size: bytes.length,
    version: createHash('sha256').update(bytes).digest('base64url'),
    read: ({ first, last } = { first: 0, last: bytes.length - 1 }) => bytes.subarray(first, last + 1),
  };
}

/** An object in a store, as it is now. @throws MissingExternalFile, StoreError, UnreadableValueError */
export async function storedContent(object: StoredObject): Promise<FileContent> {
  const { size, version } = await object.verify();
  const known = [object.store, object.path, version].join('\0');
  return {
    size,
    version: createHash('sha256').update(known).digest('base64url'),
    read: (range) => object.stream(range),
  };
}

/**
 * Sends a file to be kept, with an `ETag`, one range of it where one is asked for, and nothing to a client that has it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  content: FileContent,
  name: string,
): Promise<FastifyReply> {
  const { size } = content;
  const tag = `"${content.version.slice(0, 27)}"`;
  reply.headers({ ETag: tag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-cache' });
  if (request.headers['if-none-match']?.split(',').some((known) => [tag, `W/${tag}`, '*'].includes(known.trim()))) {
    return reply.code(304).send();
  }
  reply.header('Content-Disposition', contentDisposition(name));
  reply.type(types[extname(name).toLowerCase()] ?? 'application/octet-stream');
  const isWhole = request.headers['if-range'] !== undefined && request.headers['if-range'] !== tag;
  const range = isWhole ? undefined : rangeOf(request.headers.range, size);
  if (range === 'unsatisfiable') return reply.code(416).header('Content-Range', `bytes */${size}`).send();
  if (range !== undefined) reply.code(206).header('Content-Range', `bytes ${range.first}-${range.last}/${size}`);
  reply.header('Content-Length', range === undefined ? size : range.last - range.first + 1);
  // HEAD asks what there is; nothing is read for it.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  const bytes = await content.read(range);
  return reply.send(bytes instanceof Readable ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** One range; several, and what is none, are passed over, as servers may. */
function rangeOf(header: string | undefined, length: number): Range | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return first > last ? 'unsatisfiable' : { first, last };
}
