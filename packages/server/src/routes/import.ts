import { type ImportedRows, importRows, type RowProblem } from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { RequestError } from '../errors/request-error.ts';
import { csvRows } from '../import/csv-rows.ts';
import { ndjsonRows } from '../import/ndjson-rows.ts';
import { texts } from '../import/texts.ts';
import { parseImportQuery } from '../parse/import-query.ts';
import { escaped } from '../parse/json-pointer.ts';
import type { Query } from '../parse/record-query.ts';

interface ImportRoute {
  Params: { schema: string; table: string };
  Querystring: Query;
}

const readers = { csv: csvRows, ndjson: ndjsonRows } as const;

/** `POST .../import`: the rows of a file into a table, all or none. */
export const importRoutes =
  ({ authenticate, connect, signal, wrote, config }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    // Read while they arrive, whatever their type says.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, body, done) => done(null, body));

    const options = { bodyLimit: config.importLimit, config: { takesTime: true } };
    app.post<ImportRoute>('/schema/:schema/table/:table/import', options, async (request, reply) => {
      const credentials = await authenticate(request);
      const { format, isDryRun, existing } = parseImportQuery(request.query, request.headers['content-type']);
      const database = await connect(request, credentials);
      database.catalog.invalidate();
      const table = await database.schema(request.params.schema).table(request.params.table);
      const rows = readers[format](table.heading, texts(request.raw, config.importLimit));
      const outcome = await importRows(table, rows, { existing, isDryRun, signal: signal(request) });
      if (outcome.isStored) wrote(request, [{ action: 'insert', table: table.name, rows: outcome.rows }]);
      const problems = outcome.problems.map(problemOf);
      if (problems.length > 0 && !isDryRun) throw refusal(outcome, problems);
      const lines = [...problems, totals(outcome, isDryRun)].map((line) => `${JSON.stringify(line)}\n`);
      return reply.type('application/x-ndjson').send(lines.join(''));
    });
  };

function problemOf({ row, error: { code, message, details } }: RowProblem): object {
  const { attribute } = details;
  return { row, pointer: typeof attribute === 'string' ? `/${escaped(attribute)}` : '', code, detail: message };
}

function totals({ rows, inserted, existing, problems, isComplete }: ImportedRows, dryRun: boolean): object {
  return { rows, inserted, existing, wrong: problems.length, complete: isComplete, dryRun };
}

function others({ problems, isComplete }: ImportedRows): string {
  const count = problems.length - 1;
  if (!isComplete) return ` ${count} or more other rows are wrong, too.`;
  return count === 0 ? '' : count === 1 ? ' Another row is wrong, too.' : ` ${count} other rows are wrong, too.`;
}

/** Says the first of the problems, and to a program all of them. */
function refusal(outcome: ImportedRows, errors: readonly object[]): RequestError {
  const { row, error } = outcome.problems[0] as RowProblem;
  return new RequestError('INVALID_IMPORT', `Row ${row}: ${error.message}${others(outcome)} Nothing was imported.`, {
    details: { errors },
  });
}
