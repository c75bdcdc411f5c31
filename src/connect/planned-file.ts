/** Describes one file of an agent: its present and new content, and the part that may be shown. */

import type { ConfigBefore } from '../imports/write-config.ts';
import type { OwnValue } from './own-values.ts';

export interface PlannedFile {
  readonly path: string;
  /** Absent: there is no such file yet. */
  readonly before?: ConfigBefore | undefined;
  /** In a file for the key, only this field contains the key. It is written and never shown. */
  readonly after: string;
  /** The new mode. Default: unchanged. */
  readonly mode?: number;
  /** The settings alone, as a file of their own. */
  readonly settings: string;
  /** The values that are ours in it. */
  readonly values: readonly OwnValue[];
  /** The command for the key that the agent was told. */
  readonly keyCommand: readonly [string, ...string[]];
  /** Empty if the file has all settings already. */
  readonly diff: string;
}
