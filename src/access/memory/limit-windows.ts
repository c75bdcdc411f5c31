/**
 * Reads the limit windows of an account from the headers of its latest answers: what is left, until
 * when, and whether it lasts. For people; no request depends on it. Pure.
 */

import type { LimitWindow } from '../../model/credential.ts';
import {
  besideAmount,
  builtinLimitHeaders,
  type LimitHeaders,
} from '../../providers/signatures/limit-headers.ts';
import { parseReset } from '../classify/retry-after.ts';
import type { LimitNews } from './lessons.ts';

export interface WindowReader {
  /** The vendor's name in the catalogue. Absent: unknown. */
  readonly vendor?: string | undefined;
  readonly now: number;
  /** A provider chooses the names of groups of models. */
  redact(text: string): string;
}

/**
 * Returns the windows of one account, that with the least left first and unknown ones last. `news`:
 * one for each of its models.
 */
export function listWindows(
  news: readonly LimitNews[],
  reader: WindowReader,
): readonly LimitWindow[] {
  const readings = news.flatMap(withEarlier).flatMap((one) => readHeaders(one, reader));
  const byWindow = Map.groupBy(readings, ({ of, model, lengthMs }) =>
    [of, model, lengthMs].join('\n'),
  );
  return [...byWindow.values()]
    .flatMap((all) => judgeWindow(all, reader.now))
    .sort((one, other) => (one.share ?? 2) - (other.share ?? 2));
}

/** True unless it counts other models only. */
export function countsModel({ of, model }: LimitWindow, asked: string): boolean {
  if (model === undefined || model === asked) return true;
  return of === 'plan' && asked.toLowerCase().includes(model.toLowerCase());
}

function withEarlier(news: LimitNews): readonly LimitNews[] {
  return [news, ...(news.earlier === undefined ? [] : withEarlier(news.earlier))];
}

function readHeaders(news: LimitNews, reader: WindowReader): readonly LimitWindow[] {
  return Object.keys(news.headers).flatMap((name) => {
    const row = builtinLimitHeaders.find(
      ({ amount, vendor = reader.vendor }) => vendor === reader.vendor && amount.test(name),
    );
    return row === undefined ? [] : readWindow(row, name, { news, reader });
  });
}

interface HeaderFound {
  readonly row: LimitHeaders;
  readonly news: LimitNews;
  readonly groups: Readonly<Record<string, string | undefined>>;
  /** Returns the header whose name has this word in the place of the one that tells the amount. */
  beside(word: string): string | undefined;
}

/** Returns none where there is no such window, or nothing says when what is left counts no more. */
function readWindow(
  row: LimitHeaders,
  name: string,
  { news, reader }: { readonly news: LimitNews; readonly reader: WindowReader },
): readonly LimitWindow[] {
  const { headers, asOf } = news;
  const groups = row.amount.exec(name)?.groups ?? {};
  const beside = (word: string): string | undefined => headers[name.replace(row.tells, word)];
  const times = readTimes({ row, news, groups, beside });
  const amount = readAmount(row, headers[name], beside(besideAmount.limit));
  if (amount === undefined || times === undefined) return [];
  const label = row.label && headers[name.replace(row.label, besideAmount.label)];
  const ofAnswer = row.of === 'plan' ? undefined : news.model;
  const model = groups['model'] && nameGroup(label ?? groups['model'], reader);
  const of = groups['of']?.replace(/^req$/, 'requests').replace('-', ' ') ?? row.of ?? '';
  return [{ of, model: model ?? ofAnswer, ...times, refills: row.refills, asOf, ...amount }];
}

function nameGroup(text: string, { redact }: WindowReader): string {
  return redact(text)
    .replaceAll(/[^ -~]/g, '?')
    .slice(0, 60);
}

function readTimes(found: HeaderFound): Pick<LimitWindow, 'lengthMs' | 'renewsAt'> | undefined {
  const { row, news } = found;
  const lengthMs = readLength(found) ?? row.lengthMs;
  const resetMs = readReset(found);
  const endMs = resetMs ?? (row.refills ? undefined : lengthMs);
  if (endMs === undefined || (lengthMs !== undefined && lengthMs <= 0)) return undefined;
  const renewsAt = resetMs === undefined ? undefined : Math.round(news.asOf + resetMs);
  return { lengthMs, renewsAt };
}

