/** Rows of all sorts for the recorded restrictions to choose from. */
export function seed(prefix: string): string {
  return [
    "INSERT INTO `#species` (species) VALUES ('mouse'), ('rat')",
    "INSERT INTO `user` VALUES ('alice'), ('bob'), ('eve')",
    String.raw`INSERT INTO subject VALUES
      (0, 'mouse', 'M', '2018-01-01', 0.5, '', '2020-01-01 00:00:00'),
      (1, 'mouse', 'M', '2020-01-02', NULL, 'it''s', '2020-01-02 03:04:05'),
      (2, 'mouse', 'F', '2020-01-01', 1.50, 'say "hi"', '2020-01-02 03:04:06'),
      (3, 'rat', 'U', '2019-05-05', 2.50, '100%', '2020-02-02 03:04:05'),
      (4, 'mouse', 'M', '2020-01-03', NULL, 'back\\slash', '2020-03-02 03:04:05'),
      (5, 'rat', 'F', '2017-12-31', 1.50, 'ab', '2020-01-02 03:04:05'),
      (6, 'rat', 'M', '2021-06-01', 10.00, '[1, 2]', '2021-01-02 03:04:05'),
      (7, 'mouse', 'F', '2016-02-29', 99.99, 'A long one', '2022-01-02 03:04:05')`,
    `INSERT INTO session VALUES (1, 1, 'alice', 'bob', '2021-01-01'), (1, 2, NULL, 'bob', '2021-01-02'),
      (2, 1, NULL, 'alice', '2021-01-01'), (3, 2, 'eve', 'eve', '2021-01-05')`,
    "INSERT INTO session__trial (subject_id, session, trial, outcome) VALUES (1, 1, 0, 'hit'), (1, 1, 1, 'hit'), (3, 2, 0, 'hit')",
    "INSERT INTO only_uuid VALUES (X'12345678123456789abcdef012345678'), (X'aaaaaaaa123456789abcdef012345678')",
    ...(prefix === 'gold2' ? ['INSERT INTO singleton (param) VALUES (1.5)'] : legacyTypes),
  ].join(';\n');
}

const legacyTypes = [
  { bool: 1, word: "'b'", json: 'NULL' },
  { bool: 0, word: "'a'", json: `'{"b": {"c": 5}}'` },
  { bool: 1, word: "'c''d'", json: `'{"b": [{"c": 5}]}'` },
].map(
  ({ bool, word, json }) =>
    `INSERT INTO all_types (a_tinyint, a_mediumint, a_integer, a_bigint, a_bigintu, a_double, a_decimal, a_numeric, a_char,
      a_bool, a_boolean, a_datetime, a_blob, a_mediumblob, a_tinyblob, a_uuid, a_attach, a_enum, a_json)
      VALUES (1, 2, 3, -9223372036854775808, 18446744073709551615, 1e-300, 3.141, 12, 'ab', ${bool}, 0,
      '2020-01-02 03:04:05', X'6d596d00', X'00', X'00', X'00000000000000000000000000000005', X'6100', ${word}, ${json})`,
);
