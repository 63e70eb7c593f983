import {
  AccessError,
  AuthenticationError,
  CancelledError,
  ConcurrencyError,
  DataJointError,
  DuplicateError,
  IntegrityError,
  InvalidExpression,
  InvalidRestriction,
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
import { missingParent } from '../missing-parent.ts';
import {
  attributeFacts,
  checkFacts,
  duplicateFacts,
  foreignKeyFacts,
  privilegeFacts,
  schemaFacts,
  tableFacts,
} from './error-facts.ts';

/** What can be known of an error the server or the driver reports. */
interface Reported {
  /** The server's error number; 0 where the server said nothing. */
  readonly errno: number;
  readonly text: string;
  /** Whether a statement was running, as opposed to logging in. */
  readonly isStatement: boolean;
  readonly cause: unknown;
}

type Rule = (reported: Reported) => DataJointError;

/**
 * Turns an error of the `mysql2` driver, or of the MySQL or MariaDB server behind it, into DataJoint's.
 *
 * The facts in the server's text come as `details`, the error itself as `cause`. An error that is DataJoint's already
 * is handed back.
 * @param isStatement whether it came of a statement, and not of logging in.
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 * @see https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
export function translateMysqlError(error: unknown, { isStatement = false } = {}): DataJointError {
  if (error instanceof DataJointError) return error;
  const reported = read(error, isStatement);
  if (reported === undefined) {
    return new DataJointError('The database driver failed. This is a fault of the program, not of the request.', {
      cause: error,
    });
  }
  const rule = rules.get(reported.errno);
  if (rule !== undefined) return rule(reported);
  return reported.errno === 0 ? lost(reported) : generic(reported);
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

function read(error: unknown, isStatement: boolean): Reported | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errno, code, sqlMessage, fatal } = error as Error & Record<string, unknown>;
  const reported = { text: String(sqlMessage ?? error.message), isStatement, cause: error };
  // The numbers of network errors are negative.
  if (typeof errno === 'number' && errno >= 1000) return { errno, ...reported };
  const isOfWire = fatal === true || (typeof code === 'string' && (/^PROTOCOL_/.test(code) || networkErrors.has(code)));
  return isOfWire || errno === 0 ? { errno: 0, ...reported } : undefined;
}

const lost: Rule = ({ cause }) => new LostConnectionError('The connection to the database was lost.', { cause });

const overloaded: Rule = ({ cause }) =>
  new OverloadedError('The database has no room for another connection now. Try again shortly.', { cause });

const refused: Rule = ({ cause }) =>
  new AuthenticationError('The database refused the user name or the password.', { cause });

const locked: Rule = ({ cause }) =>
  new AuthenticationError('The database does not let this user in: the account is locked or its password expired.', {
    cause,
  });

const notFromHere: Rule = ({ cause }) =>
  new AuthenticationError('The database does not accept connections from this machine.', { cause });

const denied: Rule = ({ text, cause }) => {
  const facts = privilegeFacts(text);
  const what =
    facts.table !== undefined
      ? `table ${[facts.schema, facts.table].filter((part) => part !== undefined).join('.')}`
      : facts.schema !== undefined
        ? `schema ${facts.schema}`
        : undefined;
  const attribute = facts.attribute === undefined ? '' : `attribute ${facts.attribute} of `;
  const message =
    what === undefined
      ? 'Insufficient privileges for this operation.'
      : `Insufficient privileges${facts.command === undefined ? '' : ` to ${facts.command}`} on ${attribute}${what}.`;
  return new AccessError(`${message} Ask the database's administrator for them.`, { details: { ...facts }, cause });
};

const parentMissing: Rule = ({ text, cause }) => {
  const facts = foreignKeyFacts(text);
  return new IntegrityError(missingParent(facts), { details: { ...facts }, cause });
};

const hasChildren: Rule = ({ text, cause }) => {
  // The server names the child to users who have no access to it, so the message does not.
  const message = 'Rows of another table refer to this. Delete what refers to it first.';
  return new IntegrityError(message, { details: { ...foreignKeyFacts(text) }, cause });
};

const duplicate: Rule = ({ text, cause }) => {
  const facts = duplicateFacts(text);
  const key = facts.key === undefined || facts.key === 'PRIMARY' ? 'primary key' : `unique key ${facts.key}`;
  // Bytes, such as a UUID's, would be shown in an escape of their own.
  const isReadable = facts.value !== undefined && !/\\x[0-9A-F]{2}|[\p{Cc}\ufffd]/u.test(facts.value);
  const value = isReadable ? ` (${shorten(facts.value)})` : '';
  return new DuplicateError(`A row with this ${key}${value} exists already.`, { details: { ...facts }, cause });
};

/** A value that does not fit: `reason` follows "The value of attribute x (row n) ". */
const invalid =
  (reason: string): Rule =>
  ({ text, cause }) => {
    const facts = attributeFacts(text);
    return new InvalidValueError(`${subject(facts)} ${reason}.`, { details: { ...facts }, cause });
  };

const checkFailed: Rule = (reported) => {
  const { text, cause } = reported;
  const facts = checkFacts(text);
  // On other products the same number stands for something else.
  if (facts.constraint === undefined) return generic(reported);
  const message =
    facts.attribute === undefined
      ? `A value does not meet the condition ${facts.constraint} of its table.`
      : `${subject(facts)} does not meet the condition its table sets.`;
  return new InvalidValueError(message, { details: { ...facts }, cause });
};

const withoutDefault: Rule = ({ text, cause }) => {
  const facts = attributeFacts(text);
  const attribute = facts.attribute === undefined ? 'An attribute' : `Attribute ${facts.attribute}`;
  return new MissingAttributeError(`${attribute} has no default: give it a value.`, { details: { ...facts }, cause });
};

const unknownAttribute: Rule = ({ text, cause }) => {
  const { attribute } = attributeFacts(text);
  const message =
    attribute === undefined
      ? 'An attribute is not known here.'
      : `Attribute ${attribute} is not known here. Check its spelling.`;
  return new UnknownAttributeError(message, { details: attribute === undefined ? {} : { attribute }, cause });
};

const noTable: Rule = ({ text, cause }) => {
  const facts = tableFacts(text);
  const table = facts.table === undefined ? 'The table' : `Table ${facts.schema}.${facts.table}`;
  return new MissingTableError(`${table} does not exist. It may have been dropped.`, { details: { ...facts }, cause });
};

const noSchema: Rule = ({ text, cause }) => {
  const facts = schemaFacts(text);
  const schema = facts.schema === undefined ? 'The schema' : `Schema ${facts.schema}`;
  return new SchemaNotFound(`${schema} does not exist. Check its spelling.`, { details: { ...facts }, cause });
};

const conflict: Rule = ({ errno, cause }) =>
  new ConcurrencyError(
    errno === 1213
      ? 'Two transactions waited for each other and this one was undone. Try again.'
      : 'Another transaction holds what this one needs. Try again.',
    // A wait that was in vain would be just as long again.
    { cause, details: { isUndone: errno === 1213 } },
  );

const unavailable =
  (reason: string): Rule =>
  ({ cause }) =>
    new UnavailableError(`The database does not take changes now: ${reason}.`, { cause });

/** What somebody wrote in SQL, and was taken for an expression, cannot be computed: `reason` says why. */
const unfit =
  (reason: string): Rule =>
  ({ errno, cause }) =>
    new InvalidExpression(`The database cannot compute the expression: ${reason}.`, { details: { errno }, cause });

const generic: Rule = ({ errno, cause }) =>
  new QueryError(`The database refused the statement (error ${errno}).`, { details: { errno }, cause });

const tooMany: Rule = ({ errno, cause }) =>
  new InvalidRestriction('A statement takes at most 65535 values, and got more. Restrict by fewer, or by a query.', {
    details: { errno },
    cause,
  });

const timedOut: Rule = ({ cause }) =>
  new TimeoutError('The statement ran longer than it may and was stopped.', { cause });

const interrupted: Rule = ({ cause }) => new CancelledError('The statement was stopped.', { cause });

const syntax: Rule = ({ cause }) =>
  new QuerySyntaxError('The database does not understand the statement. Check the restriction.', { cause });

const full = unavailable('its disk or a table is full');
const readOnly = unavailable('it is read-only');
const tooLarge = invalid('is larger than the database takes at once (max_allowed_packet)');
const badFormat = invalid('does not have the format of its type');
const outOfRange = invalid('is out of the range of its type');
const badPattern = invalid('is not a valid regular expression');

const rules: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  ...on([2006, 2013, 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031], lost),
  ...on([1040, 1041, 1135, 1203, 1226, 1461], overloaded),
  ...on([1129, 1130], notFromHere),
  ...on([1251, 1275, 1698, 2054, 2059], refused),
  ...on([1820, 1862, 3118, 3955, 4151], locked),
  // Some statements (GRANT) answer with the number of a failed login.
  [1045, (reported) => (reported.isStatement ? denied(reported) : refused(reported))],
  [1044, (reported) => (reported.isStatement ? denied(reported) : refused(reported))],
  ...on([1095, 1141, 1142, 1143, 1227, 1370, 1410], denied),
  ...on([1216, 1452], parentMissing),
  ...on([1217, 1451, 1701, 3730], hasChildren),
  ...on([1022, 1062, 1586], duplicate),
  [1048, invalid('must not be null')],
  [1406, invalid('is too long')],
  ...on([1264, 1690], outOfRange),
  ...on([1265, 1292, 1366, 1411, 1525], badFormat),
  ...on([1153, 1301], tooLarge),
  ...on([3140, 3141, 3156], invalid('is not valid JSON')),
  ...on([1416, 3037, 3055], invalid('is not a valid geometry')),
  ...on([1139, 3685, 3688, 3691, 3692, 3695, 3696], badPattern),
  ...on([3819, 4025], checkFailed),
  ...on([1267, 1270, 1271, 3988], invalid('has a character that the database cannot compare or store there')),
  ...on([1906, 3105], invalid('is made by the database and cannot be given')),
  [1364, withoutDefault],
  [1241, unfit('it takes a list for a value')],
  [1390, tooMany],
  [1367, unfit('a number is out of any range')],
  ...on([1054, 1072, 1166], unknownAttribute),
  [1064, syntax],
  ...on([1051, 1146], noTable),
  ...on([1008, 1049], noSchema),
  ...on([1020, 1205, 1213, 1637, 3058, 3572], conflict),
  ...on([1290, 1792, 1836], readOnly),
  ...on([1021, 1114], full),
  // "Got error 28 from storage engine": no space left on the device.
  ...on([3, 1026, 1030], (reported) =>
    /errno: 28|error 28\b|No space left/i.test(reported.text) ? full(reported) : generic(reported),
  ),
  ...on([1969, 3024], timedOut),
  [1317, interrupted],
]);

function* on(numbers: readonly number[], rule: Rule): Generator<[number, Rule]> {
  for (const number of numbers) yield [number, rule];
}

function subject({ attribute, row }: { readonly attribute?: string; readonly row?: number }): string {
  const value = attribute === undefined ? 'A value' : `The value of attribute ${attribute}`;
  // The number is that of the row within its statement: of a single row it says nothing.
  return row === undefined || row === 1 ? value : `${value} in row ${row}`;
}

const shorten = (text: string): string => (text.length > 64 ? `${text.slice(0, 63)}…` : text);
