/**
 * Describes points in time: how far away, and the time on this machine's clock. Pure but for its
 * time zone.
 */

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** For example `in 15 min (14:03)`; with seconds if it is near, with the day if it is not today. */
export function describeWhen(at: number, now: number): string {
  return `in ${describeWait(at - now)} (${describeClock(at, now)})`;
}

/** Says when we look whether somebody has changed it: it does not end by itself. */
export function describeLook(at: number, now: number): string {
  return `looked at again ${describeWhen(at, now)}`;
}

/** Rounded up, so that the wait is over by then. */
export function describeWait(ms: number): string {
  return describeRounded(ms, Math.ceil);
}

/** Rounded down: of what took 2 min 59 s, 2 min have passed. */
export function describeElapsed(ms: number): string {
  return describeRounded(ms, Math.floor);
}

/** Returns, for example, `3 min ago`. */
export function describePast(at: number, now: number): string {
  return `${describeElapsed(now - at)} ago`;
}

function describeRounded(ms: number, round: (value: number) => number): string {
  const seconds = Math.max(0, round(ms / 1000));
  if (seconds <= 120) return `${seconds} s`;
  const minutes = round(seconds / 60);
  if (minutes <= 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${round(minutes / 60 / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** For example `14:03`; with seconds if it is near, with the day if it is not today. */
export function describeClock(at: number, now: number): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes()];
  if (at - now <= 2 * minuteMs) parts.push(date.getSeconds());
  const time = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const isToday = at - now < dayMs && date.getDate() === new Date(now).getDate();
  return isToday ? time : `${date.getDate()} ${months[date.getMonth()]} ${time}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface SetEnd {
  /** When we ask again. */
  readonly until?: number | undefined;
  readonly endSetBy?: 'provider' | 'ours' | undefined;
  readonly namedUntil?: number | undefined;
}

/** True if we ask again before the end that the provider named. */
export function isCapped({ until, namedUntil }: SetEnd): boolean {
  return until !== undefined && namedUntil !== undefined && namedUntil > until;
}

/**
 * Says who set the end of a rest, beside the time at which we ask again: `theirs` where that is the
 * provider's own moment; that moment, where ours reads differently; else that it is ours.
 */
export function describeSetter(
  end: SetEnd,
  { theirs, provider = 'the provider' }: { readonly theirs: string; readonly provider?: string },
  now: number,
): string {
  const { endSetBy, until, namedUntil } = end;
  if (endSetBy !== 'provider') return 'our estimate';
  if (until === undefined || namedUntil === undefined) return theirs;
  const named = `${provider} named ${describeClock(namedUntil, now)}`;
  if (isCapped(end)) return `our limit; ${named}`;
  return describeClock(namedUntil, now) === describeClock(until, now) ? theirs : named;
}

/** The same of a target: `set by acme`, `acme named 10:13`, `our limit; acme named 1 Dec 00:00`. */
export function nameSetter(target: string, end: SetEnd, now: number): string {
  const provider = target.slice(0, target.indexOf('/'));
  return describeSetter(end, { theirs: `set by ${provider}`, provider }, now);
}
