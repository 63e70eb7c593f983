/**
 * DataJoint's error classes, with the names of the Python library, and a stable code each.
 *
 * A message says what was expected, what came and what to do. It never holds SQL, a stack, a path or a secret; the
 * driver's own error is kept as `cause` for logs.
 */

export interface DataJointErrorOptions extends ErrorOptions {
  /** Facts a program may want, such as the constraint that was violated. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export class DataJointError extends Error {
  /** Stable, upper case, never reused. */
  readonly code: string = 'DATAJOINT_ERROR';
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: DataJointErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.details = options.details ?? {};
  }
}

/** The connection to the database was lost, or could not be made. */
export class LostConnectionError extends DataJointError {
  override readonly code: string = 'LOST_CONNECTION';
}

/** The database could not be reached at all: it is down, filtered, or no such host. */
export class UnreachableError extends LostConnectionError {
  override readonly code: string = 'DATABASE_UNREACHABLE';
}

/** The database refused the user name or the password. */
export class AuthenticationError extends DataJointError {
  override readonly code: string = 'AUTHENTICATION_FAILED';
}

/** The database, or the pool in front of it, has no room now. */
export class OverloadedError extends DataJointError {
  override readonly code: string = 'OVERLOADED';
}

/** A statement ran longer than it may. */
export class TimeoutError extends DataJointError {
  override readonly code: string = 'TIMEOUT';
}

/** The caller gave the operation up. */
export class CancelledError extends DataJointError {
  override readonly code: string = 'CANCELLED';
}

export class QueryError extends DataJointError {
  override readonly code: string = 'QUERY_ERROR';
}

export class QuerySyntaxError extends QueryError {
  override readonly code: string = 'QUERY_SYNTAX';
}

/** The database user lacks a privilege. */
export class AccessError extends QueryError {
  override readonly code: string = 'ACCESS_DENIED';
}

/** A row with this key exists. */
export class DuplicateError extends QueryError {
  override readonly code: string = 'DUPLICATE';
}

/** A foreign key forbids it. */
export class IntegrityError extends QueryError {
  override readonly code: string = 'INTEGRITY';
}

export class UnknownAttributeError extends QueryError {
  override readonly code: string = 'UNKNOWN_ATTRIBUTE';
}

/** A value is needed for an attribute that has no default. */
export class MissingAttributeError extends QueryError {
  override readonly code: string = 'MISSING_ATTRIBUTE';
}

/** A value does not fit the attribute it is meant for. */
export class InvalidValueError extends QueryError {
  override readonly code: string = 'INVALID_VALUE';
}

/** What is stored cannot be read as what the attribute holds. Stands in a fetched row in the place of the value. */
export class UnreadableValueError extends DataJointError {
  override readonly code: string = 'UNREADABLE_VALUE';
}

/** A store outside the database is not configured, or cannot be reached. */
export class StoreError extends UnreadableValueError {
  override readonly code: string = 'STORE_ERROR';
}

/** An object that a row refers to is none that the row's schema may refer to, so it is not opened. */
export class ForeignObjectError extends StoreError {
  override readonly code: string = 'FOREIGN_OBJECT';
}

/** A stored object is not where the database says it is. */
export class MissingExternalFile extends UnreadableValueError {
  override readonly code: string = 'MISSING_EXTERNAL_FILE';
}

/** A record cannot be taken as it is: it is no record, lacks a key, or differs from those beside it. */
export class InvalidRecordError extends DataJointError {
  override readonly code: string = 'INVALID_RECORD';
}

/** There is no record with this primary key. */
export class RecordNotFoundError extends DataJointError {
  override readonly code: string = 'RECORD_NOT_FOUND';
}

/** Two transactions got in each other's way; trying again may help. */
export class ConcurrencyError extends QueryError {
  override readonly code: string = 'CONCURRENCY';
}

/** The database does not take writes now (read-only, disk full). */
export class UnavailableError extends QueryError {
  override readonly code: string = 'UNAVAILABLE';
}

/** What a delete would take has changed since its plan was made. */
export class PlanChanged extends DataJointError {
  override readonly code: string = 'PLAN_CHANGED';
}

export class MissingTableError extends DataJointError {
  override readonly code: string = 'MISSING_TABLE';
}

/** No schema of this name is visible to the user. */
export class SchemaNotFound extends DataJointError {
  override readonly code: string = 'SCHEMA_NOT_FOUND';
}

/** No table of this name is visible to the user in the schema. */
export class TableNotFound extends DataJointError {
  override readonly code: string = 'TABLE_NOT_FOUND';
}

/**
 * The definition of a table cannot be understood, or not declared. `details` says where: `line` and `column`, from 1.
 */
export class DefinitionError extends DataJointError {
  override readonly code: string = 'INVALID_DEFINITION';
}

/** The operation is not for tables of this kind. */
export class UnsupportedTableType extends DataJointError {
  override readonly code: string = 'UNSUPPORTED_TABLE_TYPE';
}

/** A restriction that cannot be understood, or that selects nothing where something was meant. */
export class InvalidRestriction extends DataJointError {
  override readonly code: string = 'INVALID_RESTRICTION';
}

/** An expression, of the algebra or of SQL within it, that means nothing here. */
export class InvalidExpression extends DataJointError {
  override readonly code: string = 'INVALID_EXPRESSION';
}
