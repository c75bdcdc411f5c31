/**
 * Suggests what to do about a key that is unusable or missing, for snapshots, plans and the doctor
 * alike. Pure.
 */

import type { KeyState } from '../../credentials/health/key-state.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureRow } from '../../failures/row.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { SecretSource } from '../../model/credential.ts';
import type { Fix } from '../../model/fix.ts';
import type { StandingPlan } from '../plan/plan.ts';

interface KeyStanding {
  readonly provider: string;
  readonly state: KeyState;
  readonly cause?: StandingPlan['cause'] | undefined;
  readonly source?: SecretSource | undefined;
}

/** Returns undefined if it recovers by itself, or if the key is not the cause. */
export function fixKey({ provider, state, cause, source }: KeyStanding): Fix | undefined {
  const isMissing = state === 'missing' || state === 'barred';
  const row = state === 'out' ? rowBehind(cause) : undefined;
  if (isMissing || row?.fix === 'replace-key') {
    // A new stored key is used at once: it comes before `.env` and the environment, and next after
    // a key that config names.
    return source === 'oauth'
      ? { text: 'log in again', command: shellLine`holdfast auth login ${provider}` }
      : { text: 'give it a key that works', command: shellLine`holdfast auth add ${provider}` };
  }
  if (row?.accuses === 'money')
    return {
      text: 'once it is paid or raised',
      command: shellLine`holdfast auth reset ${provider}`,
    };
  return undefined;
}

/** Returns the row of the class that holds a candidate back; a budget has none. */
export function rowBehind(cause: StandingPlan['cause']): FailureRow | undefined {
  return cause === undefined || cause === 'budget' ? undefined : rowOfClass(cause);
}
