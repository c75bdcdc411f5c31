/** Limits of stored image descriptions. Types only. */

export interface DescriptionLimits {
  /** Forgotten after this long without use; 0: nothing is written to disk. */
  readonly keepDays: number;
  /** Limits all of them together; the one unused for longest goes first. */
  readonly maxBytes: number;
}
