/** One file of an agent: as it is, as it would be, and what of it is shown. */

import type { ConfigBefore } from '../imports/write-config.ts';

export interface PlannedFile {
  readonly path: string;
  /** Absent: there is no such file yet. */
  readonly before?: ConfigBefore | undefined;
  /** Of a file for the key, this alone holds the key: it is written, and shown nowhere. */
  readonly after: string;
  /** That of the file to be; default: what it has. */
  readonly mode?: number;
  /** The settings alone, as a file of their own. */
  readonly settings: string;
  /** Empty: it holds all of it already. */
  readonly diff: string;
}
