import { didYouMean } from '@pharus/datajoint';
import { RequestError } from '../errors/request-error.ts';
import { encodeCsv } from './csv.ts';
import type { Encoder } from './encoder.ts';
import { encodeNdjson } from './ndjson.ts';

/** A kind of file that tables are exported as. */
export interface ExportFormat {
  readonly name: string;
  readonly mediaType: string;
  /** The media type with its parameters. */
  readonly contentType: string;
  /** Other names of the type in use. */
  readonly aliases: readonly string[];
  readonly extension: string;
  /** Whether its columns have a type each. */
  readonly isColumnar: boolean;
  /** What writes it; the libraries of some are large, and loaded when first asked for. */
  encoder(): Promise<Encoder>;
}

const csv: ExportFormat = {
  name: 'csv',
  mediaType: 'text/csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  aliases: [],
  extension: 'csv',
  isColumnar: false,
  encoder: async () => encodeCsv,
};

const formats: readonly ExportFormat[] = [
  csv,
  {
    name: 'ndjson',
    mediaType: 'application/x-ndjson',
    contentType: 'application/x-ndjson',
    aliases: ['application/ndjson', 'application/jsonl', 'application/x-jsonlines'],
    extension: 'ndjson',
    isColumnar: false,
    encoder: async () => encodeNdjson,
  },
  {
    name: 'arrow',
    mediaType: 'application/vnd.apache.arrow.stream',
    contentType: 'application/vnd.apache.arrow.stream',
    aliases: [],
    extension: 'arrows',
    isColumnar: true,
    encoder: async () => (await import('./arrow.ts')).encodeArrow,
  },
  {
    name: 'parquet',
    mediaType: 'application/vnd.apache.parquet',
    contentType: 'application/vnd.apache.parquet',
    aliases: ['application/x-parquet'],
    extension: 'parquet',
    isColumnar: true,
    encoder: async () => (await import('./parquet.ts')).encodeParquet,
  },
];

/**
 * The format of an export: the one named, else the one the `Accept` header likes best, else CSV.
 * @throws RequestError INVALID_REQUEST for a name that is none.
 */
export function exportFormat(name: string | undefined, accept: string | undefined): ExportFormat {
  if (name === undefined) return accepted(accept) ?? csv;
  const found = formats.find((format) => format.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = formats.map((format) => format.name);
  throw new RequestError(
    'INVALID_REQUEST',
    `Parameter "format" has to be one of ${names.join(', ')}; got ${JSON.stringify(name.slice(0, 40))}.` +
      didYouMean(name, names),
  );
}

function accepted(accept = ''): ExportFormat | undefined {
  const wanted = accept.split(',').flatMap((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    const format = formats.find(({ mediaType, aliases }) => mediaType === type || aliases.includes(type));
    return format === undefined || !(Number(quality) > 0) ? [] : [{ format, quality: Number(quality) }];
  });
  return wanted.sort((a, b) => b.quality - a.quality)[0]?.format;
}
