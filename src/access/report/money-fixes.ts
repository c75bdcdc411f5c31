/** What mends a limit or an empty account, for a request and for a key that is held back alike. */

import type { ResolvedProvider } from '../../config/resolved/resolved.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Fix } from '../../model/fix.ts';
import type { SaidFailure } from '../wording/said-fix.ts';
import { advises } from '../wording/speakers.ts';
import { linked } from './key-fixes.ts';

type VendorLinks = Partial<ResolvedProvider['entry']['links']>;

/** Some accounts have money, and nothing yet to take it from. */
const payFirst =
  /\b(card|payment (method|instrument))\b|\bbilling\b[^.]{0,40}\b(enabled?|disabled|set ?up|activated?)\b|\b(enable|activate|set up) billing\b/i;

/** A key that is held back for it is asked again after a reset only. */
export function addMoney(said: SaidFailure, pool: string, links: VendorLinks): Fix {
  const isFirst = payFirst.test(said.evidence ?? '');
  const add = `add money${linked(' at', consoleOf(links.keys))}`;
  const asSaid = isFirst || advises(said.evidence, said) ? ['do as it says'] : [];
  const todo = isFirst ? asSaid : [...asSaid, add];
  return {
    text: `${todo.join(', or ')}; after that`,
    command: shellLine`holdfast auth reset ${pool}`,
  };
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
