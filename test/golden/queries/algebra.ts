import { Top, U } from '../../../packages/datajoint/src/index.ts';
import type { Build } from './restrictions.ts';

const male = 'sex="M"';
const number = { n: 'count(session)' };
const all = { n: 'count(*)' };

/** The recorded expressions of the algebra, as they are written here. */
export const algebra: Readonly<Record<string, Build>> = {
  "Subject & dj.U('sex')": ({ Subject }) => Subject.restrict(new U('sex')),
  "Session & Trial.proj('outcome')": ({ Session, Trial }) => Session.restrict(Trial.proj('outcome')),
  "Session & Session.proj('session_date')": ({ Session }) => Session.restrict(Session.proj('session_date')),
  'Subject.proj()': ({ Subject }) => Subject.proj(),
  "Subject.proj('sex')": ({ Subject }) => Subject.proj('sex'),
  'Subject.proj(...)': ({ Subject }) => Subject.proj('...'),
  "Subject.proj(..., '-note','-ts')": ({ Subject }) => Subject.proj('...', '-note', '-ts'),
  "Subject.proj('-sex')": ({ Subject }) => Subject.proj('-sex'),
  "Subject.proj('-subject_id')": ({ Subject }) => Subject.proj('-subject_id'),
  "Subject.proj(id='subject_id')": ({ Subject }) => Subject.proj({ id: 'subject_id' }),
  "Subject.proj(dup='(subject_id)')": ({ Subject }) => Subject.proj({ dup: '(subject_id)' }),
  "Subject.proj(year='year(dob)')": ({ Subject }) => Subject.proj({ year: 'year(dob)' }),
  "Subject.proj(..., gender='sex')": ({ Subject }) => Subject.proj('...', { gender: 'sex' }),
  "Subject.proj(x='1')": ({ Subject }) => Subject.proj({ x: '1' }),
  "Subject.proj(x='NULL')": ({ Subject }) => Subject.proj({ x: 'NULL' }),
  "Subject.proj(now='CURRENT_TIMESTAMP')": ({ Subject }) => Subject.proj({ now: 'CURRENT_TIMESTAMP' }),
  "Subject.proj(nope='zzz')": ({ Subject }) => Subject.proj({ nope: 'zzz' }),
  "Subject.proj('zzz')": ({ Subject }) => Subject.proj('zzz'),
  "Subject.proj('sex',sex='dob')": ({ Subject }) => Subject.proj('sex', { sex: 'dob' }),
  "Subject.proj(a='subject_id')": ({ Subject }) => Subject.proj({ a: 'subject_id' }),
  "Subject.proj(a='subject_id').proj(b='a')": ({ Subject }) => Subject.proj({ a: 'subject_id' }).proj({ b: 'a' }),
  "Subject.proj(a='subject_id') & 'a=1'": ({ Subject }) => Subject.proj({ a: 'subject_id' }).restrict('a=1'),
  "Subject.proj(y='year(dob)')": ({ Subject }) => Subject.proj({ y: 'year(dob)' }),
  "Subject.proj(y='year(dob)') & 'y>2000'": ({ Subject }) => Subject.proj({ y: 'year(dob)' }).restrict('y>2000'),
  "(Subject & 'sex=\"M\"').proj(s='sex')": ({ Subject }) => Subject.restrict(male).proj({ s: 'sex' }),
  "(Subject & 'sex=\"M\"').proj(s='sex').proj('s')": ({ Subject }) =>
    Subject.restrict(male).proj({ s: 'sex' }).proj('s'),
  "Subject.proj(y='year(dob)').proj(z='y+1')": ({ Subject }) => Subject.proj({ y: 'year(dob)' }).proj({ z: 'y+1' }),
  "Subject.proj(...) & dict(sex='M')": ({ Subject }) => Subject.proj('...').restrict({ sex: 'M' }),
  'Subject * Session': ({ Subject, Session }) => Subject.join(Session),
  'Subject * Species': ({ Subject, Species }) => Subject.join(Species),
  "Subject.proj('species') * Species": ({ Subject, Species }) => Subject.proj('species').join(Species),
  'Session * Trial': ({ Session, Trial }) => Session.join(Trial),
  "Session * Subject.proj('sex')": ({ Session, Subject }) => Session.join(Subject.proj('sex')),
  "Session * Session.proj('session_date')": ({ Session }) => Session.join(Session.proj('session_date')),
  'Session * Session': ({ Session }) => Session.join(Session),
  "Session.proj('session_date') * Session.proj('session_date')": ({ Session }) =>
    Session.proj('session_date').join(Session.proj('session_date')),
  'Session.proj() * Method': ({ Session, Method }) => Session.proj().join(Method),
  'Session * Pairing': ({ Session, Pairing }) => Session.join(Pairing),
  'Pairing * Subject': ({ Pairing, Subject }) => Pairing.join(Subject),
  "Subject.proj(a_id='subject_id') * Pairing": ({ Subject, Pairing }) =>
    Subject.proj({ a_id: 'subject_id' }).join(Pairing),
  "(Subject & 'sex=\"M\"') * (Session & 'session>1')": ({ Subject, Session }) =>
    Subject.restrict(male).join(Session.restrict('session>1')),
  "Subject.proj(y='year(dob)') * Session": ({ Subject, Session }) => Subject.proj({ y: 'year(dob)' }).join(Session),
  "Subject.proj(x='subject_id') * Session.proj(x='subject_id')": ({ Subject, Session }) =>
    Subject.proj({ x: 'subject_id' }).join(Session.proj({ x: 'subject_id' })),
  'Subject * User': ({ Subject, User }) => Subject.join(User),
  'Session * Subject * Species': ({ Session, Subject, Species }) => Session.join(Subject).join(Species),
  'Subject.join(Session,left=True)': ({ Subject, Session }) => Subject.join(Session, { left: true }),
  'Session.join(Subject,left=True)': ({ Session, Subject }) => Session.join(Subject, { left: true }),
  'Session.extend(Subject)': ({ Session, Subject }) => Session.extend(Subject),
  'Subject.join(Session,semantic_check=False)': ({ Subject, Session }) =>
    Subject.join(Session, { semanticCheck: false }),
  'Session * Probe': ({ Session, Probe }) => Session.join(Probe),
  'Subject @ Session': ({ Subject, Session }) => Subject.join(Session, { semanticCheck: false }),
  "Session.proj('session_date') @ Session.proj('session_date')": ({ Session }) =>
    Session.proj('session_date').join(Session.proj('session_date'), { semanticCheck: false }),
  'Subject ^ Session': ({ Subject, Session }) => Subject.restrict(Session, { semanticCheck: false }),
  "Subject.aggr(Session,n='count(session)')": ({ Subject, Session }) => Subject.aggr(Session, number),
  "Subject.aggr(Session,n='count(session)',keep_all_rows=True)": ({ Subject, Session }) =>
    Subject.aggr(Session, number, { keepAllRows: true }),
  "Subject.aggr(Session,n='count(session)',exclude_nonmatching=True)": ({ Subject, Session }) =>
    Subject.aggr(Session, number, { keepAllRows: false }),
  "Subject.aggr(Session,'sex',n='count(session)')": ({ Subject, Session }) => Subject.aggr(Session, ['sex', number]),
  "Subject.aggr(Session,...,n='count(session)')": ({ Subject, Session }) =>
    Subject.aggr(Session, ['...', number], { keepAllRows: true }),
  "Subject.aggr(Session,n='count(session)') & 'n>1'": ({ Subject, Session }) =>
    Subject.aggr(Session, number).restrict('n>1'),
  "Subject.aggr(Session & 'session>0',n='count(*)')": ({ Subject, Session }) =>
    Subject.aggr(Session.restrict('session>0'), all),
  "(Subject & 'sex=\"M\"').aggr(Session,n='count(*)')": ({ Subject, Session }) =>
    Subject.restrict(male).aggr(Session, all),
  "Subject.aggr(Session.proj(d='session_date'),m='max(d)')": ({ Subject, Session }) =>
    Subject.aggr(Session.proj({ d: 'session_date' }), { m: 'max(d)' }),
  "Subject.aggr(Session*Trial,n='count(*)',keep_all_rows=True)": ({ Subject, Session, Trial }) =>
    Subject.aggr(Session.join(Trial), all, { keepAllRows: true }),
  "Session.aggr(Subject,n='count(*)')": ({ Session, Subject }) => Session.aggr(Subject, all),
  "Subject.aggr(Session,m='group_concat(session)')": ({ Subject, Session }) =>
    Subject.aggr(Session, { m: 'group_concat(session)' }),
  "dj.U().aggr(Session,n='count(*)')": ({ Session }) => new U().aggr(Session, all),
  "dj.U('sex').aggr(Subject,n='count(*)')": ({ Subject }) => new U('sex').aggr(Subject, all),
  "dj.U('sex') & Subject": ({ Subject }) => new U('sex').restrict(Subject),
  "dj.U('sex','dob') & (Subject & 'subject_id>1')": ({ Subject }) =>
    new U('sex', 'dob').restrict(Subject.restrict('subject_id>1')),
  "dj.U('sex') * Subject": ({ Subject }) => new U('sex').join(Subject),
  "dj.U('session_date') * Session.proj('session_date') * Session.proj('session_date')": ({ Session }) =>
    new U('session_date').join(Session.proj('session_date')).join(Session.proj('session_date')),
  "Subject.aggr(Session,n='count(session)') * Species": ({ Subject, Session, Species }) =>
    Subject.aggr(Session, number).join(Species),
  "Subject.aggr(Session,n='count(session)').proj('n')": ({ Subject, Session }) =>
    Subject.aggr(Session, number).proj('n'),
  'Subject.proj() + Session.proj()': ({ Subject, Session }) => Subject.proj().union(Session.proj()),
  'Subject.proj() + Subject.proj()': ({ Subject }) => Subject.proj().union(Subject.proj()),
  '(Subject & \'sex="M"\') + (Subject & \'sex="F"\')': ({ Subject }) =>
    Subject.restrict(male).union(Subject.restrict('sex="F"')),
  "Subject.proj('sex') + Subject.proj('dob')": ({ Subject }) => Subject.proj('sex').union(Subject.proj('dob')),
  "(Subject.proj() + Subject.proj()) & 'subject_id=1'": ({ Subject }) =>
    Subject.proj().union(Subject.proj()).restrict('subject_id=1'),
  "(Subject.proj()+Subject.proj()) & 'subject_id=1'": ({ Subject }) =>
    Subject.proj().union(Subject.proj()).restrict('subject_id=1'),
  '(Subject.proj() + Subject.proj()).proj()': ({ Subject }) => Subject.proj().union(Subject.proj()).proj(),
  "(Subject & dj.Top(5)).proj('sex')": ({ Subject }) => Subject.restrict(new Top({ limit: 5 })).proj('sex'),
  "(Subject & dj.Top(5,'sex')) * Session": ({ Subject, Session }) =>
    Subject.restrict(new Top({ limit: 5, order: 'sex' })).join(Session),
  "dj.U('sex').aggr(Subject,n='count(*)') & dj.Top(1,'n desc')": ({ Subject }) =>
    new U('sex').aggr(Subject, all).restrict(new Top({ limit: 1, order: 'n desc' })),
  "AllTypes & {'a_json.b.c':5}": ({ AllTypes }) => AllTypes.restrict({ 'a_json.b.c': 5 }),
  "AllTypes & {'a_json2.b.c':5}": ({ AllTypes }) => AllTypes.restrict({ 'a_json2.b.c': 5 }),
  "AllTypes & {'a_json.b[0].c:unsigned':5}": ({ AllTypes }) => AllTypes.restrict({ 'a_json.b[0].c:unsigned': 5 }),
  "AllTypes.proj(v='a_json.b:decimal(10,2)')": ({ AllTypes }) => AllTypes.proj({ v: 'a_json.b:decimal(10,2)' }),
  "AllTypes.proj(v='a_json2.b.c:unsigned')": ({ AllTypes }) => AllTypes.proj({ v: 'a_json2.b.c:unsigned' }),
};

