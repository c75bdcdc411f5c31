/**
 * What a person can do about a key that may not be asked now, by what it is held back for. Pure.
 */

import type { KeyState } from '../../credentials/health/key-state.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureRow, FixKind } from '../../failures/row.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { SecretSource } from '../../model/credential.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { Fix } from '../../model/fix.ts';
import type { ProviderLinks } from '../../providers/entry.ts';
import { hedgeFix } from '../wording/hedge-fix.ts';
import { advises, renewalOf, saysMore } from '../wording/speakers.ts';
import { inRegion, replaceAtSource } from './key-fixes.ts';
import { addMoney, raiseLimit } from './money-fixes.ts';
import { lookForHeader } from './unreached.ts';

export interface KeyStanding {
  readonly provider: string;
  readonly state: KeyState;
  /** Why it may not be asked now. */
  readonly cause?: FailureClass | 'budget' | undefined;
  /** What was said or seen then. */
  readonly evidence?: string | undefined;
  readonly speaker?: AnswerSpeaker | undefined;
  readonly links?: Partial<ProviderLinks> | undefined;
  readonly source?: SecretSource | undefined;
  /** Where the key was found, or searched. */
  readonly foundAt?: string | undefined;
}

/** Returns undefined if it recovers by itself, or if the key is not the cause. */
export function fixKey(standing: KeyStanding): Fix | undefined {
  return hedgeFix(fixByState(standing), standing, standing);
}

export function fixByState(standing: KeyStanding): Fix | undefined {
  const { provider, state, cause, evidence } = standing;
  // the reason says how to change a budget or a price
  if (cause === 'budget') return undefined;
  const row = state === 'out' && cause !== undefined ? rowOfClass(cause) : undefined;
  if (row?.fix === 'allow-request' && saysMore(evidence, standing)) return allow(standing);
  if (isMissing(state) || isOneOf(row?.fix, ['replace-key', 'allow-request']))
    return replaceKey(standing);
  if (row?.fix === 'move-key') return { text: inRegion(standing) };
  if (row?.fix === 'send-key') return lookForHeader(provider, evidence);
  return row === undefined ? undefined : fixAccount(row, standing);
}

function isMissing(state: KeyState): boolean {
  return state === 'missing' || state === 'barred' || state === 'brought';
}

function allow(standing: KeyStanding): Fix {
  const first = advises(standing.evidence, standing) ? 'do as it says' : 'mend what it names';
  return { text: `${first}, or give it a key that may do this` };
}

function replaceKey({ provider, source = 'stored', foundAt = '', links }: KeyStanding): Fix {
  const text = replaceAtSource(source, foundAt, links?.keys);
  if (text && source !== 'config') return { text };
  if (source === 'oauth')
    return { text: 'log in again', command: shellLine`holdfast auth login ${provider}` };
  const page = links?.keys === undefined ? '' : `, from ${links.keys}`;
  const command = shellLine`holdfast auth add ${provider}`;
  return { text: text ? `${text}; or store another` : `give it a key that works${page}`, command };
}

/** The key itself may be good. */
function fixAccount(
  row: FailureRow,
  { provider, cause, evidence, speaker, links = {} }: KeyStanding,
): Fix | undefined {
  if (row.heldAgainst !== 'money') return undefined;
  const said = { cause, evidence, speaker };
  if (row.isLimit !== true) return addMoney(said, provider, links); // an open bill is not renewed
  const command = shellLine`holdfast auth reset ${provider}`;
  const isTold = advises(evidence, said);
  const raise = isTold ? 'do as it says' : raiseLimit(provider, links);
  const other = isTold ? [] : ['add a key of another account'];
  return {
    text: `${[raise, ...renewalOf(evidence), ...other].join(', or ')}; after that`,
    command,
  };
}

export function isOneOf(kind: FixKind | undefined, kinds: readonly FixKind[]): boolean {
  return kind !== undefined && kinds.includes(kind);
}
