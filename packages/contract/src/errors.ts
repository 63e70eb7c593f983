/** What an error code stands for on the wire. */
export interface ErrorEntry {
  /** The name of the class, as clients look for it in error texts. */
  readonly className: string;
  /** The true HTTP status, which a client that asks for `application/problem+json` gets. */
  readonly status: number;
  /** The kind of problem in a few words, the same for every occurrence. */
  readonly title: string;
  /** The class name as it stands before the sentence of an error text; absent for errors of the server itself. */
  readonly printedName?: string;
}

const registry = {
  // DataJoint's own.
  DATAJOINT_ERROR: {
    className: 'DataJointError',
    printedName: 'DataJointError',
    status: 500,
    title: 'DataJoint refused the operation',
  },
  LOST_CONNECTION: {
    className: 'LostConnectionError',
    printedName: 'LostConnectionError',
    status: 503,
    title: 'The connection to the database was lost',
  },
  DATABASE_UNREACHABLE: {
    className: 'UnreachableError',
    printedName: 'UnreachableError',
    status: 503,
    title: 'The database cannot be reached',
  },
  AUTHENTICATION_FAILED: {
    className: 'AuthenticationError',
    printedName: 'AuthenticationError',
    status: 401,
    title: 'The database refused the login',
  },
  OVERLOADED: {
    className: 'OverloadedError',
    printedName: 'OverloadedError',
    status: 503,
    title: 'No room at the moment',
  },
  TIMEOUT: { className: 'TimeoutError', printedName: 'TimeoutError', status: 504, title: 'The database took too long' },
  CANCELLED: {
    className: 'CancelledError',
    printedName: 'CancelledError',
    status: 503,
    title: 'The operation was given up',
  },
  QUERY_ERROR: {
    className: 'QueryError',
    printedName: 'QueryError',
    status: 500,
    title: 'The database refused the query',
  },
  QUERY_SYNTAX: {
    className: 'QuerySyntaxError',
    printedName: 'QuerySyntaxError',
    status: 400,
    title: 'The query is malformed',
  },
  ACCESS_DENIED: { className: 'AccessError', printedName: 'AccessError', status: 403, title: 'A privilege is missing' },
  DUPLICATE: {
    className: 'DuplicateError',
    status: 409,
    title: 'The row exists already',
    // A form of the existing spec-sheet client looks for exactly this text.
    printedName: 'datajoint.errors.DuplicateError',
  },
  INTEGRITY: {
    className: 'IntegrityError',
    printedName: 'IntegrityError',
    status: 409,
    title: 'A foreign key forbids it',
  },
  UNKNOWN_ATTRIBUTE: {
    className: 'UnknownAttributeError',
    printedName: 'UnknownAttributeError',
    status: 404,
    title: 'No such attribute',
  },
  MISSING_ATTRIBUTE: {
    className: 'MissingAttributeError',
    printedName: 'MissingAttributeError',
    status: 422,
    title: 'A value is missing',
  },
  INVALID_VALUE: {
    className: 'InvalidValueError',
    printedName: 'InvalidValueError',
    status: 422,
    title: 'A value does not fit its attribute',
  },
  UNREADABLE_VALUE: {
    className: 'UnreadableValueError',
    printedName: 'UnreadableValueError',
    status: 500,
    title: 'A stored value cannot be read',
  },
  STORE_ERROR: {
    className: 'StoreError',
    printedName: 'StoreError',
    status: 503,
    title: 'A store of objects cannot be used',
  },
  FOREIGN_OBJECT: {
    className: 'ForeignObjectError',
    printedName: 'ForeignObjectError',
    status: 403,
    title: 'A row refers to an object that it may not refer to',
  },
  MISSING_EXTERNAL_FILE: {
    className: 'MissingExternalFile',
    printedName: 'MissingExternalFile',
    status: 404,
    title: 'A stored object is missing',
  },
  INVALID_RECORD: {
    className: 'InvalidRecordError',
    printedName: 'InvalidRecordError',
    status: 422,
    title: 'A record cannot be taken as it is',
  },
  RECORD_NOT_FOUND: {
    className: 'RecordNotFoundError',
    printedName: 'RecordNotFoundError',
    status: 404,
    title: 'No such record',
  },
  CONCURRENCY: {
    className: 'ConcurrencyError',
    printedName: 'ConcurrencyError',
    status: 409,
    title: 'Another transaction was in the way',
  },
  UNAVAILABLE: {
    className: 'UnavailableError',
    printedName: 'UnavailableError',
    status: 503,
    title: 'The database takes no writes now',
  },
  PLAN_CHANGED: {
    className: 'PlanChanged',
    printedName: 'PlanChanged',
    status: 409,
    title: 'The rows have changed since the plan was made',
  },
  MISSING_TABLE: {
    className: 'MissingTableError',
    printedName: 'MissingTableError',
    status: 404,
    title: 'No such table',
  },
  SCHEMA_NOT_FOUND: {
    className: 'SchemaNotFound',
    printedName: 'SchemaNotFound',
    status: 404,
    title: 'No such schema',
  },
  TABLE_NOT_FOUND: { className: 'TableNotFound', printedName: 'TableNotFound', status: 404, title: 'No such table' },
  UNSUPPORTED_TABLE_TYPE: {
    className: 'UnsupportedTableType',
    printedName: 'UnsupportedTableType',
    status: 400,
    title: 'Not for tables of this kind',
  },
  INVALID_RESTRICTION: {
    className: 'InvalidRestriction',
    printedName: 'InvalidRestriction',
    status: 400,
    title: 'The restriction is malformed',
  },
  INVALID_DEFINITION: {
    className: 'DefinitionError',
    printedName: 'DataJointError',
    status: 422,
    title: 'The definition of a table cannot be declared',
  },
  INVALID_EXPRESSION: {
    className: 'InvalidExpression',
    printedName: 'InvalidExpression',
    status: 400,
    title: 'The expression is malformed',
  },

  // The server's own.
  INVALID_REQUEST: { className: 'InvalidRequest', status: 400, title: 'The request is malformed' },
  MISSING_TOKEN: { className: 'InvalidToken', status: 401, title: 'A token is needed' },
  INVALID_TOKEN: { className: 'InvalidToken', status: 401, title: 'The token is malformed' },
  FOREIGN_TOKEN: { className: 'InvalidToken', status: 401, title: 'The token was not issued by this server' },
  EXPIRED_TOKEN: { className: 'ExpiredToken', status: 401, title: 'The token has expired' },
  HOST_NOT_ALLOWED: { className: 'HostNotAllowed', status: 403, title: 'The database address is not allowed' },
  NOT_FOUND: { className: 'NotFound', status: 404, title: 'No such address' },
  METHOD_NOT_ALLOWED: { className: 'MethodNotAllowed', status: 405, title: 'The address does not take this method' },
  REQUEST_TIMEOUT: { className: 'RequestTimeout', status: 408, title: 'The request arrived too slowly' },
  PAYLOAD_TOO_LARGE: { className: 'PayloadTooLarge', status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { className: 'UriTooLong', status: 414, title: 'The address is too long' },
  INVALID_IMPORT: { className: 'InvalidImport', status: 422, title: 'Rows of the file cannot be imported' },
  UNSUPPORTED_MEDIA_TYPE: { className: 'UnsupportedMediaType', status: 415, title: 'The content type is not taken' },
  MISDIRECTED_REQUEST: {
    className: 'MisdirectedRequest',
    status: 421,
    title: 'This server does not answer for that host',
  },
  TOO_MANY_REQUESTS: { className: 'TooManyRequests', status: 429, title: 'Too many attempts' },
  NO_SPEC_SHEET: { className: 'NoSpecSheet', status: 404, title: 'No spec sheet is loaded' },
  NOT_IMPLEMENTED_YET: { className: 'NotImplementedYet', status: 501, title: 'Not available in this release' },
  INTERNAL: { className: 'InternalError', status: 500, title: 'The server failed' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** Stable, upper case, never reused. */
export type ErrorCode = keyof typeof registry;

/** Every error a client can meet, by its code. */
export const errors: Readonly<Record<ErrorCode, ErrorEntry>> = Object.freeze(registry);

/** True for a code of the registry. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(registry, code);
}