const jsonOfMysql8 = 'is written for MySQL 8: MariaDB has no RETURNING';

/** Where the reference is at fault: what the query means, as SQL, or undefined where it is refused. */
export const algebraFaults: Readonly<Record<string, { readonly sql: string | undefined; readonly fault: string }>> = {
  "Subject.proj(nope='zzz')": { sql: undefined, fault: 'drops the renaming of an attribute that is not there' },
  "Subject.aggr(Session,'sex',n='count(session)')": {
    sql: 'SELECT subject_id, sex, (SELECT COUNT(*) FROM session WHERE session.subject_id = subject.subject_id) AS n FROM subject HAVING n > 0',
    fault: 'is refused by servers that do not see that sex depends on the key',
  },
  "Subject.aggr(Session,...,n='count(session)')": {
    sql: 'SELECT subject.*, (SELECT COUNT(*) FROM session WHERE session.subject_id = subject.subject_id) AS n FROM subject',
    fault: 'is refused by servers that do not see that the attributes depend on the key',
  },
  "(Subject & dj.Top(5,'sex')) * Session": {
    sql: 'SELECT * FROM (SELECT * FROM subject ORDER BY sex LIMIT 5) a NATURAL JOIN session',
    fault: 'forgets the limit',
  },
  "AllTypes & {'a_json.b.c':5}": {
    sql: "SELECT * FROM all_types WHERE JSON_VALUE(a_json, '$.b.c') = 5",
    fault: jsonOfMysql8,
  },
  "AllTypes & {'a_json2.b.c':5}": {
    sql: "SELECT * FROM all_types WHERE JSON_VALUE(a_json2, '$.b.c') = 5",
    fault: jsonOfMysql8,
  },
  "AllTypes & {'a_json.b[0].c:unsigned':5}": {
    sql: "SELECT * FROM all_types WHERE JSON_VALUE(a_json, '$.b[0].c') = 5",
    fault: jsonOfMysql8,
  },
  "AllTypes.proj(v='a_json.b:decimal(10,2)')": {
    // Without RETURNING, MySQL answers an object or a list as its text, and makes a number of that.
    sql: "SELECT id, CAST(IF(JSON_TYPE(JSON_EXTRACT(a_json, '$.b')) IN ('OBJECT', 'ARRAY'), NULL, JSON_VALUE(a_json, '$.b')) AS DECIMAL(10, 2)) AS v FROM all_types",
    fault: jsonOfMysql8,
  },
  "AllTypes.proj(v='a_json2.b.c:unsigned')": {
    sql: "SELECT id, CAST(JSON_VALUE(a_json2, '$.b.c') AS UNSIGNED) AS v FROM all_types",
    fault: jsonOfMysql8,
  },
};
