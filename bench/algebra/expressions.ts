import type { Condition, Named, Tree } from '../../test/interop/algebra/tree.ts';

const table = (name: string): Tree => ({ op: 'table', name });
const [subject, session, trial] = [table('Subject'), table('Session'), table('Trial')];
const text = (value: string): Condition => ({ kind: 'text', text: value });
const by = (tree: Tree): Condition => ({ kind: 'tree', tree });
const is = (name: string, value: string | number): Condition => ({
  kind: 'mapping',
  value: { [name]: { python: JSON.stringify(value), value } },
});
const restrict = (of: Tree, condition: Condition): Tree => ({ op: 'restrict', of, by: condition });
const except = (of: Tree, condition: Condition): Tree => ({ op: 'except', of, by: condition });
const proj = (of: Tree, items: readonly string[] = [], named: Named = {}): Tree => ({ op: 'proj', of, items, named });
const join = (left: Tree, right: Tree, isLeft = false): Tree => ({ op: 'join', left, right, isLeft });
const aggr = (of: Tree, group: Tree, named: Named, keepAllRows = false): Tree => {
  return { op: 'aggr', of, group, items: [], named, keepAllRows };
};
const summary = (names: readonly string[], group: Tree, named: Named): Tree => ({ op: 'summary', names, group, named });
const distinct = (names: readonly string[], of: Tree): Tree => ({ op: 'distinct', names, of });
const union = (left: Tree, right: Tree): Tree => ({ op: 'union', left, right });
const top = (of: Tree, limit: number, order: readonly string[] = ['KEY']): Tree => {
  return { op: 'top', of, limit, offset: 0, order };
};

const count = { n: 'COUNT(*)' };

/** Thirty questions that pipelines are asked, small answers and large ones. */
export const expressions: Readonly<Record<string, Tree>> = {
  'one row by key': restrict(session, { kind: 'mapping', value: { ...only('subject_id', 7), ...only('session', 3) } }),
  'rows by a secondary attribute': restrict(session, is('rig', 'rig3')),
  'rows by text': restrict(session, text("duration > 50 AND rig IN ('rig1', 'rig2')")),
  'rows by any of many': restrict(session, {
    kind: 'list',
    items: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => is('subject_id', id)),
  }),
  'all rows but some': except(session, text("rig = 'rig3'")),
  'rows with a match': restrict(session, by(restrict(subject, is('sex', 'M')))),
  'rows without a match': except(subject, by(restrict(session, text('duration > 99')))),
  'rows with a restricted match of many': restrict(session, by(restrict(trial, text('hit = 1 AND score > 0.99')))),
  'rows without a match of many': except(session, by(restrict(trial, text('score > 0.5')))),
  'all keys': proj(session),
  'some attributes': proj(session, ['rig']),
  'a renamed attribute': proj(session, [], { animal: 'subject_id' }),
  'a computed attribute': proj(session, [], { half: 'duration / 2' }),
  'a restriction of a computed attribute': restrict(proj(session, [], { half: 'duration / 2' }), text('half > 49')),
  'computed from computed': proj(proj(session, [], { half: 'duration / 2' }), [], { quarter: 'half / 2' }),
  'two tables': join(restrict(session, is('rig', 'rig3')), subject),
  'two large tables': join(proj(session, ['rig']), proj(trial, ['hit'])),
  'three tables, restricted': restrict(
    join(join(subject, session), trial),
    text("sex = 'M' AND hit = 1 AND rig = 'rig1'"),
  ),
  'a left join': join(proj(trial, ['hit']), session, true),
  'rows of each': aggr(subject, session, count),
  'rows of each, all kept': aggr(subject, session, { n: 'COUNT(session)' }, true),
  'means of many groups': aggr(session, trial, { mean: 'AVG(score)', hits: 'SUM(hit)' }),
  'groups of more than some': restrict(aggr(subject, trial, count), text('n > 99')),
  'one group by its key': restrict(aggr(session, trial, count), is('subject_id', 7)),
  'a summary of all': summary([], trial, { n: 'COUNT(*)', mean: 'AVG(score)' }),
  'a summary by an attribute': summary(['rig'], session, { n: 'COUNT(*)', longest: 'MAX(duration)' }),
  'values of an attribute': distinct(['rig'], session),
  'values of two attributes': distinct(['rig', 'day'], restrict(session, text('duration > 20'))),
  'the first by key': top(session, 25),
  'the first by an attribute': top(session, 25, ['duration DESC', 'KEY']),
  'a union of keys': union(proj(restrict(session, is('rig', 'rig1'))), proj(restrict(session, is('rig', 'rig2')))),
};

function only(
  name: string,
  value: number,
): Readonly<Record<string, { readonly python: string; readonly value: number }>> {
  return { [name]: { python: String(value), value } };
}
