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

/** The zones that vendors name, beside those with an offset or a name such as `Asia/Tokyo`. */
const zones: Readonly<Record<string, string>> = {
  utc: 'UTC',
  gmt: 'UTC',
  z: 'UTC',
  pt: 'America/Los_Angeles',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  'pacific time': 'America/Los_Angeles',
  et: 'America/New_York',
  est: 'America/New_York',
  edt: 'America/New_York',
  'eastern time': 'America/New_York',
  'beijing time': 'Asia/Shanghai',
};

const hoursOfWords: Readonly<Record<string, number>> = { midnight: 0, noon: 12 };

const timeOfDay =
  /^(?:(midnight|noon)|(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap]\.?m\b\.?)?)[\s,(]*([a-z]+\/[a-z_/]+|(?:pacific|eastern|beijing) time|[a-z]{1,3}\b)?/i;

/**
 * Returns epoch ms of the next `00:00 UTC`, `midnight Pacific time`, `3pm (America/New_York)` after
 * `now`. A time without a zone is undefined: whose clock it is, nobody knows.
 */
export function parseTimeOfDay(text: string, now: number): number | undefined {
  const [, word = '', hours, minutes, half, zone = ''] = timeOfDay.exec(text.trim()) ?? [];
  // A lone number is no time: `resets at 3` may be days.
  const isTime = word !== '' || minutes !== undefined || half !== undefined;
  const offset = isTime ? offsetOf(zones[zone.toLowerCase()] ?? zone, now) : undefined;
  const hour = hoursOfWords[word.toLowerCase()] ?? toHour(Number(hours), half);
  const minute = Number(minutes ?? 0);
  if (offset === undefined || hour > 23 || minute > 59) return undefined;
  const local = now + offset;
  const at = Math.floor(local / dayMs) * dayMs + hour * 3_600_000 + minute * 60_000;
  return (at > local ? at : at + dayMs) - offset;
}

const dayMs = 86_400_000;

function toHour(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
}

/** Returns how far the zone's clocks are ahead of UTC, in ms; undefined for a name of no zone. */
function offsetOf(timeZone: string, now: number): number | undefined {
  if (!/[/]|^UTC$/.test(timeZone)) return undefined;
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    const name = parts.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch {
    return undefined; // no such zone
  }
}
