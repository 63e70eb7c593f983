import { faultIn } from './faults.ts';
import type { Outcome } from './outcome.ts';
import { conditionsIn, type Tree, treesIn } from './tree.ts';

/** What an expression came to here, in the library, and as plain SQL. */
export interface Outcomes {
  readonly own: Outcome;
  readonly theirs: Outcome;
  readonly plain: Outcome;
}

/** What happened over all expressions of a run on databases of a family. */
export class Tally {
  readonly #family: 'mysql' | 'postgresql';
  alike = 0;
  refusedByBoth = 0;
  /** Accepted here; the library ends with an error of the database, of these kinds. */
  onlyOurs = 0;
  readonly theirErrors: Record<string, number> = {};
  readonly faults: Record<string, number> = {};
  readonly operators: Record<string, number> = {};
  /** What is restricted by. */
  readonly conditions: Record<string, number> = {};
  /** Accepted here, and of the rows that plain SQL comes to. */
  likePlain = 0;
  /** Accepted here; the database takes the plain SQL for an error. */
  readonly plainErrors: Record<string, number> = {};

  constructor(family: 'mysql' | 'postgresql') {
    this.#family = family;
  }

  /** Counts an expression. @throws Error for what no fault of the library explains. */
  add(tree: Tree, { own, theirs, plain }: Outcomes): void {
    for (const part of treesIn(tree)) {
      increase(this.operators, part.op);
      const conditions = part.op === 'restrict' || part.op === 'except' ? conditionsIn(part.by) : [];
      for (const { kind } of conditions) increase(this.conditions, kind);
    }
    if (!('error' in own)) {
      if ('error' in plain) increase(this.plainErrors, kindOf(plain.error));
      else this.likePlain += 1;
      const isPlain = 'error' in plain || JSON.stringify(own.rows) === JSON.stringify(plain.rows);
      if (!isPlain) throw new Error(`rows here ${shown(own.rows)}\n  rows of plain SQL ${shown(plain.rows)}`);
      if (own.length !== own.rows.length) throw new Error(`length here ${own.length}, of ${own.rows.length} rows`);
    }
    const difference = differenceOf(own, theirs);
    if (difference !== undefined) {
      const fault = faultIn(tree, own, theirs, this.#family);
      if (fault === undefined) throw new Error(difference);
      increase(this.faults, fault);
    } else if ('error' in own) this.refusedByBoth += 1;
    else if ('error' in theirs) {
      this.onlyOurs += 1;
      increase(this.theirErrors, kindOf(theirs.error));
    } else this.alike += 1;
  }
}

/** How two outcomes differ; undefined where they do not, or where the library cannot do what this one can. */
function differenceOf(own: Outcome, theirs: Outcome): string | undefined {
  if ('error' in own) {
    return 'error' in theirs ? undefined : `refused here: ${own.error}\n  rows there: ${theirs.rows.length}`;
  }
  if ('error' in theirs) {
    return /^DataJointError/.test(theirs.error) ? `refused there: ${theirs.error}` : undefined;
  }
  for (const part of ['heading', 'primaryKey', 'rows', 'length'] as const) {
    const isSame = JSON.stringify(own[part]) === JSON.stringify(theirs[part]);
    if (!isSame && !(part === 'length' && typeof theirs.length === 'string')) {
      return `${part} here ${shown(own[part])}\n  ${part} there ${shown(theirs[part])}`;
    }
  }
  return undefined;
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 600);

function increase(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** An error without the names in it. */
function kindOf(error: string): string {
  return error
    .split('\n', 1)[0]
    ?.replace(/`[^`]*`|'[^']*'|"[^"]*"/g, '_')
    .slice(0, 90) as string;
}
