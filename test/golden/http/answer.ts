import { type ExactJson, exactJson } from './exact-json.ts';
import type { RecordedCase } from './recording.ts';

/** An answer in the form in which recorded ones and ours are compared. */
export interface Answer {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain';
  /** JSON as a value, text as it stands, nothing for HEAD; one sentence is as good as another. */
  readonly body: ExactJson | typeof aSentence;
}

/** Stands for the text of an error, which no client may rely on. */
export const aSentence = Symbol('a sentence');

/** Seconds since 1970 in which `CURRENT_TIMESTAMP` may lie. */
export interface Moment {
  readonly from: number;
  readonly to: number;
}

/** When the recording ran; the rows it began with are much older. */
const recording: Moment = { from: 1_795_376_000, to: 1_795_377_000 };

/** What the documentation makes of a recorded answer before any difference: the shapes are its, the values the recorded. */
export function documentedAnswer({ status, contentType, answer, method, path }: RecordedCase): Answer {
  const type = contentType.startsWith('application/json') ? 'application/json' : 'text/plain';
  if (typeof answer !== 'string') return { status, type, body: aSentence };
  if (type === 'text/plain' || method === 'HEAD') return { status, type, body: answer };
  const body = comparable(exactJson(answer), recording);
  if (path.split('?', 1)[0]?.endsWith('/attribute')) return { status, type, body: documentedAttributes(body) };
  return { status, type, body: status === 409 ? documentedConflict(body) : body };
}

/** An answer of ours, given while the clock of the database was within `now`. */
export function ourAnswer(
  { status, headers, text }: { status: number; headers: Readonly<Record<string, unknown>>; text: string },
  expected: Answer,
  now: Moment,
): Answer {
  const contentType = String(headers['content-type']);
  const type = contentType.startsWith('application/json') ? 'application/json' : 'text/plain';
  if (type === 'application/json' && text !== '') return { status, type, body: comparable(exactJson(text), now) };
  return { status, type, body: expected.body === aSentence && isSentence(text) ? aSentence : text };
}

/** What anyone may read: one line, nothing of the server's inside, and no sign of a fault of its own. */
export function isSentence(text: string): boolean {
  const inside =
    /Traceback|\.(?:[jt]s|py):\d|node_modules|\/packages\/|SELECT .*FROM|INSERT INTO|DELETE FROM|UPDATE `|pymysql|mysql2/;
  const fault = /fault of the program|The server failed/;
  return /^\S[^\n]*\S$/.test(text) && !inside.test(text) && !fault.test(text);
}

/** Takes out what differs from run to run: the token of a login, and the time of day where a column defaults to it. */
function comparable(body: ExactJson, { from, to }: Moment): ExactJson {
  if (isObject(body) && typeof body.jwt === 'string' && /^(?:<token>|[\w-]+\.[\w-]+\.[\w-]+)$/.test(body.jwt)) {
    return { ...body, jwt: 'a token' };
  }
  return mapColumns(body, ['dtm_now', 'ts_now'], (cell) => {
    const seconds = Number(/^number (\d+)$/.exec(String(cell))?.[1]);
    return from <= seconds && seconds <= to ? 'now' : cell;
  });
}

/** Both spellings of the header; five members a row instead of six, the last of which was always null. */
function documentedAttributes(body: ExactJson): ExactJson {
  if (!isObject(body) || !isObject(body.attributes)) return body;
  const fiveEach = (rows: ExactJson | undefined): ExactJson =>
    (rows as ExactJson[][]).map((row) => (row.length === 6 && row[5] === null ? row.slice(0, 5) : row));
  return {
    attributeHeader: body.attributeHeaders as ExactJson,
    attributeHeaders: body.attributeHeaders as ExactJson,
    attributes: { primary: fiveEach(body.attributes.primary), secondary: fiveEach(body.attributes.secondary) },
  };
}

/** Both spellings. */
function documentedConflict(body: ExactJson): ExactJson {
  if (!isObject(body)) return body;
  const { childSchema, childTable, errorMessage } = body as Record<string, ExactJson>;
  return { ...body, child_schema: childSchema!, child_table: childTable!, error_msg: errorMessage! };
}

/** Changes the cells of some columns of a `record` answer; other answers stay. */
export function mapColumns(
  body: ExactJson,
  columns: readonly string[],
  change: (cell: ExactJson) => ExactJson,
): ExactJson {
  if (!isObject(body) || !Array.isArray(body.recordHeader) || !Array.isArray(body.records)) return body;
  const header = body.recordHeader;
  const records = body.records.map((row) =>
    (row as ExactJson[]).map((cell, index) => (columns.includes(String(header[index])) ? change(cell) : cell)),
  );
  return { ...body, records };
}

function isObject(value: ExactJson | undefined): value is { [key: string]: ExactJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
