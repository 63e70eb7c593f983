import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Family } from '../../support/products.ts';
import { shared } from '../../support/shared.ts';

/**
 * The pipelines that labs published, by the name of their dump: those of legacy DataJoint, and those of DataJoint 2 on
 * PostgreSQL.
 */
export const pipelines = {
  mysql: ['elements', 'book', 'churchland', 'tutorials'],
  postgresql: ['elements', 'docs2x', 'tutorials'],
} as const;

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

const directories: Readonly<Record<Family, string>> = { mysql: 'mariadb', postgresql: 'postgres' };

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
    /** As it was declared, where that is told apart. */
    readonly original_type?: string;
    readonly in_key: boolean;
    readonly nullable: boolean;
    readonly default: string | null;
    readonly autoincrement: boolean;
  }[];
}

/** The dump of a pipeline. */
export function dumpOf(family: Family, pipeline: string): string {
  return shared(`corpora/${directories[family]}/${pipeline}.sql.gz`);
}

/** What the Python library said of each table of a pipeline. */
export function recordedPipeline(family: Family, pipeline: string): readonly PipelineTable[] {
  const file = gunzipSync(readFileSync(shared(`corpora/${directories[family]}/${pipeline}.describe.json.gz`)));
  const recorded = JSON.parse(file.toString('utf8')) as Readonly<Record<string, Recorded>>;
  return Object.entries(recorded).map(([fullName, table]) => {
    const [, mark = '', schema = '', stored = ''] = /^([`"])(.+)\1\.\1(.+)\1$/.exec(fullName) ?? [];
    const tier = table.tier.toLowerCase() as PipelineTable['tier'];
    const master = [schema, stored.slice(0, stored.lastIndexOf('__'))].map((name) => mark + name + mark).join('.');
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
        type: attribute.original_type ?? attribute.type,
        nullable: attribute.nullable,
        default: attribute.default,
        autoincrement: attribute.autoincrement,
        inKey,
      })),
    };
  });
}
