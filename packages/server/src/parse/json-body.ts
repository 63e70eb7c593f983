import type { FastifyInstance } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { type JsonValue, parseJson } from './json.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the bytes of a JSON body; `undefined` when there are none, as in a DELETE that announces JSON all the same.
 *
 * @throws RequestError INVALID_REQUEST
 */
export function readJsonBody(bytes: Uint8Array): JsonValue | undefined {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new RequestError('INVALID_REQUEST', 'Expected a JSON body in UTF-8, got bytes that are not UTF-8.');
  }
  try {
    return parseJson(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it cannot be read';
    throw new RequestError('INVALID_REQUEST', `Expected a JSON body, got text that is not valid JSON: ${reason}.`);
  }
}

/** Makes {@link readJsonBody} the only reader of bodies, but for routes that take files; bodies of other types are refused. */
export function takeJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    // Whatever it is, a delete takes none, and says so.
    if (request.method === 'DELETE') return done(null, body);
    const type = request.headers['content-type'];
    const got = type === undefined ? 'no type' : `type ${JSON.stringify(type.slice(0, 60))}`;
    done(
      new RequestError(
        'UNSUPPORTED_MEDIA_TYPE',
        `Expected a body with the header "Content-Type: application/json", got one of ${got}.`,
      ),
    );
  });
}
