/** How much is read of a statement's rows before somebody takes them. */
export interface BatchLimit {
  readonly rows: number;
  readonly bytes: number;
  /** Give no batch before it has come to that, or to the end. */
  readonly isFilled?: boolean;
}

/** Whether rows that were taken, and not yet given, come to the limit. */
export const isFull = (
  { count, bytes }: { readonly count: number; readonly bytes: number },
  limit: BatchLimit,
): boolean => count >= limit.rows || bytes >= limit.bytes;
