/** Asks a disk whether files can be made on it: one without inodes is called full, too. */

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../errors.ts';

/**
 * True where none is left. Some file systems make inodes as needed, and count none:
 * https://man7.org/linux/man-pages/man3/statvfs.3.html
 */
export function isOutOfFiles(path: string): boolean {
  try {
    const { files, ffree } = statfsSync(path);
    return files > 0 && ffree === 0;
  } catch (error) {
    const above = dirname(path);
    return codeOf(error) === 'ENOENT' && above !== path && isOutOfFiles(above);
  }
}
