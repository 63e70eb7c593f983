import { answers, type Changes, each, records, refuses } from './change.ts';

const strings = ['id', 'c', 'v', 'v_empty', 'v_def', 'e', 'e_nn'];

/** What restrictions and orders mean. */
export const restrictionDifferences: Readonly<Record<string, Changes>> = {
  'nothing-becomes-sql': {
    '385-record-query-order-RAND': refuses,
    '429-restr-value-sql-injection-or': records(strings),
    '430-restr-operation-injection': refuses,
    '461-restr-quoted-key': records(['subject', 'dob', 'sex']),
  },

  'any-name-and-text': {
    '391-restriction-reserved-word': records(['order', 'select', 'group'], [1, 'a', 3]),
    '435-restr-value-unicode-digits-isnumeric': records(strings),
    '438-restr-enum-quote': records(strings, ['quote', "a'b", `say "hi" & <b>\\x</b> 'q'`, '', "it's", "e'f", 'b']),
  },

  'more-operations': { '409-restr-like-nospace': records(strings) },

  'malformed-restrictions': each(refuses, ['407-restr-null-LIKE-op', '443-restr-uuid-short']),

  'spellings-of-uuids': {
    '441-restr-uuid-all-digits': records(
      ['u', 'u2', 'label'],
      ['12345678-1234-1234-1234-123456789012', '12345678-1234-1234-1234-123456789012', 'digits'],
    ),
  },

  'floats-compared': {
    '453-restr-float-eq': answers(
      '{"recordHeader":["id","f","fu","d","f_nn","d_nn","dec52","dec3010","dec","decu","dec_nn"],' +
        '"records":[[1,0.1,3.4,0.1,16777200,1e308,"-999.99","12345678901234567890.0123456789","42","1.500","3.10"]],' +
        '"totalCount":1}',
    ),
  },

  'ties-in-an-order': {
    '459-restr-page-and-order': answers({
      recordHeader: ['k1', 'k2', 'k3', 'v', 'w', 'note'],
      records: [[1, 'a', 1577923200, 2, 2, 'y']],
      totalCount: 4,
    }),
  },

  'url-safe-base64': { '467-restr-urlsafe-base64': records(strings) },
};
