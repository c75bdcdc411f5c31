/** How descriptions of images are kept. Types only. */

export interface DescriptionLimits {
  /** Whoever is not used for so long is forgotten; 0: nothing is written to disk. */
  readonly keepDays: number;
  /** Of all together; whoever was used longest ago goes first. */
  readonly maxBytes: number;
}
