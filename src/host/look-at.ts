/** Looks at files that only help an explanation: what cannot be looked at is no fault here. */

import type { Files } from '../host.ts';

/** `whenUnknown`: where nobody may look. Default: it is not there. */
export function isThere(files: Pick<Files, 'stamp'>, path: string, whenUnknown = false): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch {
    return whenUnknown;
  }
}

/** Empty for a file that is not there or cannot be read. */
export function readIfThere(files: Pick<Files, 'stamp' | 'readText'>, path: string): string {
  try {
    return files.stamp(path) === undefined ? '' : files.readText(path);
  } catch {
    return '';
  }
}
