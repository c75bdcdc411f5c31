/**
 * What a reset hint is: a place of a vendor's own in which it says when a limit ends, beside the
 * headers that all share (`Retry-After` and its millisecond forms). Rows are data;
 * `access/classify/retry-after` reads them for the engine, `explain/why/rules` for people.
 */

/** How a time is written. Absent zones mean `zone`. */
export type ResetForm =
  /** `17`, `1.5`. */
  | 'seconds'
  /** `6m0s`, `12ms`, `37043.5s`. */
  | 'duration'
  /** `1795276800`. */
  | 'unix-seconds'
  /** `1795305600000`. */
  | 'unix-milliseconds'
  /** RFC 3339, with `T` or a blank between day and time. */
  | 'date-time'
  /**
   * Whatever the writer took for a time: seconds from now, or a point in time in seconds,
   * milliseconds or RFC 3339, or a duration.
   */
  | 'any';

/** One row. All rows of the provider that are there are read, and the latest end counts. */
export interface ResetHint {
  /** Kebab-case, beginning with the provider or `any`. */
  readonly id: string;
  /** A catalogue name, or `*` for every provider. */
  readonly provider: string;
  /**
   * A header by lower-case name, a path in the body as in `Signature`, or the first group of a
   * pattern over the message.
   */
  readonly at: { readonly header: string } | { readonly field: string } | { readonly text: RegExp };
  readonly form: ResetForm;
  /** Of a `date-time` without one: `+08:00`. Default: such a time is not read. */
  readonly zone?: string;
  /** Counts only beside this header; one that is absent counts as empty. */
  readonly when?: { readonly header: string; readonly is: RegExp };
  /**
   * Counts only in an answer with one of these: such headers stand in every answer of some.
   * Default: in any.
   */
  readonly status?: readonly number[];
  /**
   * The bucket refills all the while and is full then, so that it says nothing about how long to
   * wait; known, and not waited for. Default: until then requests are refused.
   */
  readonly isRefill?: true;
  /** Where this was seen, with its mark in front, as in `Signature`. */
  readonly source: string;
  /** A short excerpt as it was sent. */
  readonly sample: string;
}
