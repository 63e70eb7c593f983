/**
 * DataJoint's blob format: values of Python, numpy and MATLAB, read and written.
 *
 * `@pharus/datajoint/blob` needs nothing else and runs in browsers, where `unpack` and `pack` give promises.
 */

export { pack } from './blob/pack.ts';
export { unpack } from './blob/unpack.ts';
export * from './blob-format.ts';
