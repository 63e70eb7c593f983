import {
  AccessError,
  AuthenticationError,
  CancelledError,
  ConcurrencyError,
  DataJointError,
  DuplicateError,
  IntegrityError,
  InvalidExpression,
  InvalidValueError,
  LostConnectionError,
  MissingAttributeError,
  MissingTableError,
  OverloadedError,
  QueryError,
  QuerySyntaxError,
  SchemaNotFound,
  TimeoutError,
  UnavailableError,
  UnknownAttributeError,
} from '../../errors.ts';
import type { Statement } from '../../sql/sql.ts';
import { missingParent } from '../missing-parent.ts';
import {
  attributeFacts,
  checkFacts,
  duplicateFacts,
  foreignKeyFacts,
  isParentMissing,
  type PostgresErrorFields,
  privilegeFacts,
  schemaFacts,
  tableFacts,
} from './error-facts.ts';

/** What can be known of an error the server reports. */
interface Reported extends PostgresErrorFields {
  readonly cause: unknown;
  readonly statement?: Statement | undefined;
}

type Rule = (reported: Reported) => DataJointError;

/**
 * Turns an error of a PostgreSQL server, or of the driver before it (`pg`, PGlite), into DataJoint's.
 *
 * The facts in the server's fields and texts come as `details`, the error itself as `cause`; of the statement, the
 * attributes are told of values that do not fit. An error that is
 * DataJoint's already is handed back.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function translatePostgresError(error: unknown, statement?: Statement): DataJointError {
  if (error instanceof DataJointError) return error;
  const state = sqlStateOf(error);
  if (state === undefined) {
    if (isOfWire(error)) return lost({ code: '', message: '', cause: error });
    return new DataJointError('The database driver failed. This is a fault of the program, not of the request.', {
      cause: error,
    });
  }
  const fields = error as Partial<PostgresErrorFields>;
  const message = String(fields.message ?? '');
  const reported: Reported = { ...pick(fields), code: state, message, cause: error, statement };
  return (rules.get(state) ?? classRules.get(state.slice(0, 2)) ?? generic)(reported);
}

/** The SQLSTATE of what a server answered; undefined for whatever else an error may be. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { readonly code?: unknown; readonly severity?: unknown };
  // Network errors have codes as well, and EPIPE is as long as a state.
  return typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const networkErrors = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ETIMEDOUT',
]);

/** A network's error, or what `pg` says of a connection that ended or that is none of PostgreSQL. */
function isOfWire(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && networkErrors.has(code)) return true;
  return (
    typeof message === 'string' &&
    /^(?:Connection terminated|Client (?:has encountered a connection error|was closed)|Received unexpected |received invalid response)/.test(
      message,
    )
  );
}

function pick(fields: Partial<PostgresErrorFields>): Partial<PostgresErrorFields> {
  const { detail, schema, table, column, constraint, where } = fields;
  return { detail, schema, table, column, constraint, where };
}

const lost: Rule = ({ cause }) => new LostConnectionError('The connection to the database was lost.', { cause });

const overloaded: Rule = ({ cause }) =>
  new OverloadedError('The database has no room for another connection now. Try again shortly.', { cause });

const exhausted: Rule = ({ cause }) =>
  new OverloadedError('The database has not the memory for this now. Try again shortly.', { cause });

const refused: Rule = ({ cause }) =>
  new AuthenticationError('The database refused the user name or the password.', { cause });

const notLetIn: Rule = (reported) =>
  // The text of a rule that is missing tells of hosts; that of a user that is missing must not be told apart.
  /pg_hba\.conf/.test(reported.message)
    ? new AuthenticationError(
        'The database does not let this user in from this machine, or not over this kind of connection.',
        { cause: reported.cause },
      )
    : refused(reported);

const noDatabase: Rule = ({ cause }) =>
  new AuthenticationError('The server has no database of this name. Check the address.', { cause });

