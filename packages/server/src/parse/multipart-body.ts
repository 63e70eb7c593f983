import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { Attachment, didYouMean } from '@pharus/datajoint';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { isJsonObject, type JsonValue } from './json.ts';
import { readJsonBody } from './json-body.ts';

export interface MultipartLimits {
  /** Bytes of the JSON. */
  readonly body: number;
  /** Bytes of the whole request. */
  readonly upload: number;
}

const jsonPart = 'body';
const mostFiles = 1000;

/**
 * Reads a body of `multipart/form-data`: a part `body` with the JSON that could be sent alone, and files, to which
 * `{"$type": "file", "part": "name"}` in the JSON refers. Answers the JSON with the files in these places.
 * @throws RequestError INVALID_REQUEST, PAYLOAD_TOO_LARGE
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export async function readMultipartBody(request: IncomingMessage, limits: MultipartLimits): Promise<JsonValue> {
  if (Number(request.headers['content-length'] ?? 0) > limits.upload) throw tooLarge();
  let json: Buffer | undefined;
  const files = new Map<string, Attachment>();
  await eachPart(request, limits, (name, fileName, content) => {
    if (files.has(name) || (name === jsonPart && json !== undefined)) {
      throw malformed(`the part ${JSON.stringify(name.slice(0, 80))} comes twice`);
    }
    if (name === jsonPart) {
      if (content.length > limits.body) throw tooLarge();
      json = content;
    } else {
      files.set(name, fileOf(name, fileName, content));
    }
  });
  if (json === undefined) throw malformed(`there is no part "${jsonPart}" with the JSON of the request`);
  const used = new Set<string>();
  const body = placed(readJsonBody(json) ?? null, files, used);
  const idle = [...files.keys()].find((name) => !used.has(name));
  if (idle === undefined) return body;
  throw malformed(
    `no record refers to the file in the part ${JSON.stringify(idle.slice(0, 80))}; put {"$type": "file", "part": ...} in its place`,
  );
}

type TakePart = (name: string, fileName: string | undefined, content: Buffer) => void;

/** Hands over each part when it is complete. */
async function eachPart(request: IncomingMessage, limits: MultipartLimits, take: TakePart): Promise<void> {
  const parser = parserOf(request);
  const parts: Promise<void>[] = [];
  let fault: unknown;
  const fail = (error: unknown): void => {
    fault ??= error;
    parser.destroy(error as Error);
  };
  parser.on('file', (name, file, fileName) => {
    parts.push(
      collected(file)
        .then((content) => take(name, fileName, content))
        .catch(fail),
    );
  });
  parser.on('filesLimit', () => fail(malformed(`there are more than ${mostFiles} files`)));
  try {
    await pipeline(request, limited(limits.upload), parser);
    await Promise.all(parts);
  } catch (error) {
    fault ??= error;
  }
  if (fault === undefined) return;
  if (fault instanceof RequestError) throw fault;
  throw new RequestError(
    'INVALID_REQUEST',
    'Expected a whole multipart/form-data body, got one that is malformed or breaks off.',
    {
      cause: fault,
    },
  );
}

function parserOf({ headers }: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      limits: { files: mostFiles, headerPairs: 20 },
      // JSON, too: what is no file is decoded, and its faults with it.
      isPartAFile: () => true,
    });
  } catch (cause) {
    throw new RequestError('INVALID_REQUEST', 'Expected multipart/form-data with its boundary, got none.', { cause });
  }
}

/** Passes on no more than so many bytes. */
function limited(most: number) {
  return async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > most) throw tooLarge();
      yield chunk;
    }
  };
}

async function collected(file: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function fileOf(part: string, fileName: string | undefined, content: Uint8Array): Attachment {
  try {
    return new Attachment(fileName || part, content);
  } catch (cause) {
    throw malformed(`the part ${JSON.stringify(part.slice(0, 80))} has no name that a file can have`, cause);
  }
}

/** JSON with the files it refers to in their places. */
function placed(json: JsonValue, files: ReadonlyMap<string, Attachment>, used: Set<string>): JsonValue {
  if (Array.isArray(json)) return json.map((item) => placed(item, files, used));
  if (!isJsonObject(json)) return json;
  if (json.$type !== 'file') {
    for (const [name, item] of Object.entries(json)) json[name] = placed(item, files, used);
    return json;
  }
  const name = String(json.part ?? '');
  const file = files.get(name);
  if (file === undefined) {
    const hint = didYouMean(name, [...files.keys()]);
    throw malformed(
      `the JSON refers to a file in the part ${JSON.stringify(name.slice(0, 80))}, which is not there.${hint}`,
    );
  }
  used.add(name);
  return file as unknown as JsonValue;
}

function malformed(problem: string, cause?: unknown): RequestError {
  const sentence = `Expected multipart/form-data with JSON and the files it refers to: ${problem}`;
  return new RequestError('INVALID_REQUEST', /[.?]$/.test(sentence) ? sentence : `${sentence}.`, { cause });
}

function tooLarge(): RequestError {
  return new RequestError(
    'PAYLOAD_TOO_LARGE',
    'Expected smaller files, got more than PHARUS_UPLOAD_LIMIT (or JSON beyond PHARUS_BODY_LIMIT); send them one by one.',
  );
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route takes files beside its JSON, as `multipart/form-data`. */
    takesFiles?: boolean;
  }
}

/** Lets routes that take files read them; elsewhere such bodies are refused as all are that are no JSON. */
export function takeFiles(app: FastifyInstance, limits: MultipartLimits): void {
  app.addContentTypeParser('multipart/form-data', async (request: FastifyRequest, body: IncomingMessage) => {
    if (request.routeOptions.config.takesFiles === true) return await readMultipartBody(body, limits);
    throw new RequestError('UNSUPPORTED_MEDIA_TYPE', 'Expected a body of type application/json: no files belong here.');
  });
}
