import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidBytes, uuidText } from './uuid.ts';

const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('bytes become text and come back from every spelling', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      const text = uuidText(value);
      expect(text).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const plain = text.replaceAll('-', '');
      const spellings = [text, text.toUpperCase(), plain, `{${text}}`, `{${plain}}`, `urn:uuid:${text}`, ` ${text}\n`];
      for (const spelling of spellings) expect(uuidBytes(spelling), spelling).toEqual(value);
    }),
  );
});

test.each([
  '',
  'no uuid',
  '1a166ff6-36f7-11ec-8d3d-0242ac13000',
  '1a166ff6-36f7-11ec-8d3d-0242ac1300033',
  '1a166ff6-36f7-11ec-8d3d-0242ac13000g',
  '{1a166ff6-36f7-11ec-8d3d-0242ac130003',
  "1a166ff6-36f7-11ec-8d3d-0242ac130003' OR 1=1",
])('%j is no uuid', (text) => {
  expect(uuidBytes(text)).toBeUndefined();
});
