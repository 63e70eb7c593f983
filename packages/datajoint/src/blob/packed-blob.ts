/** A blob as it is stored, to be inserted without being unpacked and packed again. */
export class PackedBlob {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
