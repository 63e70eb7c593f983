/** A blob that cannot be read: truncated, hostile, larger than it may be, or no blob at all. */
export class BlobError extends Error {
  /** Where in the blob, in bytes from its start; of a compressed blob, in its inflated content. */
  readonly offset: number;

  constructor(message: string, offset: number, options?: ErrorOptions) {
    super(`${message} (at byte ${offset}).`, options);
    this.name = 'BlobError';
    this.offset = offset;
  }
}
