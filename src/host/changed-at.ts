/** When a file was changed, by the clock that tells everything else. */

import type { Host } from '../host.ts';

/**
 * Epoch ms. 0 if it is not there, if it may not be looked at, or if another clock says it: this one
 * was set back since. A change that is only tried, in memory, is later than everything.
 */
export function changedAt(
  { files, clock }: { readonly files: Pick<Host['files'], 'stamp'> } & Pick<Host, 'clock'>,
  path: string,
): number {
  try {
    const { modifiedAt = 0 } = files.stamp(path) ?? {};
    return Number.isFinite(modifiedAt) && modifiedAt > clock.now() ? 0 : modifiedAt;
  } catch {
    return 0; // another check says so
  }
}
