import {
  AndList,
  Not,
  NumberLiteral,
  type QueryExpression,
  type Restriction,
  type Table,
  trusted,
} from '../../../packages/datajoint/src/index.ts';

/** Tables by the names the recorded expressions use. */
export interface Tables {
  readonly Subject: Table;
  readonly Session: Table;
  readonly Trial: Table;
  readonly User: Table;
  readonly Species: Table;
  readonly Method: Table;
  readonly Pairing: Table;
  readonly Probe: Table;
  readonly Uid: Table;
  readonly AllTypes: Table;
  readonly Singleton: Table;
}

export type Build = (tables: Tables) => QueryExpression;

const subject =
  (restriction: Restriction): Build =>
  ({ Subject }) =>
    Subject.restrict(restriction);

const without =
  (restriction: Restriction): Build =>
  ({ Subject }) =>
    Subject.except(restriction);

const types =
  (restriction: Restriction): Build =>
  ({ AllTypes }) =>
    AllTypes.restrict(restriction);

const uid =
  (id: string): Build =>
  ({ Uid }) =>
    Uid.restrict({ id });

const male = trusted('sex="M"');
const one = { subject_id: 1 };
const two = { subject_id: 2 };

/** What a Python expression made of restrictions is here. */
export const restrictions: Readonly<Record<string, Build>> = {
  Subject: ({ Subject }) => Subject,
  Singleton: ({ Singleton }) => Singleton,
  "Subject & 'subject_id=1'": subject(trusted('subject_id=1')),
  'Subject & \'note like "a%"\'': subject(trusted('note like "a%"')),
  'Subject & dict(subject_id=1)': subject(one),
  "Subject & dict(subject_id=1,sex='M')": subject({ subject_id: 1, sex: 'M' }),
  'Subject & dict(subject_id=1,zzz=5)': subject({ subject_id: 1, zzz: 5 }),
  'Subject & dict(zzz=5)': subject({ zzz: 5 }),
  "Subject & dict(note='it\\'s')": subject({ note: "it's" }),
  'Subject & dict(note="it\'s")': subject({ note: "it's" }),
  'Subject & dict(note=\'say "hi"\')': subject({ note: 'say "hi"' }),
  "Subject & dict(note='100%')": subject({ note: '100%' }),
  "Subject & dict(note='back\\\\slash')": subject({ note: 'back\\slash' }),
  'Subject & dict(weight=None)': subject({ weight: null }),
  "Subject & dict(weight=decimal.Decimal('1.50'))": subject({ weight: new NumberLiteral('1.50') }),
  'Subject & dict(dob=datetime.date(2020,1,2))': subject({ dob: '2020-01-02' }),
  'Subject & dict(ts=datetime.datetime(2020,1,2,3,4,5))': subject({ ts: '2020-01-02 03:04:05' }),
  'Subject & dict(subject_id=True)': subject({ subject_id: true }),
  'Subject & dict(subject_id=1.5)': subject({ subject_id: 1.5 }),
  'Subject & dict(subject_id=np.int64(3))': subject({ subject_id: 3n }),
  "Subject & dict(note=b'ab')": subject({ note: Buffer.from('ab') }),
  'Subject & dict(note=[1,2])': subject({ note: [1, 2] }),
  "Uid & dict(id=uuid.UUID('12345678-1234-5678-9abc-def012345678'))": uid('12345678-1234-5678-9abc-def012345678'),
  "OnlyUuid & dict(id=uuid.UUID('12345678-1234-5678-9abc-def012345678'))": uid('12345678-1234-5678-9abc-def012345678'),
  "Uid & dict(id='12345678123456789abcdef012345678')": uid('12345678123456789abcdef012345678'),
  "Uid & dict(id='nope')": uid('nope'),
  'Subject & [dict(subject_id=1),dict(subject_id=2)]': subject([one, two]),
  "Subject & ['subject_id=1','sex=\"M\"']": subject([trusted('subject_id=1'), male]),
  'Subject & []': subject([]),
  'Subject & ()': subject([]),
  'Subject & None': subject(null as unknown as Restriction),
  'Subject & True': subject(true),
  'Subject & False': subject(false),
  'Subject - True': without(true),
  'Subject & [dict(subject_id=1),True]': subject([one, true]),
  'Subject & [dict(subject_id=1),False]': subject([one, false]),
  'Subject & dj.AndList([dict(subject_id=1),\'sex="M"\'])': subject(new AndList([one, male])),
  'Subject & dj.AndList([dict(subject_id=1),"sex=\'M\'"])': subject(new AndList([one, trusted("sex='M'")])),
  'Subject & dj.AndList([])': subject(new AndList([])),
  'Subject - dj.AndList([])': without(new AndList([])),
  'Subject & dj.Not(dict(subject_id=1))': subject(new Not(one)),
  'Subject - dict(subject_id=1)': without(one),
  "Subject - 'subject_id=1'": without(trusted('subject_id=1')),
  'Subject - [dict(subject_id=1),dict(subject_id=2)]': without([one, two]),
  'Subject & dj.Not(dj.Not(dict(subject_id=1)))': subject(new Not(new Not(one))),
  "Subject - dict(subject_id=1,sex='M')": without({ subject_id: 1, sex: 'M' }),
  "Subject - dj.AndList(['subject_id=1','sex=\"M\"'])": without(new AndList([trusted('subject_id=1'), male])),
  "Subject & dj.Not([dict(subject_id=1,sex='M'),dict(subject_id=2,sex='F')])": subject(
    new Not([
      { subject_id: 1, sex: 'M' },
      { subject_id: 2, sex: 'F' },
    ]),
  ),
  'Subject - []': without([]),
  'Subject - None': without(null as unknown as Restriction),
  // Records of numpy are mappings.
  "Subject & np.array([(1,'x')],dtype=[('subject_id',int),('zz','O')])[0]": subject({ subject_id: 1, zz: 'x' }),
  "Subject & np.array([(1,'M'),(2,'F')],dtype=[('subject_id',int),('sex','O')])": subject([
    { subject_id: 1, sex: 'M' },
    { subject_id: 2, sex: 'F' },
  ]),
  "Subject & 'subject_id=1' & 'sex=\"M\"'": ({ Subject }) => Subject.restrict(trusted('subject_id=1')).restrict(male),
  'Subject & (dict(subject_id=i) for i in range(2))': subject([{ subject_id: 0 }, one]),
  'Subject & 5': subject(5 as unknown as Restriction),
  "Subject & 'foo=1'": subject(trusted('foo=1')),
  'Subject & Session': ({ Subject, Session }) => Subject.restrict(Session),
  'Subject - Session': ({ Subject, Session }) => Subject.except(Session),
  'Session & Subject': ({ Subject, Session }) => Session.restrict(Subject),
  'Session & (Subject & \'sex="M"\')': ({ Subject, Session }) => Session.restrict(Subject.restrict(male)),
  'Session & User': ({ Session, User }) => Session.restrict(User),
  'Subject & User': ({ Subject, User }) => Subject.restrict(User),
  'Subject - User': ({ Subject, User }) => Subject.except(User),
  'Session & Trial': ({ Session, Trial }) => Session.restrict(Trial),
  'Subject & dj.Top()': ({ Subject }) => Subject.first({ limit: 1 }),
  'Subject & dj.Top(5)': ({ Subject }) => Subject.first({ limit: 5 }),
  "Subject & dj.Top(5,'sex DESC')": ({ Subject }) => Subject.first({ limit: 5, order: 'sex DESC' }),
  "Subject & dj.Top(5,['sex','KEY DESC'])": ({ Subject }) => Subject.first({ limit: 5, order: ['sex', 'KEY DESC'] }),
  "Subject & dj.Top(None,'KEY')": ({ Subject }) => Subject.first({ order: 'KEY' }),
  "Subject & dj.Top(5,'KEY',offset=2)": ({ Subject }) => Subject.first({ limit: 5, order: 'KEY', offset: 2 }),
  "Subject & dj.Top(None,'KEY',offset=2)": ({ Subject }) => Subject.first({ order: 'KEY', offset: 2 }),
  '(Subject & dj.Top(5)) & \'sex="M"\'': ({ Subject }) => Subject.first({ limit: 5 }).restrict(male),
  '(Subject & dj.Top(5)) & dj.Top(2)': ({ Subject }) => Subject.first({ limit: 5 }).first({ limit: 2 }),
  '(Subject & dj.Top(5)) & dj.Top(2,None)': ({ Subject }) => Subject.first({ limit: 5 }).first({ limit: 2 }),
  "(Subject & dj.Top(5,'sex')) & dj.Top(2,'dob')": ({ Subject }) =>
    Subject.first({ limit: 5, order: 'sex' }).first({ limit: 2, order: 'dob' }),
  "Subject & dj.Top(3,'dob desc, sex')": ({ Subject }) => Subject.first({ limit: 3, order: 'dob desc, sex' }),
  "AllTypes & {'a_json':None}": types({ a_json: null }),
  "AllTypes & {'a_bool':True}": types({ a_bool: true }),
  "AllTypes & {'a_enum':'b'}": types({ a_enum: 'b' }),
};

