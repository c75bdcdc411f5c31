/** Reads a folder for a guess of what people may have meant. */

import type { Files } from '../../host.ts';

/** Empty if the folder cannot be read: who needs a file in it tells that. */
export function listNames(files: Pick<Files, 'list'>, folder: string): readonly string[] {
  try {
    return files.list(folder);
  } catch {
    return [];
  }
}
