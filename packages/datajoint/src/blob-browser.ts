/** As `blob.ts`, for browsers: what inflates and deflates is asynchronous. */

export { pack } from './blob/pack-browser.ts';
export { unpack } from './blob/unpack-browser.ts';
export * from './blob-format.ts';
