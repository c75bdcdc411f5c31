/**
 * Defines a reset hint: a vendor's own place for the end of a limit, beside the headers that
 * all share (`Retry-After` and its millisecond forms). Rows are data; `access/classify/retry-after`
 * reads them for the engine, `explain/why/rules` for people.
 */

/** Names the notation of a time. `zone` applies if it names none. */
export type ResetForm =
  /** Is written `17` or `1.5`. */
  | 'seconds'
  /** Is written `6m0s`, `12ms` or `37043.5s`. */
  | 'duration'
  /** Is written `1795276800`. */
  | 'unix-seconds'
  /** Is written `1795305600000`. */
  | 'unix-milliseconds'
  /** Follows RFC 3339, with `T` or a blank between day and time. */
  | 'date-time'
  /** Is the name of a limit, as `RequestsPerDay`: one of a day ends at midnight in `zone`. */
  | 'limit-name'
  /** Is a list of limits, as in `"day";r=0;t=900, "minute";r=3;t=20`: those with nothing left. */
  | 'rate-limit'
  /**
   * Has one of many forms: seconds from now, a point in time in seconds, milliseconds or RFC 3339,
   * or a duration.
   */
  | 'any';

/** Is one row. All matching rows of the provider are read, and the latest end counts. */
export interface ResetHint {
  /** Is kebab-case and starts with the provider or `any`. */
  readonly id: string;
  /** Is a catalogue name, or `*` for every provider. */
  readonly provider: string;
  /**
   * A header by lower-case name, a path in the body as in `Signature`, or the first group of a
   * pattern over the message. A `window` is each header of such a name, where the one with
   * `remaining` in the place of `reset` has nothing left: a window beside it does not explain the
   * refusal.
   */
  readonly at:
    | { readonly header: string }
    | { readonly window: RegExp }
    | { readonly field: string }
    | { readonly text: RegExp };
  readonly form: ResetForm;
  /**
   * Gives the zone of a `date-time` without one: `+08:00`. Default: such a time is ignored. Of a
   * `limit-name` as words say it: `Pacific time`.
   */
  readonly zone?: string;
  /** Counts only if this header matches; a missing one counts as empty. */
  readonly when?: { readonly header: string; readonly is: RegExp };
  /**
   * Counts only with one of these statuses, because some vendors send the header with every answer.
   * Default: with any.
   */
  readonly status?: readonly number[];
  /**
   * The bucket refills steadily and is full then, so the time does not say how long to wait, and is
   * not waited for. Default: requests are refused until then.
   */
  readonly isRefill?: true;
  /** Says where this was seen, after its mark, as in `Signature`. */
  readonly source: string;
  /** Quotes a short excerpt of a real answer. */
  readonly sample: string;
}