const denied: Rule = (reported) => {
  const facts = privilegeFacts(reported);
  const [, command] = /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i.exec(reported.statement?.text ?? '') ?? [];
  const purpose = command === undefined ? '' : ` to ${command.toUpperCase()}`;
  const what =
    facts.table !== undefined
      ? ` on table ${[facts.schema, facts.table].filter((part) => part !== undefined).join('.')}`
      : facts.schema !== undefined
        ? ` on schema ${facts.schema}`
        : ' for this operation';
  return new AccessError(
    `Insufficient privileges${facts.table === undefined ? '' : purpose}${what}. Ask the database's administrator for them.`,
    {
      details: { ...facts },
      cause: reported.cause,
    },
  );
};

const parentMissing: Rule = (reported) => {
  const facts = foreignKeyFacts(reported);
  return new IntegrityError(missingParent(facts), { details: { ...facts }, cause: reported.cause });
};

const hasChildren: Rule = (reported) => {
  // The server names the child to users who have no access to it, so the message does not.
  const message = 'Rows of another table refer to this. Delete what refers to it first.';
  return new IntegrityError(message, { details: { ...foreignKeyFacts(reported) }, cause: reported.cause });
};

const foreignKey: Rule = (reported) => {
  const missing = isParentMissing(reported);
  if (missing !== undefined) return missing ? parentMissing(reported) : hasChildren(reported);
  const details = { ...foreignKeyFacts(reported) };
  return new IntegrityError('A foreign key does not allow this.', { details, cause: reported.cause });
};

const hasDependents: Rule = (reported) =>
  foreignKeyFacts(reported).childTable === undefined
    ? new IntegrityError('Other objects depend on this. Remove them first.', { cause: reported.cause })
    : hasChildren(reported);

const duplicate: Rule = (reported) => {
  const facts = duplicateFacts(reported);
  const key = facts.key === undefined || facts.key === 'PRIMARY' ? 'primary key' : `unique key ${facts.key}`;
  const value = facts.value === undefined ? '' : ` (${shorten(facts.value)})`;
  return new DuplicateError(`A row with this ${key}${value} exists already.`, {
    details: { ...facts },
    cause: reported.cause,
  });
};

/** A value that does not fit: `reason` follows "The value of attribute x ". */
const invalid =
  (reason: string): Rule =>
  (reported) => {
    const facts = attributeFacts(reported, reported.statement?.attributes);
    const value = facts.attribute === undefined ? 'A value' : `The value of attribute ${facts.attribute}`;
    return new InvalidValueError(`${value} ${reason}.`, { details: { ...facts }, cause: reported.cause });
  };

const checkFailed: Rule = (reported) => {
  const facts = checkFacts(reported);
  const message =
    facts.attribute !== undefined
      ? `The value of attribute ${facts.attribute} does not meet the condition its table sets.`
      : `A value does not meet the condition ${facts.constraint ?? ''} of its table.`.replace('  ', ' ');
  return new InvalidValueError(message, { details: { ...facts }, cause: reported.cause });
};

const withoutDefault: Rule = (reported) => {
  const facts = attributeFacts(reported, reported.statement?.attributes);
  const attribute = facts.attribute === undefined ? 'An attribute' : `Attribute ${facts.attribute}`;
  // Null stands for the default, so that a value that was left out and one that is null are the same.
  return new MissingAttributeError(`${attribute} has no default: give it a value.`, {
    details: { ...facts },
    cause: reported.cause,
  });
};

const unknownAttribute: Rule = (reported) => {
  const facts = attributeFacts(reported, reported.statement?.attributes);
  const message =
    facts.attribute === undefined
      ? 'An attribute is not known here.'
      : `Attribute ${facts.attribute} is not known here. Check its spelling.`;
  return new UnknownAttributeError(message, { details: { ...facts }, cause: reported.cause });
};

const noTable: Rule = (reported) => {
  const facts = tableFacts(reported);
  const path = [facts.schema, facts.table].filter((part) => part !== undefined).join('.');
  const table = facts.table === undefined ? 'The table' : `Table ${path}`;
  return new MissingTableError(`${table} does not exist. It may have been dropped.`, {
    details: { ...facts },
    cause: reported.cause,
  });
};

const noSchema: Rule = (reported) => {
  const facts = schemaFacts(reported);
  const schema = facts.schema === undefined ? 'The schema' : `Schema ${facts.schema}`;
  return new SchemaNotFound(`${schema} does not exist. Check its spelling.`, {
    details: { ...facts },
    cause: reported.cause,
  });
};

