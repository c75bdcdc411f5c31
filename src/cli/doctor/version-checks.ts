/** Compares the program of the gateway with the one that runs now: either may be the older. */

import { createTrouble, type Trouble } from '../../explain/doctor/troubles.ts';
import { describeVersion } from '../../host/describe-version.ts';
import { findScript } from '../../host/process-state.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { ReadingSource } from '../context/gateway-readings.ts';

/** Of a gateway elsewhere there is no process to look at. */
export function compareVersions(
  theirs: string,
  { text: who, pid }: Pick<ReadingSource, 'text' | 'pid'>,
  proc?: string,
): readonly Trouble[] {
  const ours = describeVersion();
  if (theirs === ours) return [];
  const what = `${who} is holdfast ${theirs}, and this is ${ours}`;
  if (pid === undefined) return [createTrouble('odd', what, {})];
  const [there, here] = [pid, undefined].map((one) => findScript(one, proc));
  const isOther = there !== undefined && here !== undefined && there !== here;
  const evidence = isOther
    ? `it was started from ${there}, and this is ${here}`
    : 'it runs what was installed when it was started';
  const text = isOther
    ? 'two are installed: type -a holdfast lists them; take the wrong one out of the PATH, or, if the gateway is the wrong one, end it and start this one'
    : 'end it, and start it again';
  const fix = { text, command: shellLine`kill ${pid}` };
  return [createTrouble('odd', what, { evidence: [evidence], fix })];
}
