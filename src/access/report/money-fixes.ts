/** What mends a limit or an empty account, for a request and for a key that is held back alike. */

import type { ResolvedProvider } from '../../config/resolved/resolved.ts';
import { linked } from './key-fixes.ts';

type VendorLinks = Partial<ResolvedProvider['entry']['links']>;

/** Some accounts have money, and nothing yet to take it from. */
const payFirst =
  /\b(card|payment (method|instrument))\b|\bbilling\b[^.]{0,40}\b(enabled?|disabled|set ?up|activated?)\b|\b(enable|activate|set up) billing\b/i;

/** `words` are those of the refusal. */
export function addMoney(words: string | undefined, links: VendorLinks): string {
  return payFirst.test(words ?? '')
    ? 'do as it says'
    : `add money${linked(' at', consoleOf(links.keys))}`;
}

/**
 * `runner` is the server or the provider that has set it. A vendor without a page of keys is asked
 * by login, and its plan has the limits.
 */
export function raiseLimit(runner: string, { keys, limits }: VendorLinks): string {
  if (keys !== undefined) return `raise the limit at ${consoleOf(keys)}`;
  return limits === undefined
    ? `have whoever runs ${runner} raise the limit`
    : `get a larger plan (${limits})`;
}

/** Guesses the console from the page of keys: balance and limits are on the same site. */
function consoleOf(keys: string | undefined): string | undefined {
  return keys === undefined ? undefined : new URL(keys).origin;
}
