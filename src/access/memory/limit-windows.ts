/**
 * Reads the limit windows of an account from the headers of its latest answers: what is left, until
 * when, and whether it lasts. For people, and for the order of keys (certain-refusal.ts). Pure.
 */

import type { LimitReading, LimitWindow } from '../../model/credential.ts';
import type { Headers } from '../../model/request.ts';
import {
  besideAmount,
  builtinLimitHeaders,
  type LimitHeaders,
} from '../../providers/signatures/limit-headers.ts';
import { parseReset } from '../classify/retry-after.ts';

/** Headers about limits of one answer: of which account, model and credential, and when. */
export interface LimitNews {
  readonly site: string;
  readonly account: string;
  readonly model: string;
  readonly credentialId: string;
  /** The vendor's name in the catalogue. Absent: unknown. */
  readonly vendor?: string | undefined;
  readonly headers: Headers;
  readonly asOf: number;
  /** An earlier one, to tell the pace. */
  readonly earlier?: LimitNews | undefined;
}

export interface WindowReader {
  readonly now: number;
  /** A provider chooses the names of groups of models. */
  redact(text: string): string;
}

/** What is known of one account. */
export interface AccountLimits {
  /** One for each of its models. */
  readonly news: readonly LimitNews[];
  /** What other processes have read. */
  readonly shared: readonly LimitReading[];
}

/** Returns the windows of one account, that with the least left first and unknown ones last. */
export function listWindows(
  { news, shared }: AccountLimits,
  reader: WindowReader,
): readonly LimitWindow[] {
  const own = news.flatMap(withEarlier).flatMap((one) => readLimits(one, reader));
  const byWindow = Map.groupBy([...own, ...shared].filter(isTold), ({ of, model, lengthMs }) =>
    [of, model, lengthMs].join('\n'),
  );
  return [...byWindow.values()]
    .flatMap((all) => judgeWindow(all, reader.now))
    .sort((one, other) => (one.share ?? 2) - (other.share ?? 2));
}

/** People are told of none of which nothing says when what is left counts no more. */
function isTold({ renewsAt, refills, lengthMs }: LimitReading): boolean {
  return renewsAt !== undefined || (refills !== true && lengthMs !== undefined);
}

/** True unless it counts other models only. */
export function countsModel({ of, model }: LimitWindow, asked: string): boolean {
  if (model === undefined || model === asked) return true;
  return of === 'plan' && asked.toLowerCase().includes(model.toLowerCase());
}

function withEarlier(news: LimitNews): readonly LimitNews[] {
  return [news, ...(news.earlier === undefined ? [] : withEarlier(news.earlier))];
}

interface LimitReader extends Pick<WindowReader, 'redact'> {
  /** Reads only limits of which so much is left. Default: all. */
  readonly wants?: ((amount: Pick<LimitReading, 'share'>) => boolean) | undefined;
}

/** Returns what one answer said of each limit. */
export function readLimits(news: LimitNews, reader: LimitReader): readonly LimitReading[] {
  return Object.keys(news.headers).flatMap((name) => {
    const row = builtinLimitHeaders.find(
      ({ amount, vendor = news.vendor }) => vendor === news.vendor && amount.test(name),
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

/** Returns none where there is no such window. */
function readWindow(
  row: LimitHeaders,
  name: string,
  { news, reader }: { readonly news: LimitNews; readonly reader: LimitReader },
): readonly LimitReading[] {
  const { headers, asOf, site, account, credentialId: credential } = news;
  const groups = row.amount.exec(name)?.groups ?? {};
  const beside = (word: string): string | undefined => headers[name.replace(row.tells, word)];
  const amount = readAmount(row, headers[name], beside(besideAmount.limit));
  if (amount === undefined || reader.wants?.(amount) === false) return [];
  const times = readTimes({ row, news, groups, beside });
  if (times === undefined) return [];
  const label = row.label && headers[name.replace(row.label, besideAmount.label)];
  const ofAnswer = row.of === 'plan' ? undefined : news.model;
  const model = groups['model'] && nameGroup(label ?? groups['model'], reader);
  const of = groups['of']?.replace(/^req$/, 'requests').replace('-', ' ') ?? row.of ?? '';
  const { refills, sparesCache } = row;
  const whose = { site, account, credential, of, model: model ?? ofAnswer };
  return [{ ...whose, ...times, refills, sparesCache, asOf, ...amount }];
}

function nameGroup(text: string, { redact }: Pick<WindowReader, 'redact'>): string {
  return redact(text)
    .replaceAll(/[^ -~]/g, '?')
    .slice(0, 60);
}

/** A limit without a reset and a length lasts so long, as far as we believe it. */
const guessedMs = 60_000;

function readTimes(
  found: HeaderFound,
): Pick<LimitReading, 'lengthMs' | 'renewsAt' | 'until'> | undefined {
  const { row, news } = found;
  const lengthMs = readLength(found) ?? row.lengthMs;
  if (lengthMs !== undefined && lengthMs <= 0) return undefined;
  const resetMs = readReset(found);
  const renewsAt = resetMs === undefined ? undefined : Math.round(news.asOf + resetMs);
  return { lengthMs, renewsAt, until: renewsAt ?? news.asOf + (lengthMs ?? guessedMs) };
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
  if (Number.isNaN(limit)) return limitValue === undefined && number === 0 ? noneLeft : undefined;
  return number < 0 || limit <= 0
    ? {}
    : { share: Math.min(1, number / limit), left: number, limit };
}

/** Nothing is left of a limit whose size is not said. */
const noneLeft: Amount = { share: 0, left: 0 };

/** Some write thousands with commas: `1,500`. */
function readNumber(text = ''): number {
  return Number.parseFloat(/^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text);
}

/**
 * A bucket that is over is full again, unless others use it, and is not told. Another window is
 * told as unknown for once more its length.
 */
function judgeWindow(readings: readonly LimitReading[], now: number): readonly LimitWindow[] {
  const [latest, ...earlier] = readings.toSorted((one, other) => other.asOf - one.asOf);
  if (latest === undefined) return [];
  const { site: _, account: __, credential: ___, sparesCache: ____, until, ...window } = latest;
  if (until > now) return [{ ...window, emptyAt: forecastEnd(latest, earlier, now) }];
  const { of, model, lengthMs, refills, asOf, share } = window;
  const isUnknown = refills === undefined || share === undefined;
  return isUnknown && until + (lengthMs ?? guessedMs) > now
    ? [{ of, model, lengthMs, refills, asOf }]
    : [];
}

/** A pace is told from a reading that is at least this part of the window's length older. */
const paceParts = 20;

/**
 * Says when it is empty at the pace of late: since an earlier reading of the same window, else
 * since it began. Undefined where it lasts, nothing was used, or too little time has passed, or too
 * much since the latest reading.
 */
function forecastEnd(
  latest: LimitReading,
  earlier: readonly LimitReading[],
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
