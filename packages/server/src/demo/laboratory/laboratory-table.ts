import type { InputRow, Tier } from '@pharus/datajoint';

/** A table of the laboratory, in the order in which they are declared and filled. */
export interface LaboratoryTable {
  /** `Session`, or `Session.Trial` for a part. */
  readonly className: string;
  readonly tier: Tier;
  readonly definition: string;
  readonly rows: () => readonly InputRow[];
  /** What is to be computed and what failed, for a table that has jobs. */
  readonly jobs?: () => readonly InputRow[];
}
