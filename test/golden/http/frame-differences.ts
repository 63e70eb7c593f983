import { version } from '../../../packages/server/src/version.ts';
import { answers, type Changes, changesJson, each, inOtherWords, refuses } from './change.ts';

/** Sorted by name, part by part. */
const sorted = changesJson((body) => {
  const { tableTypes } = body as { tableTypes: Record<string, string[]> };
  const lists = Object.entries(tableTypes).map(([tier, names]) => [tier, [...names].sort()]);
  return { tableTypes: Object.fromEntries(lists) };
});

const also = (...names: readonly string[]) =>
  changesJson((body) => {
    const { tableTypes } = body as { tableTypes: { manual: string[] } };
    return { tableTypes: { ...tableTypes, manual: [...tableTypes.manual, ...names].sort() } };
  });

const manual = (...names: readonly string[]) =>
  answers({ tableTypes: { manual: names, lookup: [], computed: [], imported: [], part: [] } });

/** Around the data: versions, errors, logins, lists. */
export const frameDifferences: Readonly<Record<string, Changes>> = {
  'own-version': { '001-version': answers({ version }) },

  'own-words': each(inOtherWords, [
    '003-version-post-405',
    '005-unknown-route',
    '006-trailing-slash',
    '020-login-get-405',
    '025-schema-post-405',
    '027-auth-missing',
    '028-auth-one-word',
    '029-auth-not-jwt',
    '030-auth-tampered',
    '031-auth-tampered-payload',
    '032-auth-alg-none',
    '035-auth-expired-token',
    '036-auth-token-with-wrong-password',
    '037-auth-token-missing-key',
    '656-record-PUT-405',
    '658-spec-no-auth',
  ]),

  'incomplete-login': {
    '012-login-wrong-keys': answers({ error: 'Invalid Request, check headers and/or json body' }),
  },

  'unknown-parameters': {
    '038-auth-database-host-without-oidc': answers({
      schemaNames: [
        'alpha_company',
        'bench',
        'empty',
        'golden-dash',
        'golden_cyc',
        'golden_fk',
        'golden_fk2',
        'golden_plain',
        'golden_tiers',
        'golden_types',
        'test_group1_simple',
        'test_group2_simple',
        'test_group3_simple',
        'test_group4_simple',
      ],
    }),
  },

  'sorted-tables': each(sorted, [
    '041-tables-golden-types',
    '042-tables-golden-tiers',
    '043-tables-golden-fk',
    '049-tables-mysql',
    '054-tables-limited-allowed',
  ]),

  'views-and-keyless-tables': {
    '046-tables-golden-plain': manual('AscBin', 'Bits', 'Geo', 'Nopk', 'Plain', 'Vw', 'ZeroD', 'ZeroDt'),
    '049-tables-mysql': also('GeneralLog', 'RolesMapping', 'SlowLog', 'User'),
    '050-tables-information-schema': also('UserVariables'),
    '293-record-golden-plain-Vw': answers({ recordHeader: ['a'], records: [[1]], totalCount: 1 }),
  },

  'self-references': {
    '047-tables-golden-cyc': manual('Casc', 'Selfref'),
    '301-definition-golden-cyc-Casc': () => ({
      status: 200,
      type: 'text/plain',
      body: 'id                   : int                          \n---\n-> [nullable] golden_cyc.Selfref.proj(pid="id")\n',
    }),
    '638-delete-self-ref-cascade-plain': answers({ response: 'Delete Successful' }),
    // The row went with the cascade; that such a row is not deleted without one has a test of its own.
    '639-delete-self-ref-quick-plain': refuses,
  },
};
