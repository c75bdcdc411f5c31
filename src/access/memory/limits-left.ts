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
      ? 1 - numberIn(amount.used)
      : Math.max(0, numberIn(amount.left)) / numberIn(amount.limit);
  if (resetMs === undefined || !Number.isFinite(share)) return [];
  return [
    { of, share: Math.min(1, Math.max(0, share)), renewsAt: Math.round(asOf + resetMs), asOf },
  ];
}
