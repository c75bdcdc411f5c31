/** Tokens of several attempts as one provider would count them. */

import { isRecord, type WireObject } from './is-record.ts';

/** Numbers are added, groups of numbers one by one; what only one side has stays. */
export function addUsage(one: WireObject | undefined, other: WireObject): WireObject {
  if (one === undefined) return other;
  const sums = Object.entries(other).map(([field, value]) => {
    const before = one[field];
    if (typeof value === 'number' && typeof before === 'number') return [field, before + value] as const;
    if (isRecord(value) && isRecord(before)) return [field, addUsage(before, value)] as const;
    return [field, value] as const;
  });
  return { ...one, ...Object.fromEntries(sums) };
}
