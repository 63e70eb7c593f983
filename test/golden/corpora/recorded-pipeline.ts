import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { shared } from '../../support/shared.ts';

/** The pipelines that labs published, by the name of their dump. */
export const pipelines = ['elements', 'book', 'churchland', 'tutorials'] as const;
export type PipelineName = (typeof pipelines)[number];

/** A table as the Python library describes it. */
export interface PipelineTable {
  readonly schema: string;
  /** As it is stored: `#species`, `__scan__frame`. */
  readonly stored: string;
  /** As clients write it: `Species`, `Scan.Frame`. */
  readonly className: string;
  readonly tier: 'manual' | 'lookup' | 'imported' | 'computed' | 'part';
  /** The definition; parents by their full name. */
  readonly describe: string;
  readonly count: number;
  readonly primaryKey: readonly string[];
  readonly attributes: readonly PipelineAttribute[];
}

interface PipelineAttribute {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly autoincrement: boolean;
  readonly inKey: boolean;
}

interface Recorded {
  readonly cls: string;
  readonly tier: string;
  readonly describe: string;
  readonly count: number;
  readonly primary_key: readonly string[];
  readonly attributes: readonly {
    readonly name: string;
    readonly type: string;
    readonly in_key: boolean;
    readonly nullable: boolean;
    readonly default: string | null;
    readonly autoincrement: boolean;
  }[];
}

/** The dump of a pipeline. */
export function dumpOf(pipeline: PipelineName): string {
  return shared(`corpora/mariadb/${pipeline}.sql.gz`);
}

/** What the Python library said of each table of a pipeline. */
export function recordedPipeline(pipeline: PipelineName): readonly PipelineTable[] {
  const file = gunzipSync(readFileSync(shared(`corpora/mariadb/${pipeline}.describe.json.gz`)));
  const recorded = JSON.parse(file.toString('utf8')) as Readonly<Record<string, Recorded>>;
  return Object.entries(recorded).map(([fullName, table]) => {
    const [, schema = '', stored = ''] = /^`([^`]+)`\.`([^`]+)`$/.exec(fullName) ?? [];
    const tier = table.tier.toLowerCase() as PipelineTable['tier'];
    const master = `\`${schema}\`.\`${stored.slice(0, stored.lastIndexOf('__'))}\``;
    return {
      schema,
      stored,
      className: tier === 'part' ? `${recorded[master]?.cls}.${table.cls}` : table.cls,
      tier,
      describe: table.describe,
      count: table.count,
      primaryKey: table.primary_key,
      attributes: table.attributes.map(({ in_key: inKey, ...attribute }) => ({
        name: attribute.name,
        type: attribute.type,
        nullable: attribute.nullable,
        default: attribute.default,
        autoincrement: attribute.autoincrement,
        inKey,
      })),
    };
  });
}