/** No limit lasts longer; a time beyond it is a mistake. */
const longestMs = 400 * 86_400_000;

function readReset({ news, beside }: HeaderFound): number | undefined {
  const [text] = besideAmount.resets.flatMap((word) => beside(word) ?? []);
  const ms = text === undefined ? undefined : parseReset(text, news.asOf);
  return ms !== undefined && ms <= longestMs ? ms : undefined;
}

const unitsMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  h: 3_600_000,
  day: 86_400_000,
  d: 86_400_000,
};

function readLength({ groups, beside }: HeaderFound): number | undefined {
  const { count = '1', unit } = groups;
  if (unit !== undefined) return Number(count) * (unitsMs[unit] ?? Number.NaN);
  const minutes = Number.parseFloat(beside(besideAmount.minutes) ?? '');
  return Number.isFinite(minutes) ? minutes * 60_000 : undefined;
}

type Amount = Pick<LimitWindow, 'share' | 'left' | 'limit'>;

/**
 * Undefined if it is no number. A limit that is not known has no share: Azure writes that as -1, or
 * as 0 of 0. [I] openai/openai-dotnet 838
 */
function readAmount(
  { tells }: LimitHeaders,
  value: string | undefined,
  limitValue: string | undefined,
): Amount | undefined {
  const [number, limit] = [value, limitValue].map(readNumber);
  if (number === undefined || limit === undefined || !Number.isFinite(number)) return undefined;
  if (tells !== 'remaining')
    return number < 0
      ? {}
      : { share: Math.max(0, 1 - number / (tells === 'utilization' ? 1 : 100)) };
  if (Number.isNaN(limit)) return undefined;
  return number < 0 || limit <= 0
    ? {}
    : { share: Math.min(1, number / limit), left: number, limit };
}

/** Some write thousands with commas: `1,500`. */
function readNumber(text = ''): number {
  return Number.parseFloat(/^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text);
}

/** A limit without a length is told as unknown for so long. */
const leastToldMs = 60_000;

/**
 * A bucket that is over is full again, unless others use it, and is not told. Another window is
 * told as unknown for once more its length.
 */
function judgeWindow(readings: readonly LimitWindow[], now: number): readonly LimitWindow[] {
  const [latest, ...earlier] = readings.toSorted((one, other) => other.asOf - one.asOf);
  if (latest === undefined) return [];
  const { of, model, lengthMs = leastToldMs, refills, asOf, renewsAt = asOf + lengthMs } = latest;
  if (renewsAt > now) return [{ ...latest, emptyAt: forecastEnd(latest, earlier, now) }];
  const isTold = (refills === undefined || latest.share === undefined) && renewsAt + lengthMs > now;
  return isTold ? [{ of, model, lengthMs: latest.lengthMs, refills, asOf }] : [];
}

/** A pace is told from a reading that is at least this part of the window's length older. */
const paceParts = 20;

/**
 * Says when it is empty at the pace of late: since an earlier reading of the same window, else
 * since it began. Undefined where it lasts, nothing was used, or too little time has passed, or too
 * much since the latest reading.
 */
function forecastEnd(
  latest: LimitWindow,
  earlier: readonly LimitWindow[],
  now: number,
): number | undefined {
  const { share, renewsAt, asOf, lengthMs, refills } = latest;
  if (!share || renewsAt === undefined || lengthMs === undefined || refills) return undefined;
  const apartMs = lengthMs / paceParts;
  const began = { asOf: renewsAt - lengthMs, share: 1, renewsAt };
  const base = [...earlier, began].find(
    (one) => asOf - one.asOf >= apartMs && Math.abs((one.renewsAt ?? 0) - renewsAt) < apartMs,
  );
  if (base?.share === undefined || base.share <= share || now - asOf > apartMs) return undefined;
  const emptyAt = Math.round(asOf + (share * (asOf - base.asOf)) / (base.share - share));
  return emptyAt > now && emptyAt < renewsAt ? emptyAt : undefined;
}
