/**
 * What happens after a failed attempt. Types only; access/decide chooses it, access/run/carry-out
 * does it.
 */

export type Decision =
  /**
   * Repeats the request to the same target with the same credential, after `delayMs`; `isAmended`:
   * changed so that it may be accepted.
   */
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      readonly reason: string;
      /** The number of this repeat and their total. Absent for an amended request. */
      readonly times?: { readonly number: number; readonly of: number };
      readonly isAmended?: true;
    }
  /** Reads the credential's source again; a changed secret is used at once, without a wait. */
  | { readonly kind: 'reread'; readonly reason: string }
  /** Takes the next credential of the same target. */
  | { readonly kind: 'rotate'; readonly reason: string }
  | { readonly kind: 'next-target'; readonly reason: string }
  /** Nothing else is free: waits until the new mark ends or its provider is back. */
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string };
