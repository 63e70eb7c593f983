import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../../packages/server/src/parse/json.ts';
import { type ApiAnswer, type ApiClient, encodeRestriction, tablePath } from '../../support/api.ts';
import { keyRestriction } from './printed.ts';
import type { PipelineTable } from './recorded-pipeline.ts';

/** An answer of `record`. */
export interface Page {
  readonly recordHeader: readonly string[];
  readonly records: readonly (readonly JsonValue[])[];
  readonly totalCount: number;
}

/** An answer that has to be a success. */
export async function ok(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
  const settled = await answer;
  expect({ status: settled.status, ...(settled.status !== 200 && { text: settled.text }) }).toEqual({ status: 200 });
  return settled;
}

export function pageOf(answer: ApiAnswer): Page {
  const { recordHeader, records, totalCount } = answer.json() as JsonObject;
  return { recordHeader, records, totalCount } as unknown as Page;
}

/** The restriction to a row by its place. */
export function restrictionTo({ primaryKey }: PipelineTable, { records, recordHeader }: Page, row: number): string {
  return keyRestriction(
    primaryKey,
    primaryKey.map((name) => records[row]?.[recordHeader.indexOf(name)] as JsonValue),
  );
}

/** The `record` path of one row, given by its place in the order of the key. */
export async function rowPath(client: ApiClient, table: PipelineTable, row: number): Promise<string> {
  const path = tablePath(table.schema, table.className, 'record');
  const whole = pageOf(await ok(client.get(path)));
  return `${path}?restriction=${encodeRestriction(restrictionTo(table, whole, row))}`;
}
