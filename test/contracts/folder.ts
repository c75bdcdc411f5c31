/** A folder on the real disk for one test. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Folder {
  readonly path: string;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
