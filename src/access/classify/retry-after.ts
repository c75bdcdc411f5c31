/**
 * Reads how long a provider asks to wait, in any known form (step 4 of a request). Pure: the clock
 * is a parameter. Zero, negative and malformed hints are ignored.
 */

import type { Headers } from '../../model/request.ts';
import type { ResetHint } from '../../providers/signatures/reset-hint.ts';
import { builtinResetHints } from '../../providers/signatures/reset-hints.ts';
import { type ErrorBody, layersOf, valuesAt } from './error-body.ts';
import {
  parseClockTime,
  parseDuration,
  parseSpokenDuration,
  parseTimeOfDay,
} from './spoken-time.ts';

export interface AnswerWithHints {
  readonly provider: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: ErrorBody;
  readonly now: number;
}

export interface RetryAfter {
  readonly ms: number;
  /** Names the header, the reset hint by its id, or `prose`. */
  readonly from: string;
}

/**
 * Returns the provider's wait, or undefined. Standard headers come first, then the vendor's own
 * places, then prose.
 */
export function findRetryAfter(answer: AnswerWithHints): RetryAfter | undefined {
  return findInHeaders(answer) ?? findInHints(answer) ?? findInProse(answer);
}

/** The end of a limit as a day and a time, with nothing behind it that could be a zone. */
const bareEnd =
  /((?:reset|renew|refresh|replenish|available|again|until|将在|将于)[^.;\d]{0,24}\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)(?![\d:.]|\s?(?:[Z+-]|\(?[A-Z]{2,4}\b|\(\w+\/))/i;

/**
 * Writes the zone of a named end beside it, where a vendor is known to mean its own, or that none
 * is named: whoever reads it takes it for a local time. `from` is where the wait was read.
 */
export function nameZone(words: string, from: string | undefined): string {
  const zone = builtinResetHints.find(({ id, form }) => id === from && form === 'date-time')?.zone;
  return words.replace(bareEnd, `$1 [${zone === undefined ? 'no zone named' : `UTC${zone}`}]`);
}

function findInHeaders({ headers, now }: AnswerWithHints): RetryAfter | undefined {
  const sentAt = readClock(headers['date'], now);
  const found: readonly (readonly [string, number | undefined])[] = [
    ['retry-after-ms', parseDigits(headers['retry-after-ms'])],
    ['x-ms-retry-after-ms', parseDigits(headers['x-ms-retry-after-ms'])],
    ['retry-after', parseHeader(headers['retry-after'], now, sentAt)],
  ];
  return found.flatMap(([from, ms]) => toRetryAfter(from, ms))[0];
}

/** A clock that is a day wrong was never set: what it says of itself does not count. */
const dayMs = 86_400_000;

function readClock(date: string | undefined, now: number): number {
  const at = parseDate(date) ?? now;
  return Math.abs(at - now) > dayMs ? now : at;
}

/**
 * Accepts seconds, also with a fraction or repeated (the header came twice), an HTTP date, a
 * duration in Go's or ISO's notation, or words. A date is by the server's own clock, which tells
 * its time beside it.
 */
function parseHeader(value: string | undefined, now: number, sentAt: number): number | undefined {
  if (value === undefined) return undefined;
  const numbers = value.split(',').map(parseDigits);
  if (numbers.every((number) => number !== undefined))
    return parseSeconds(Math.max(...numbers), now);
  if (datePattern.test(value)) return until(Date.parse(value), sentAt);
  const text = value.trim().replace(/^PT(?=\d)/i, '');
  return (
    parseDuration(text.toLowerCase()) ?? (/^\d/.test(text) ? parseSpokenDuration(text) : undefined)
  );
}

/**
 * No wait lasts thirty years: a number that large is a point in time, in seconds or milliseconds.
 */
function parseSeconds(seconds: number, now: number): number | undefined {
  if (seconds < 1e9) return seconds * 1000;
  return until(seconds < 1e12 ? seconds * 1000 : seconds, now);
}

/**
 * Matches `Sat, 21 Nov 2026 12:00:20 GMT` and its two older forms, or ISO 8601. JavaScript would
 * accept far more as a date: `later 9999`.
 */
const datePattern = /^\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s|\d{4}-\d\d-\d\d[t ])/i;

function parseDate(value = ''): number | undefined {
  const at = datePattern.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function parseDigits(value: string | undefined): number | undefined {
  return value !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

/** Several windows may be closed at once: the last to open counts. */
function findInHints(answer: AnswerWithHints): RetryAfter | undefined {
  const found = builtinResetHints
    .filter((hint) => !hint.isRefill && isOf(hint, answer))
    .flatMap((hint) =>
      valuesOf(hint, answer).flatMap((value) =>
        toRetryAfter(hint.id, readValue(hint, value, answer.now)),
      ),
    );
  return found.length === 0 ? undefined : found.reduce((a, b) => (b.ms > a.ms ? b : a));
}

function isOf({ provider, when, status }: ResetHint, answer: AnswerWithHints): boolean {
  if (provider !== '*' && provider !== answer.provider) return false;
  if (status !== undefined && !status.includes(answer.status)) return false;
  return when === undefined || when.is.test(answer.headers[when.header] ?? '');
}

function valuesOf({ at }: ResetHint, { headers, body }: AnswerWithHints): readonly string[] {
  if ('window' in at) return endsOfWindows(at.window, headers);
  if ('header' in at) return [headers[at.header] ?? ''].filter((value) => value !== '');
  const found: readonly unknown[] = layersOf(body).flatMap((layer): readonly unknown[] =>
    'field' in at ? valuesAt(layer.body, at.field) : [at.text.exec(layer.message)?.[1]],
  );
  return found.flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
  );
}

const nothingLeft = /^\s*(0(\.0*)?|-\d.*)\s*$/;

function endsOfWindows(name: RegExp, headers: Headers): readonly string[] {
  return Object.entries(headers).flatMap(([header, value]) =>
    name.test(header) && nothingLeft.test(headers[header.replace('reset', 'remaining')] ?? '')
      ? [value]
      : [],
  );
}

function readValue({ form, zone }: ResetHint, value: string, now: number): number | undefined {
  switch (form) {
    case 'duration':
      return parseDuration(value);
    case 'date-time':
      return until(parseClockTime(value, zone), now);
    case 'seconds':
      return inMs(parseDigits(value));
    case 'unix-seconds':
      return until(inMs(parseDigits(value)), now);
    case 'unix-milliseconds':
      return until(parseDigits(value), now);
    case 'rate-limit':
      return readLimits(value);
    case 'limit-name':
      return /per_?day|daily/i.test(value)
        ? until(parseTimeOfDay(`midnight ${zone}`, now), now)
        : undefined;
    case 'any':
      return parseReset(value, now);
  }
}

/** Of both drafts: `"day";r=0;t=900`, and `limit=100, remaining=0, reset=900`. */
function readLimits(value: string): number | undefined {
  const limits = /\breset=/.test(value) ? [value] : value.split(',');
  const waits = limits.flatMap((limit) => {
    const isUsedUp = /\b(r|remaining)=0\b/.test(limit);
    const [, seconds] = /\b(?:t|reset)=(\d+)/.exec(limit) ?? [];
    return isUsedUp && seconds !== undefined ? [Number(seconds) * 1000] : [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** Returns the ms from now until a time in any of these forms; undefined for any other text. */
export function parseReset(value: string, now: number): number | undefined {
  const number = parseDigits(value);
  if (number !== undefined) return parseSeconds(number, now);
  return parseDuration(value.trim()) ?? until(parseClockTime(value), now);
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function until(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : at - now;
}

/**
 * Reads `resets at 2026-05-15T15:00:00Z`, `try again in 7m12s`, `resets in 3hr 10min`, `after 1
 * seconds`, `resets at 00:00 UTC`.
 */
function findInProse({ body, now }: AnswerWithHints): RetryAfter | undefined {
  return layersOf(body).flatMap(({ message }) => {
    if (onceMended.test(message)) return [];
    const at =
      /(?:resets?|renews?|replenished|available|again|back)\s+(?:at|on|after)\s+(\d{4}-\d\d-\d\d[^,;)\]]{0,24})/i.exec(
        message,
      );
    const time = at?.[1] === undefined ? undefined : until(parseClockTime(at[1]), now);
    return [
      ...toRetryAfter('prose', time),
      ...toRetryAfter('prose', findSpokenDuration(message)),
      ...toRetryAfter('prose', until(findTimeOfDay(message, now), now)),
    ];
  })[0];
}

/** How long a change takes that somebody has made: nothing comes back by itself. */
const onceMended =
  /\b(if|once|after) you (have )?(just |recently |already )?(fix|verif|purchas|pa[iy]|enabl|subscrib|chang|updat|upgrad|add|top)\w*\b[^.]{0,60}\b(try again|retry|wait|take)/i;

function findTimeOfDay(message: string, now: number): number | undefined {
  const found =
    /\b(?:resets?|renews?|refresh(?:es)?|available|again)\s+(?:(?:daily|again|every day|at|by|after)\s+)*((?:midnight|noon|\d{1,2}[:\s]?[\dap])[^;\]]{0,40})/i.exec(
      message,
    );
  return found?.[1] === undefined ? undefined : parseTimeOfDay(found[1], now);
}

const beforeDuration =
  /(?:again|resets?|retry(?:ing)?|wait|available|back)\s+(?:(?:in|after|for|about|approximately|another)\s+)*((?:[\d.]+\s*[a-z]+[\s,]*(?:and\s+)?)+)/gi;

/** .NET's notation, as Azure's API Management writes it: `14.12:20:33` with days, `00:05:20`. */
const timeSpan =
  /(?:again|resets?|retry|available|replenished|renewed) (?:in|after) (?:(\d+)\.)?(\d\d):(\d\d):(\d\d)\b/i;

function findSpokenDuration(message: string): number | undefined {
  const span = timeSpan.exec(message);
  if (span !== null) {
    const [, days = 0, hours, minutes, seconds] = span;
    return (
      (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
    );
  }
  for (const [, text = ''] of message.matchAll(beforeDuration)) {
    const ms = parseSpokenDuration(text);
    if (ms > 0) return ms;
  }
  return undefined;
}

/** A year: a longer wait is a mistake, and its end would not be a valid date. */
const maxMs = 366 * 86_400_000;

function toRetryAfter(from: string, ms: number | undefined): readonly RetryAfter[] {
  return ms !== undefined && Number.isFinite(ms) && ms > 0
    ? [{ from, ms: Math.round(Math.min(ms, maxMs)) }]
    : [];
}
