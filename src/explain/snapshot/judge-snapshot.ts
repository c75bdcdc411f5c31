/** Sums up a snapshot in the one sentence that a person reads first. Pure. */

import { describeClock } from '../../access/wording/when.ts';
import { isHeldBack, type KeyState } from '../../credentials/health/key-state.ts';
import type { Fix } from '../../model/fix.ts';
import { countNoun } from '../why/wording.ts';
import type { CredentialState, SnapshotVerdict, TaskState } from './snapshot.ts';

interface JudgedFacts {
  readonly credentials: readonly CredentialState[];
  readonly tasks: readonly TaskState[];
  readonly now: number;
  /** Why a change of the configuration is not in force. */
  readonly refused?: string | undefined;
}

/** The verdict is as bad as the worst task or credential. */
export function judgeSnapshot({ credentials, tasks, now, refused }: JudgedFacts): SnapshotVerdict {
  const shut = tasks.filter(({ usable }) => !usable);
  const failing = tasks.filter(({ usable, failing: found }) => usable && found !== undefined);
  const held = findHeld(credentials);
  const fixes = uniqueFixes(held);
  if (shut.length > 0) {
    const names = shut.map(({ name }) => name).join(', ');
    const text = `${names} cannot be answered: ${describeHeldPools(held, now)}`;
    return { state: 'broken', text, fixes };
  }
  if (refused !== undefined)
    return { state: 'broken', text: `a change of the configuration is refused: ${refused}`, fixes };
  if (failing.length > 0) return { state: 'broken', text: describeFailing(failing), fixes };
  if (held.length > 0)
    return {
      state: 'resting',
      text: `every task has somebody to ask; ${describeHeldPools(held, now)}`,
      fixes,
    };
  const proven = credentials.filter(({ state }) => state === 'works').length;
  if (proven === 0 && credentials.length > 0)
    return {
      state: 'unknown',
      text: 'nothing has been asked yet, so no key is verified',
      fixes: [],
    };
  const untried = credentials.length - proven;
  const rest = untried === 0 ? '' : `, ${untried} not tried yet`;
  return {
    state: 'well',
    text: `every task has somebody to ask; ${countNoun(proven, 'key')} worked${rest}`,
    fixes: [],
  };
}

/** Tasks whose last requests failed alike share a clause. */
function describeFailing(failing: readonly TaskState[]): string {
  const alike = Map.groupBy(failing, ({ failing: found }) => found?.text ?? '');
  const clauses = [...alike].map(
    ([text, same]) => `${same.map(({ name }) => name).join(', ')}: ${text}`,
  );
  return `the last request was not answered: ${clauses.slice(0, 3).join('; ')}`;
}

/** A missing key beside a present one is only an unused source. */
function findHeld(credentials: readonly CredentialState[]): readonly CredentialState[] {
  const there = new Set(
    credentials.filter(({ state }) => state !== 'missing').map(({ provider }) => provider),
  );
  return credentials.filter(({ state, provider }) =>
    state === 'missing' ? !there.has(provider) : state === 'due' || isHeldBack(state),
  );
}

const words: Readonly<Partial<Record<KeyState, string>>> = {
  due: 'is tried again by the next request',
  out: 'is out',
  missing: 'is missing',
};

/** Names the first three, with the time of their return. */
function describeHeldPools(held: readonly CredentialState[], now: number): string {
  if (held.length === 0) return 'no key is configured';
  const named = held.slice(0, 3).map(({ id, state, marks: [first] }) => {
    const word = words[state] ?? state;
    if (first === undefined) return `${id} ${word}`;
    const end = first.until > now ? `, again at ${describeClock(first.until, now)}` : '';
    return `${id} ${word} (${first.cause})${end}`;
  });
  const more = held.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function uniqueFixes(held: readonly CredentialState[]): readonly Fix[] {
  const fixes = held.flatMap((one) => one.fixes);
  return [...new Map(fixes.map((fix) => [fix.command ?? fix.text, fix])).values()].slice(0, 3);
}
