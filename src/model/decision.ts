/**
 * What happens after a failed attempt. Types only; made by access/decide, carried out by
 * access/run/carry-out.
 */

export type Decision =
  /**
   * The same request to the same target with the same credential, after `delayMs`; `isAmended`:
   * changed so that it may be accepted.
   */
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      readonly reason: string;
      /** Which of how many repeats it is. Absent for one that is amended. */
      readonly times?: { readonly number: number; readonly of: number };
      readonly isAmended?: true;
    }
  /** Read the credential's source again; a changed secret is used at once, without a wait. */
  | { readonly kind: 'reread'; readonly reason: string }
  /** The next credential of the same target. */
  | { readonly kind: 'rotate'; readonly reason: string }
  | { readonly kind: 'next-target'; readonly reason: string }
  /** Nothing else is free: until the mark that was just written ends, or its provider is back. */
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string };
