/**
 * Parses times and durations as vendors write them, in machine forms and in prose (step 4 of a
 * request). Pure; an unknown form is undefined or 0, never a guess.
 */

const units: readonly (readonly [RegExp, number])[] = [
  [/^[uµ]s$/, 0.001],
  [/^(ms|msecs?|milliseconds?)$/, 1],
  [/^(s|secs?|seconds?)$/, 1000],
  [/^(m|mins?|minutes?)$/, 60_000],
  [/^(h|hrs?|hours?)$/, 3_600_000],
  [/^(d|days?)$/, 86_400_000],
  [/^(w|wks?|weeks?)$/, 604_800_000],
];

/** Returns ms for `6m0s`, `12ms`, `1h2m`, `37043.5s`: Go's and Google's durations. */
export function parseDuration(text: string): number | undefined {
  return /^(\d+(\.\d+)?(h|ms|us|µs|m|s))+$/.test(text) ? parseSpokenDuration(text) : undefined;
}

/**
 * Returns ms for `3hr 10min`, `4 days 20 hours and 9 minutes`, `7m12s`; stops at the first word
 * that is no unit.
 */
export function parseSpokenDuration(text: string): number {
  let total = 0;
  for (const [, amount, name = ''] of text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)/g)) {
    const unit = units.find(([pattern]) => pattern.test(name))?.[1];
    if (unit === undefined) break;
    total += Number(amount) * unit;
  }
  return total;
}

const clockTime =
  /^(\d{4}-\d\d-\d\d)(?:T|\s+at\s+|\s+)(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?/i;

/**
 * Returns epoch ms for `2026-11-21T15:00:00Z`, `2026-11-21 15:00:00 UTC`, `2026-12-01 at 00:00
 * UTC`. A time without a zone needs `zone`.
 */
export function parseClockTime(text: string, zone?: string): number | undefined {
  const [, day, time, own] = clockTime.exec(text.trim()) ?? [];
  const offset = own === undefined ? zone : own.replace(/^(UTC|GMT|z)$/i, 'Z');
  if (day === undefined || time === undefined || offset === undefined) return undefined;
  const at = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}${offset}`);
  return Number.isNaN(at) ? undefined : at;
}
