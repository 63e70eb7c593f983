import { answers, type Change, type Changes, changesJson, each, prints, records, refuses } from './change.ts';
import type { ExactJson } from './exact-json.ts';

/** The row of float extremes is on every page of that table. */
const floatPages = [
  '078-record-golden-types-Floats',
  '522-after-insert-bool-in-float',
  '524-after-insert-float-nan-raw',
  '526-after-insert-float-nan-string',
  '529-after-insert-decimal-rounding',
  '531-after-insert-decimal-string',
];

/** The rows that the recorded server had refused. */
const withOffsetRows: Change = changesJson((body) => {
  const page = body as { recordHeader: string[]; records: ExactJson[][] };
  const row = (id: number, dtm: number): ExactJson[] =>
    page.recordHeader.map((name) => {
      if (name === 'id') return `number ${id}`;
      if (name === 'dtm') return `number ${dtm}`;
      if (name === 'd_def') return 'number 1582934400';
      return name.endsWith('_now') ? 'now' : null;
    });
  const rows = [...page.records, row(56, 1_609_556_645), row(57, 1_609_549_445)];
  return { ...page, records: rows, totalCount: `number ${rows.length}` };
});

const inserted = answers({ response: 'Insert Successful' });

/** What values look like, and which are accepted. */
export const dataDifferences: Readonly<Record<string, Changes>> = {
  'null-floats': each(prints(['f', 'fu', 'd', 'w'], 'nan', null), [
    ...floatPages,
    '133-record-golden-types-MultiKey',
    '373-record-query-order-k2-20DESC',
    '374-record-query-order-k2-20DESC-k1-20ASC',
    '375-record-query-order-v-20desc',
    '377-record-query-order-KEY',
    '379-record-query-order',
    '386-record-query-foo-bar',
    '387-record-query-cascade-true',
    '395-restr-int-ne',
    '398-restr-int',
    '403-restr-null-eq',
    '411-restr-empty-list',
    '494-after-insert-different-order-fields',
    '601-after-patch-null-to-default',
  ]),

  'exact-floats': each(prints(['f'], 'number 14013e-49', 'number 1e-45'), floatPages),

  'decimals-with-scale': each(prints(['dec3010'], '1E-10', '0.0000000001'), floatPages),

  'exact-microseconds': each(prints(['dtm6'], 'number 253402300800', 'number 253402300799.999999'), [
    '451-restr-time',
    '546-after-insert-dates',
    '548-after-insert-date-number',
    '551-after-insert-date-empty',
    '553-after-insert-date-zero',
    '607-after-patch-datetime',
  ]),

  'large-integers': {
    '073-record-golden-types-IntsHuge': answers(
      '{"recordHeader":["id","biu_nn"],"records":[[1,18446744073709551615]],"totalCount":1}',
    ),
  },

  'fractions-of-time': {
    '093-record-golden-types-TimeFrac': records(['id', 't6'], [1, 84605.123456], [2, -0.5]),
  },

  'zero-dates': {
    '253-record-golden-plain-Plain': records(
      ['id', 'zd', 'txt', 'bin', 's', 'bt', 'en', 'geo', 'tsx', 'gen', 'num', 'r', 'vb'],
      [1, '0000-00-00', 'text', '=BLOB=', 'a,b', '=BLOB=', 'x', '=BLOB=', 1577836800, 2, '1.5', 2.5, '=BLOB='],
    ),
    '258-record-golden-plain-ZeroD': records(['id', 'd'], [1, '0000-00-00'], [2, '2020-00-00']),
    '263-record-golden-plain-ZeroDt': records(['id', 'dt'], [1, '0000-00-00 00:00:00']),
  },

  'bytes-and-geometry': {
    '273-record-golden-plain-AscBin': records(
      ['id', 'bin', 's', 'txt', 'r', 'num', 'gen'],
      [1, '=BLOB=', 'a,b', 'text', 2.5, '1.5', 2],
    ),
    '278-record-golden-plain-Geo': records(['id', 'g'], [1, '=BLOB=']),
  },

  'offsets-of-time-zones': {
    '555-write-insert-datetime-with-Z': inserted,
    '556-write-insert-datetime-with-offset': inserted,
    '607-after-patch-datetime': withOffsetRows,
  },

  'no-files-of-the-server': {
    '569-write-insert-attach-path': refuses,
    '570-after-insert-attach-path': records(['id', 'att'], [1, '=BLOB='], [2, '=BLOB=']),
  },

  'json-values': { '572-write-insert-json': inserted },
};
