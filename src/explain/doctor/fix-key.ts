/**
 * Suggests what to do about a key that is unusable or missing, and who could answer in its
 * place. Pure.
 */

import type { KeyState } from '../../credentials/health/key-state.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureRow } from '../../failures/row.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { SecretSource } from '../../model/credential.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
import { isLost } from '../plan/create-plan.ts';
import type { RoutePlan, StandingPlan, TargetPlan } from '../plan/plan.ts';

interface KeyStanding {
  readonly provider: string;
  readonly state: KeyState;
  readonly cause?: StandingPlan['cause'] | undefined;
  readonly source?: SecretSource | undefined;
  /** Where the key was found, or searched. */
  readonly foundAt?: string | undefined;
  readonly links?: TargetPlan['links'];
}

/** A stored key comes before `.env` and the environment, but not before these. */
const ownPlaces: Readonly<Partial<Record<SecretSource, string>>> = {
  command: 'let the command give a key that works',
  file: 'put a key that works into the file',
  keychain: 'put a key that works into the keychain',
};

/** Returns undefined if it recovers by itself, or if the key is not the cause. */
export function fixKey(standing: KeyStanding): Fix | undefined {
  const { provider, state, cause, source = 'stored', foundAt = '', links = {} } = standing;
  // the reason says how to change a budget or a price
  if (cause === 'budget') return undefined;
  const isMissing = state === 'missing' || state === 'barred';
  const row = state === 'out' ? rowBehind(cause) : undefined;
  const page = links.keys === undefined ? '' : `, from ${links.keys}`;
  if (isMissing || row?.fix === 'replace-key') {
    const place = ownPlaces[source];
    if (place !== undefined) return { text: `${place} (${foundAt})` };
    return source === 'oauth'
      ? { text: 'log in again', command: shellLine`holdfast auth login ${provider}` }
      : {
          text: `give it a key that works${page}`,
          command: shellLine`holdfast auth add ${provider}`,
        };
  }
  if (row?.heldAgainst !== 'money') return undefined;
  const at = links.keys === undefined ? '' : ` at ${new URL(links.keys).origin}`;
  return {
    text: `once it is paid or raised${at}`,
    command: shellLine`holdfast auth reset ${provider}`,
  };
}

/** Returns the row of the class that holds a candidate back; a budget has none. */
export function rowBehind(cause: StandingPlan['cause']): FailureRow | undefined {
  return cause === undefined || cause === 'budget' ? undefined : rowOfClass(cause);
}

/** Returns the line that puts a target of another route into that of the task. */
export function addSpare(
  routes: readonly RoutePlan[],
  task: string,
  fits: (target: TargetPlan) => boolean = () => true,
): ShellLine | undefined {
  const own = new Set(routes.find((one) => one.task === task)?.targets.map(({ id }) => id));
  const spare = routes
    .flatMap(({ targets }) => targets)
    .find((target) => !own.has(target.id) && !isLost(target.standing) && fits(target));
  return spare && shellLine`holdfast fallback add ${[spare.id, ...optionOf(task)]}`;
}

/** Names the task for a command of ours. */
export function optionOf(task: string): readonly string[] {
  return task === 'main' ? [] : ['--task', task];
}
