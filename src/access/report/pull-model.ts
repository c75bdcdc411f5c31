/** Fetches a model that a program on this machine does not have yet. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { ShellLine } from '../../model/fix.ts';
import type { Target } from '../../model/target.ts';
import type { ProviderEntry } from '../../providers/entry.ts';

/** Undefined if the server is not our own, or its program has no such command. */
export function pullModel(
  entry: Pick<ProviderEntry, 'pullCommand'> | undefined,
  { isLocal, model, pool }: Pick<Target, 'isLocal' | 'model' | 'pool'>,
): ShellLine | undefined {
  const words = entry?.pullCommand;
  if (words === undefined || isLocal !== true) return undefined;
  // without a reset the model is held back for some time yet
  return shellLine`${[...words, model]} && holdfast auth reset ${pool}`;
}
