/** Who stands in a record as not needed (step 7 of a request): neither asked nor passed over by the time it ended. */

import type { AttemptRecord, RequestRecord, SkipRecord, UnlistedKeys } from '../../model/record.ts';
import type { Place } from './candidate.ts';

/** Of the keys of one target that were not needed so many are named; the rest are counted. */
const namedKeys = 4;

type PassedOver = Pick<RequestRecord, 'skipped' | 'unlisted'>;

interface SparesAsked {
  readonly attempts: readonly AttemptRecord[];
  readonly skipped: readonly SkipRecord[];
  /** Counted already, by target. */
  readonly unlisted: readonly UnlistedKeys[];
  readonly reason: string;
}

/** The skipped ones of a request, with all who were not needed. Of one whose only candidate was asked: as they are. */
export function withSpares(places: readonly Place[], told: SparesAsked): PassedOver {
  const { attempts, skipped, unlisted: counted } = told;
  const [only] = places;
  const isAlone = places.length === 1 && (only?.pool?.credentials.length ?? 1) === 1;
  if (isAlone && attempts.length + counted.length > 0)
    return counted.length === 0 ? { skipped } : { skipped, unlisted: counted };
  const listed = [...skipped];
  const unlisted = [...counted];
  for (const place of places) {
    if (counted.some(({ target }) => target === place.target.id)) continue;
    const { names, count } = sparesOf(place, told);
    for (const credential of names) listed.push(spareOf(place.target.id, credential, told.reason));
    if (count > names.length) unlisted.push({ target: place.target.id, count: count - names.length });
  }
  return unlisted.length === 0 ? { skipped: listed } : { skipped: listed, unlisted };
}

/** The first of them by name, and how many there are. One without a key has no name. */
function sparesOf(
  { target, pool }: Place,
  { attempts, skipped }: SparesAsked,
): { readonly names: readonly (string | undefined)[]; readonly count: number } {
  const asked = attempts.filter((attempt) => attempt.target === target.id);
  const passed = skipped.filter((skip) => skip.target === target.id);
  const isLeftWhole = passed.some(({ credential }) => credential === undefined);
  if (pool === undefined) {
    const isDone = asked.length > 0 || isLeftWhole;
    return isDone ? { names: [], count: 0 } : { names: [undefined], count: 1 };
  }
  if (isLeftWhole) return { names: [], count: 0 };
  const done = new Set([...asked, ...passed].map(({ credential }) => credential));
  const names: string[] = [];
  for (const { id } of pool.credentials) {
    if (names.length === namedKeys) break;
    if (!done.has(id)) names.push(id);
  }
  return { names, count: pool.credentials.length - done.size };
}

function spareOf(target: string, credential: string | undefined, reason: string): SkipRecord {
  const cause = 'not-needed';
  return credential === undefined ? { target, cause, reason } : { target, credential, cause, reason };
}
