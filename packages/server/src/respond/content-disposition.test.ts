import { expect, test } from 'vitest';
import { contentDisposition } from './content-disposition.ts';

test.each([
  ['lab.Session.csv', 'attachment; filename="lab.Session.csv"'],
  ['a "b".csv', `attachment; filename="a _b_.csv"; filename*=UTF-8''a%20%22b%22.csv`],
  ['größe.csv', `attachment; filename="gr__e.csv"; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv`],
  ["it's.csv", `attachment; filename="it's.csv"`],
  ['../../etc/passwd', 'attachment; filename="__.._etc_passwd"'],
  ['x\r\nSet-Cookie: a', 'attachment; filename="x__Set-Cookie: a"'],
  ['50%.csv', `attachment; filename="50_.csv"; filename*=UTF-8''50%25.csv`],
  ['\ud800.csv', `attachment; filename="_.csv"; filename*=UTF-8''%EF%BF%BD.csv`],
])('%j is sent as %s', (name, header) => {
  expect(contentDisposition(name)).toBe(header);
});
