/** Describes limit windows: what is left of them, until when, and whether they last. Pure. */

import type { LimitWindow, LoginWindows } from '../../model/credential.ts';
import { describeClock, describePast, describeWait } from './when.ts';

interface LimitsOfKey {
  readonly windows: readonly LimitWindow[];
  readonly logins?: readonly LoginWindows[] | undefined;
}

/** Describes the limits of a key, or of each account whose logins callers bring. */
export function describeLimits(
  { windows, logins = [] }: LimitsOfKey,
  now: number,
): readonly string[] {
  const ofLogins = logins.flatMap(({ account, windows: own }) =>
    own.map((window) => `${account}: ${describeWindow(window, now)}`),
  );
  return [...windows.map((window) => describeWindow(window, now)), ...ofLogins];
}

/** A limit that leaves no room for a request, as its provider said; times are epoch ms. */
interface LateBecause {
  readonly of: string;
  readonly left: number;
  readonly need: number;
  readonly until: number;
  readonly asOf: number;
}

/** Returns `tried later: 0 requests left until 14:03, as openai said 2 s ago`. */
export function describeLate(
  { of, left, need, until, asOf }: LateBecause,
  provider: string,
  now: number,
): string {
  const least = of === 'requests' ? '' : ` for at least ${need}`;
  const said = `as ${provider} said ${describePast(asOf, now)}`;
  return `tried later: ${left} ${of} left${least} until ${describeClock(until, now)}, ${said}`;
}

/**
 * Returns `plan for 5 h: 21 % left until 16:40, empty at 15:10 at this pace, said at 14:02:11`, or
 * `plan for 7 days (opus): unknown, last read 3 h ago`.
 */
function describeWindow(window: LimitWindow, now: number): string {
  const { of, model, lengthMs, refills, share, renewsAt, asOf, emptyAt } = window;
  const length = lengthMs === undefined || refills ? '' : ` for ${describeWait(lengthMs)}`;
  const what = `${of}${length}${model === undefined ? '' : ` (${model})`}`;
  if (share === undefined) return `${what}: unknown, last read ${describePast(asOf, now)}`;
  const percent = share > 0 && share < 0.01 ? 'less than 1' : Math.floor(share * 100);
  const until = renewsAt === undefined ? '' : ` until ${describeClock(renewsAt, now)}`;
  const empty =
    emptyAt === undefined ? '' : `, empty at ${describeClock(emptyAt, now)} at this pace`;
  return `${what}: ${percent} % left${until}${empty}, said at ${describeClock(asOf, now)}`;
}