/** Where the reference is at fault: what the query means, as SQL, or undefined where it is refused. */
export const referenceFaults: Readonly<Record<string, { readonly sql: string | undefined; readonly fault: string }>> = {
  "Subject - dict(subject_id=1,sex='M')": {
    sql: "SELECT * FROM subject WHERE NOT (subject_id = 1 AND sex = 'M')",
    fault: 'negates the first term only',
  },
  "Subject - dj.AndList(['subject_id=1','sex=\"M\"'])": {
    sql: "SELECT * FROM subject WHERE NOT (subject_id = 1 AND sex = 'M')",
    fault: 'negates the first term only',
  },
  'Subject & dict(note=\'say "hi"\')': {
    sql: 'SELECT * FROM subject WHERE note = \'say "hi"\'',
    fault: 'does not escape double quotes',
  },
  Singleton: { sql: 'SELECT param FROM singleton', fault: 'counts no columns at all where the key is hidden' },
  'Subject & dict(note=[1,2])': { sql: undefined, fault: "compares a text with Python's print of a list" },
  'Subject & User': { sql: 'SELECT * FROM subject', fault: 'asks at once whether there are users; there were none' },
  'Subject - User': {
    sql: 'SELECT * FROM subject WHERE FALSE',
    fault: 'asks at once whether there are users; there were none',
  },
};
