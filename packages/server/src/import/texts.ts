import { RequestError } from '../errors/request-error.ts';

/**
 * The text of a body, as it arrives.
 * @throws RequestError INVALID_REQUEST for bytes that are not UTF-8, PAYLOAD_TOO_LARGE beyond so many bytes.
 */
export async function* texts(body: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        throw new RequestError(
          'PAYLOAD_TOO_LARGE',
          'Expected a smaller file, got one beyond PHARUS_IMPORT_LIMIT; send it in parts.',
        );
      }
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RequestError('INVALID_REQUEST', 'Expected a file in UTF-8, got bytes that are not UTF-8.');
  }
}
