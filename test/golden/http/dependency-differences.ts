import { answers, type Change, type Changes } from './change.ts';

/** Each entry as `schema.table count`. */
function dependencies(...entries: readonly string[]): Change {
  const parsed = entries.map((entry) => {
    const [, schema, table, count] = /^([^.]+)\.(\S+) (\d+)$/.exec(entry) ?? [];
    return { schema, table, accessible: true, count: Number(count) };
  });
  return answers({ dependencies: parsed });
}

const subject = dependencies(
  'golden_tiers.subject 3',
  'golden_tiers.session 3',
  'golden_tiers.subject__alias 3',
  'golden_tiers.subject__long_part_name 2',
  'golden_tiers._recording 3',
  'golden_tiers._recording__channel 2',
  'golden_tiers.__analysis 6',
);
const sessionType = dependencies(
  'golden_tiers.#session_type 3',
  'golden_tiers.session 3',
  'golden_tiers._recording 3',
  'golden_tiers._recording__channel 2',
  'golden_tiers.__analysis 6',
);
const room = dependencies('golden_fk.#room 3', 'golden_fk.locker 2', 'golden_fk.pet 1');
const org = dependencies('golden_fk.org 4', 'golden_fk.org_tree 3');
const person = [
  'golden_fk.person 5',
  'golden_fk.locker 2',
  'golden_fk.marriage 2',
  'golden_fk.pet 2',
  'golden_fk.phd 3',
];

/** The list of what depends on a table. */
export const dependencyDifferences: Readonly<Record<string, Changes>> = {
  'whole-table-dependencies': {
    '065-dependency-no-restriction-alpha-company-Employee': dependencies('alpha_company.#employee 2'),
    '070-dependency-no-restriction-golden-types-Ints': dependencies('golden_types.ints 3'),
    '075-dependency-no-restriction-golden-types-IntsHuge': dependencies('golden_types.ints_huge 1'),
    '085-dependency-no-restriction-golden-types-Strings': dependencies('golden_types.strings 7'),
    '090-dependency-no-restriction-golden-types-Temporals': dependencies('golden_types.temporals 5'),
    '095-dependency-no-restriction-golden-types-TimeFrac': dependencies('golden_types.time_frac 2'),
    '105-dependency-no-restriction-golden-types-TempKey': dependencies('golden_types.temp_key 2'),
    '110-dependency-no-restriction-golden-types-Uuids': dependencies('golden_types.uuids 3'),
    '115-dependency-no-restriction-golden-types-Blobs': dependencies('golden_types.blobs 47'),
    '125-dependency-no-restriction-golden-types-Attach': dependencies('golden_types.attach 2'),
    '130-dependency-no-restriction-golden-types-Json': dependencies('golden_types.json 3'),
    '135-dependency-no-restriction-golden-types-MultiKey': dependencies('golden_types.multi_key 4'),
    '145-dependency-no-restriction-golden-types-ReservedWords': dependencies('golden_types.reserved_words 2'),
    '150-dependency-no-restriction-golden-types-Hidden': dependencies('golden_types.hidden 1'),
    '155-dependency-no-restriction-golden-tiers-Subject': subject,
    '165-dependency-no-restriction-golden-tiers-Subject-LongPartName': dependencies(
      'golden_tiers.subject__long_part_name 2',
    ),
    '170-dependency-no-restriction-golden-tiers-SessionType': sessionType,
    '175-dependency-no-restriction-golden-tiers-Session': dependencies(
      'golden_tiers.session 3',
      'golden_tiers._recording 3',
      'golden_tiers._recording__channel 2',
      'golden_tiers.__analysis 6',
    ),
    '185-dependency-no-restriction-golden-tiers-Recording-Channel': dependencies('golden_tiers._recording__channel 2'),
    '190-dependency-no-restriction-golden-tiers-Params': dependencies(
      'golden_tiers.#params 2',
      'golden_tiers.__analysis 6',
    ),
    '195-dependency-no-restriction-golden-tiers-Analysis': dependencies('golden_tiers.__analysis 6'),
    '205-dependency-no-restriction-golden-fk-Person': dependencies(...person, 'golden_fk2.badge 2'),
    '210-dependency-no-restriction-golden-fk-Room': room,
    '215-dependency-no-restriction-golden-fk-Marriage': dependencies('golden_fk.marriage 2'),
    '225-dependency-no-restriction-golden-fk-Locker': dependencies('golden_fk.locker 2'),
    '230-dependency-no-restriction-golden-fk-Phd': dependencies('golden_fk.phd 3'),
    '235-dependency-no-restriction-golden-fk-Org': org,
    '245-dependency-no-restriction-golden-fk2-Badge': dependencies('golden_fk2.badge 2'),
    '250-dependency-no-restriction-golden-dash-Thing': dependencies('golden-dash.thing 1'),
    '255-dependency-no-restriction-golden-plain-Plain': dependencies('golden_plain.plain 1'),
    '265-dependency-no-restriction-golden-plain-ZeroDt': dependencies('golden_plain.zero_dt 1'),
    '270-dependency-no-restriction-golden-plain-Bits': dependencies('golden_plain.bits 1'),
    '275-dependency-no-restriction-golden-plain-AscBin': dependencies('golden_plain.asc_bin 1'),
    '290-dependency-no-restriction-golden-plain-Nopk': dependencies('golden_plain.nopk 1'),
    '295-dependency-no-restriction-golden-plain-Vw': dependencies('golden_plain.vw 1'),
    '305-dependency-no-restriction-golden-cyc-Casc': dependencies('golden_cyc.casc 0'),
  },

  'dependencies-of-any-table': {
    '289-dependency-golden-plain-Nopk': dependencies('golden_plain.nopk 1'),
    '294-dependency-golden-plain-Vw': dependencies('golden_plain.vw 1'),
    '299-dependency-golden-cyc-Selfref': dependencies('golden_cyc.selfref 3', 'golden_cyc.casc 0'),
  },

  'order-of-dependencies': {
    '154-dependency-golden-tiers-Subject': subject,
    '179-dependency-golden-tiers-Recording': dependencies(
      'golden_tiers._recording 3',
      'golden_tiers._recording__channel 2',
      'golden_tiers.__analysis 6',
    ),
  },

  'counts-of-dependents': {
    '169-dependency-golden-tiers-SessionType': sessionType,
    '209-dependency-golden-fk-Room': room,
    '234-dependency-golden-fk-Org': org,
    '354-limited-dependency': dependencies(...person),
    '473-dependency-person': dependencies(
      'golden_fk.person 1',
      'golden_fk.locker 1',
      'golden_fk.marriage 2',
      'golden_fk.pet 1',
      'golden_fk.phd 1',
      'golden_fk2.badge 1',
    ),
  },
};
