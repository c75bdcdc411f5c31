/**
 * Computes how much of its limits each key has left, from the headers of its latest answer. Pure.
 */

import type { LimitLeft } from '../../model/credential.ts';
import {
  builtinLimitHeaders,
  type LimitHeaders,
} from '../../providers/signatures/limit-headers.ts';
import { parseReset } from '../classify/retry-after.ts';
import type { LimitNews } from './lessons.ts';

/**
 * Returns the limit with the smallest share left; undefined if none was reported, or it is full
 * again.
 */
export function findLimitLeft(news: LimitNews | undefined, now: number): LimitLeft | undefined {
  if (news === undefined) return undefined;
  return builtinLimitHeaders
    .flatMap((row) => readLimit(row, news))
    .filter(({ renewsAt }) => renewsAt > now)
    .reduce<LimitLeft | undefined>(
      (a, b) => (a === undefined || b.share < a.share ? b : a),
      undefined,
    );
}

function readLimit(
  { of, amount, reset }: LimitHeaders,
  { headers, asOf }: LimitNews,
): readonly LimitLeft[] {
  const numberIn = (name: string): number => Number.parseFloat(headers[name] ?? '');
  const resetMs = parseReset(headers[reset] ?? '', asOf);
  const share =
    'used' in amount
      ? Math.max(0, 1 - numberIn(amount.used))
      : shareOf(numberIn(amount.left), numberIn(amount.limit));
  if (resetMs === undefined || !Number.isFinite(share)) return [];
  return [{ of, share: Math.min(1, share), renewsAt: Math.round(asOf + resetMs), asOf }];
}

/**
 * No number where the limit is not known. Azure writes that as -1, or as 0 of 0. [I]
 * openai/openai-dotnet 838
 */
function shareOf(left: number, limit: number): number {
  return left >= 0 && limit > 0 ? left / limit : Number.NaN;
}
