import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Attachment } from '@pharus/datajoint';
import { expect, test } from 'vitest';
import { readMultipartBody } from './multipart-body.ts';

const limits = { body: 2000, upload: 10_000 };

interface Part {
  readonly name: string;
  readonly content: string;
  readonly file?: string;
}

function form(parts: readonly Part[], end = '--x--\r\n'): string {
  return parts
    .map(({ name, content, file }) => {
      const fileName = file === undefined ? '' : `; filename="${file}"`;
      return `--x\r\nContent-Disposition: form-data; name="${name}"${fileName}\r\n\r\n${content}\r\n`;
    })
    .join('')
    .concat(end);
}

async function read(body: string | Buffer, type = 'multipart/form-data; boundary=x'): Promise<unknown> {
  const request = new IncomingMessage(new Socket());
  request.headers = { 'content-type': type };
  request.push(body);
  request.push(null);
  return await readMultipartBody(request, limits);
}

const refers = (part: string): string => `{"records":[{"id":1,"trace":{"$type":"file","part":"${part}"}}]}`;

test('files stand in the JSON where it refers to them', async () => {
  const parts = [
    { name: 'f', content: 'abc', file: 'größe.npy' },
    { name: 'body', content: refers('f') },
  ];
  expect(await read(form(parts))).toEqual({
    records: [{ id: 1, trace: new Attachment('größe.npy', Buffer.from('abc')) }],
  });
  const unnamed = [
    { name: 'body', content: refers('f') },
    { name: 'f', content: '' },
  ];
  expect(await read(form(unnamed))).toMatchObject({ records: [{ trace: new Attachment('f', Buffer.alloc(0)) }] });
  const outside = [
    { name: 'body', content: refers('f') },
    { name: 'f', content: '', file: '../../etc/passwd' },
  ];
  expect(await read(form(outside))).toMatchObject({ records: [{ trace: { name: 'passwd' } }] });
});

const body = { name: 'body', content: refers('trace') };
const trace = { name: 'trace', content: 'abc', file: 'a.npy' };

test.each([
  ['no JSON', form([trace]), /there is no part "body"/],
  [
    'another name',
    form([body, { ...trace, name: 'tracy' }]),
    /in the part "trace", which is not there\. Did you mean "tracy"\?/,
  ],
  [
    'a file too many',
    form([body, trace, { ...trace, name: 'other' }]),
    /no record refers to the file in the part "other"/,
  ],
  ['a part twice', form([body, trace, trace]), /the part "trace" comes twice/],
  ['the JSON twice', form([body, body, trace]), /the part "body" comes twice/],
  [
    'no JSON in the JSON',
    form([{ ...body, content: '{"a":' }]),
    /Expected a JSON body, got text that is not valid JSON/,
  ],
  ['bytes for JSON', Buffer.from(form([{ ...body, content: '\xff' }]), 'latin1'), /bytes that are not UTF-8/],
  ['a name that no file has', form([body, { name: '..', content: 'abc' }]), /no name that a file can have/],
  ['an end too early', form([body, trace], ''), /malformed or breaks off/],
  ['nothing', '', /malformed or breaks off|no part "body"/],
  ['too much', form([body, { ...trace, content: 'y'.repeat(11_000) }]), /beyond|more than PHARUS_UPLOAD_LIMIT/],
  ['too much JSON', form([{ ...body, content: `"${'y'.repeat(3000)}"` }]), /PHARUS_BODY_LIMIT/],
])('%s is refused', async (_what, content, sentence) => {
  await expect(read(content)).rejects.toThrow(sentence);
});

test('a form without its boundary is refused', async () => {
  await expect(read('', 'multipart/form-data')).rejects.toThrow(/with its boundary/);
});