const conflict: Rule = ({ code, cause }) =>
  new ConcurrencyError(
    code === '40P01'
      ? 'Two transactions waited for each other and this one was undone. Try again.'
      : 'Another transaction holds what this one needs. Try again.',
    { cause },
  );

const unavailable =
  (reason: string): Rule =>
  ({ cause }) =>
    new UnavailableError(`The database does not take changes now: ${reason}.`, { cause });

const failedBefore: Rule = ({ code, cause }) =>
  new QueryError('An earlier statement of this transaction failed, so that it takes no more. Begin another.', {
    details: { sqlState: code },
    cause,
  });

/** What somebody wrote in SQL, and was taken for an expression, cannot be computed: `reason` says why. */
const unfit =
  (reason: string): Rule =>
  ({ code, cause }) =>
    new InvalidExpression(`The database cannot compute the expression: ${reason}.`, {
      details: { sqlState: code },
      cause,
    });

const generic: Rule = ({ code, cause }) =>
  new QueryError(`The database refused the statement (error ${code}).`, { details: { sqlState: code }, cause });

const stopped: Rule = ({ message, cause }) =>
  // In another language the two are not told apart; a session knows whether it stopped the statement itself.
  /due to .*timeout/.test(message)
    ? new TimeoutError('The statement ran longer than it may and was stopped.', { cause })
    : new CancelledError('The statement was stopped.', { cause });

const syntax: Rule = ({ cause }) =>
  new QuerySyntaxError('The database does not understand the statement. Check the restriction.', { cause });

const badFormat = invalid('does not have the format of its type');
const outOfRange = invalid('is out of the range of its type');
const badPattern = invalid('is not a valid pattern');
const notText = invalid('holds characters the database cannot store');
const tooLarge = invalid('is larger than the database takes');
const mixedTypes = unfit('it compares or combines values of types that do not go together');
const full = unavailable('its disk is full');
const readOnly = unavailable('it is read-only');

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...on(['22000', '22007', '22008', '22018', '2200G', '22P02', '22P03', '22P04'], badFormat),
  ...on(['22030', '22032', '22033', '22034', '22035'], invalid('is not valid JSON')),
  ...on(['22003', '22009', '2200H'], outOfRange),
  ...on(['22019', '2201B', '22025', '2200B', '2200C', '2200D'], badPattern),
  ...on(['22021', '22P05'], notText),
  ['08P01', generic],
  ['22001', invalid('is too long')],
  ['22004', invalid('must not be null')],
  ['22012', unfit('it divides by zero')],
  ['23001', hasChildren],
  ['23502', withoutDefault],
  ['23503', foreignKey],
  ['23505', duplicate],
  ['23514', checkFailed],
  ['2BP01', hasDependents],
  ['25006', readOnly],
  ['25P02', failedBefore],
  ...on(['25P03', '25P04'], lost),
  ['28000', notLetIn],
  ['28P01', refused],
  ['3D000', noDatabase],
  ['3F000', noSchema],
  ...on(['40001', '40P01', '55P03'], conflict),
  ['428C9', invalid('is made by the database and cannot be given')],
  ['42501', denied],
  ...on(['42601', '42611', '42622'], syntax),
  ['42703', unknownAttribute],
  ['42804', invalid('is of another type than its attribute')],
  ...on(['42846', '42883', '42P38'], mixedTypes),
  ['42P01', noTable],
  ['53100', full],
  ['53200', exhausted],
  ['53300', overloaded],
  ['54000', tooLarge],
  ...on(['54001', '54011', '54023'], unfit('it is too long or too deeply nested')),
  ['57014', stopped],
]);

/** For states that have no rule of their own: by their first two characters. */
const classRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['08', lost],
  ['22', badFormat],
  ['28', refused],
  ['53', overloaded],
  ['57', lost],
]);

function* on(states: readonly string[], rule: Rule): Generator<[string, Rule]> {
  for (const state of states) yield [state, rule];
}

const shorten = (text: string): string => (text.length > 64 ? `${text.slice(0, 63)}…` : text);
