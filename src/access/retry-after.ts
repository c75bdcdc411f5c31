/** Turns what a provider says about waiting into milliseconds. Pure: the caller's clock comes in. Zero, negative and malformed hints are ignored. */

import type { Headers } from '../model/request.ts';

/** How long the provider asked to wait, or undefined. Headers first, then Google's RetryInfo, then prose. */
export function parseRetryAfter(headers: Headers, message: string, now: number): number | undefined {
  return (
    parseMilliseconds(headers['retry-after-ms']) ??
    parseMilliseconds(headers['x-ms-retry-after-ms']) ??
    parseSecondsOrDate(headers['retry-after'], now) ??
    parseRetryInfo(message) ??
    parseProse(message, now)
  );
}

function parseMilliseconds(value: string | undefined): number | undefined {
  return value === undefined ? undefined : positive(toNumber(value));
}

function parseSecondsOrDate(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = toNumber(value);
  if (seconds !== undefined) return positive(seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : positive(date - now);
}

function toNumber(value: string): number | undefined {
  return /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function positive(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms > 0 ? Math.round(ms) : undefined;
}

/** `{"@type": "…RetryInfo", "retryDelay": "46s"}`, anywhere in the body; ai.google.dev, read 2026-10. */
function parseRetryInfo(message: string): number | undefined {
  const found = /"retryDelay"\s*:\s*"([\d.hms]+)"/.exec(message);
  return found?.[1] === undefined ? undefined : positive(parseDuration(found[1]));
}

/** `6m0s`, `12ms`, `1h2m`, `46s`; OpenAI's reset headers and Go. Undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(h|ms|m|s)/g)) {
    if (unit === 'h' || unit === 'm' || unit === 's' || unit === 'ms') total += Number(amount) * units[unit];
  }
  return total;
}

/** `try again in 7m12s`, `after 1 seconds`, `resets in 3hr 10min`, `resets at 2026-05-15T15:00:00Z`. */
function parseProse(message: string, now: number): number | undefined {
  const at = /(?:resets?|available|again)\s+at\s+(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))/i.exec(message);
  if (at?.[1] !== undefined) return positive(Date.parse(at[1]) - now);
  const after = /(?:again|resets?|retry|wait)\s+(?:in|after|for)?\s*((?:[\d.]+\s*[a-z]+\s*)+)/i.exec(message);
  return after?.[1] === undefined ? undefined : positive(parseSpokenDuration(after[1]));
}

const spokenUnits: readonly (readonly [RegExp, number])[] = [
  [/^(ms|milliseconds?)$/, 1],
  [/^(s|sec|secs|seconds?)$/, 1000],
  [/^(m|min|mins|minutes?)$/, 60_000],
  [/^(h|hr|hrs|hours?)$/, 3_600_000],
  [/^(d|days?)$/, 86_400_000],
];

function parseSpokenDuration(text: string): number | undefined {
  let total = 0;
  for (const [, amount, name = ''] of text.toLowerCase().matchAll(/([\d.]+)\s*([a-z]+)/g)) {
    const unit = spokenUnits.find(([pattern]) => pattern.test(name))?.[1];
    if (unit === undefined) break;
    total += Number(amount) * unit;
  }
  return total;
}
