import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { md5 } from '../../packages/datajoint/src/store/hash.ts';
import { legacyPath } from '../../packages/datajoint/src/store/legacy-objects.ts';
import { readStoreSettings } from '../../packages/datajoint/src/store/store-settings.ts';
import { Stores } from '../../packages/datajoint/src/store/stores.ts';
import { shared } from '../support/shared.ts';

/** What the Python library 0.14 recorded of a store. */
const recorded = JSON.parse(readFileSync(shared('golden/external_jobs_v014.json'), 'utf8')) as {
  '~external_local_raw_rows': { hash: string; attachment_name: string | null; filepath: string | null }[];
  store_files: string[];
  uuid_from_buffer: { hex: string; init: string; uuid: string }[];
};

test('content is named as it was recorded', () => {
  for (const { hex, init, uuid } of recorded.uuid_from_buffer) {
    expect(md5(init, Buffer.from(hex, 'hex')).toString('hex')).toBe(uuid.replaceAll('-', ''));
  }
});

test('the objects of the tracking table are where they were recorded', () => {
  const settings = [readStoreSettings('local', { protocol: 'file', location: 'store' }, 'legacy')];
  const place = new Stores({ settings }).get('local', 'legacy');
  const paths = recorded['~external_local_raw_rows'].map(({ hash, attachment_name, filepath }) => {
    return filepath ?? legacyPath('gold_lab', hash, place, attachment_name === null ? '' : `.${attachment_name}`);
  });
  expect(paths.sort()).toEqual([...recorded.store_files].sort());
});
