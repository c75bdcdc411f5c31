/** Times and amounts as the page shows them. Pure but for the time zone. */

import { describeClock, describeWait } from '../access/wording/when.ts';
import type { SnapshotVerdict } from '../explain/snapshot/snapshot.ts';

type State = SnapshotVerdict['state'];

const signs: Readonly<Record<State, string>> = {
  well: '✓',
  resting: '◐',
  broken: '✗',
  unknown: '?',
};

/** The verdict where there is room for one sign. */
export function signOfState(state: State): string {
  return signs[state];
}

/** The verdict in one sentence; where it is more, the page says more. */
export const sentences: Readonly<Record<State, string>> = {
  well: 'All well.',
  resting: 'It works.',
  broken: 'Something does not work.',
  unknown: 'Nothing has been asked yet.',
};

/** Returns `14:03:21 · in 18 s`; empty where the end is over. */
export function describeUntil(until: number, now: number): string {
  return until <= now ? '' : `${describeClock(until, now)} · in ${describeWait(until - now)}`;
}

/** Returns `0:07`, `12:40`, `1:02:40`. */
export function describeRunning(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const padded = (value: number): string => String(value).padStart(2, '0');
  const rest = padded(seconds % 60);
  return hours > 0 ? `${hours}:${padded(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Returns `62 %`; below one percent `< 1 %`; 0 only where nothing is left. */
export function describeShare(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${Math.floor(share * 100)} %`;
}

/** Returns `14:02 – 14:03`, with the day if it is not one time of a day. */
export function describeBin(at: number, widthMs: number): string {
  const span = `${describeTime(at)} – ${describeTime(at + widthMs)}`;
  return widthMs < 3_600_000 ? span : `${describeDay(at)} ${span}`;
}

export function describeTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 5);
}

export function describeDay(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}
