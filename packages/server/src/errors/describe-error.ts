import { type ErrorCode, errors, isErrorCode } from '@pharus/contract';
import { DataJointError } from '@pharus/datajoint';
import { PythonError } from '@pharus/spec-sheet';
import { escaped } from '../parse/json-pointer.ts';
import { writtenName } from '../respond/table-names.ts';
import { RequestError } from './request-error.ts';

/** An error in the words its client may read. */
export interface DescribedError {
  readonly code: ErrorCode;
  /** What was expected, what came, what to do. */
  readonly sentence: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What of an error's details is for clients; the rest may name what they have no access to. */
function shown(error: DataJointError): Readonly<Record<string, unknown>> {
  const { attribute, record, operation } = error.details;
  return {
    ...(attribute !== undefined && { attribute }),
    ...(record !== undefined && { record }),
    ...(operation !== undefined && { errors: [placeOf(error)] }),
  };
}

/** The place in the body of a transaction that an error is about, and the parent that a record lacks. */
function placeOf({ code, message, details }: DataJointError): Readonly<Record<string, unknown>> {
  const { operation, record, attribute, attributes, parentTable } = details;
  const isOrphan = record !== undefined && typeof parentTable === 'string';
  const name = attribute ?? (isOrphan && Array.isArray(attributes) ? attributes[0] : undefined);
  const inRecord = record === undefined ? '' : `/records/${Number(record)}`;
  const inAttribute = record === undefined || name === undefined ? '' : `/${escaped(String(name))}`;
  return {
    pointer: `/operations/${Number(operation)}${inRecord}${inAttribute}`,
    code,
    detail: message,
    // Named in the sentence, too.
    ...(isOrphan && { parent: writtenName(parentTable) }),
  };
}

/** Seconds after which a client that was told there is no room may try again. */
const RETRY_AFTER = '2';

interface FrameworkError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
}

const FRAMEWORK: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'PAYLOAD_TOO_LARGE',
    'Expected a smaller body, got one beyond PHARUS_BODY_LIMIT; send fewer records at once.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'Expected a body of type application/json, got another type.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'INVALID_REQUEST',
    'Expected a body as long as its Content-Length, got one of another length.',
  ],
  FST_ERR_BAD_URL: ['INVALID_REQUEST', 'Expected a well-formed address, got one with a bad percent escape.'],
  FST_ERR_MAX_PARAM_LENGTH: [
    'URI_TOO_LONG',
    'Expected names of at most 1024 characters in the address, got a longer one.',
  ],
};

function describeFramework(error: FrameworkError): readonly [ErrorCode, string] | undefined {
  const known = FRAMEWORK[error.code ?? ''];
  if (known !== undefined) return known;
  const isRefusal = error.code?.startsWith('FST_') === true && (error.statusCode ?? 500) < 500;
  return isRefusal ? ['INVALID_REQUEST', 'Expected a well-formed request, got one that cannot be read.'] : undefined;
}

const malformed = { code: 'QUERY_SYNTAX', details: {}, headers: {} } as const;

/**
 * Every error as its client may see it. One that nobody foresaw becomes a general sentence: its own message may hold
 * anything.
 */
export function describeError(error: unknown): DescribedError {
  if (error instanceof RequestError) {
    return { code: error.code, sentence: error.message, details: error.details, headers: error.headers };
  }
  if (error instanceof PythonError) {
    const { offset, line, column } = error.position;
    const { code, details, headers } = error.cause === undefined ? malformed : describeError(error.cause);
    return { code, sentence: error.message, details: { ...details, line, column, offset }, headers };
  }
  if (error instanceof DataJointError && isErrorCode(error.code)) {
    const isBusy = errors[error.code].status === 503;
    return {
      code: error.code,
      sentence: error.message,
      details: shown(error),
      headers: isBusy ? { 'Retry-After': RETRY_AFTER } : {},
    };
  }
  const [code, sentence] = (error instanceof Error ? describeFramework(error) : undefined) ?? [
    'INTERNAL',
    'The server failed on this request; its log says more under the request id of this answer.',
  ];
  return { code, sentence, details: {}, headers: {} };
}
