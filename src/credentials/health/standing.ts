/**
 * Says whether marks hold a candidate back: its own, or those at other sites of its host (laws 5
 * and 7). Pure.
 */

import type { Mark, Scope } from '../../model/failure.ts';
import { isForgotten, isInside } from '../../store/policy.ts';
import type { MarkIndex } from './mark-index.ts';
import { benches, endOfMark, type Identity } from './marks.ts';

export type Standing =
  | { readonly state: 'free' }
  /** `mark` is the last of `marks` to end, at `until`. */
  | {
      readonly state: 'held-back';
      readonly mark: Mark;
      readonly marks: readonly Mark[];
      readonly until: number;
      /**
       * True when two other sites of its host refuse the secret, and no mark of its own site lasts
       * longer.
       */
      readonly isElsewhere?: true;
    }
  /** Every window has ended: one lease may claim the probe. */
  | { readonly state: 'due'; readonly marks: readonly Mark[] };

export const free: Standing = { state: 'free' };

export interface StandingParts {
  readonly marks: MarkIndex;
  /** Epoch ms. */
  readonly now: number;
  /** True when the secret has worked at this site; called only if other sites refuse it. */
  readonly isProven: () => boolean;
}

export type SecretAtPlace = Pick<Identity, 'origin' | 'site' | 'fingerprint'> & Scope;

export function standingOf(identity: Identity, parts: StandingParts): Standing {
  const { marks, now } = parts;
  const covering = marks
    .matching(identity)
    .filter((mark) => benches(mark, identity) && !isForgotten(mark, now));
  const own = latestMark(covering, now);
  const elsewhere = findRefusals(identity, parts);
  const [, second] = elsewhere;
  if (
    second !== undefined &&
    endOfMark(second, now) > (own === undefined ? now : endOfMark(own, now))
  ) {
    const until = endOfMark(second, now);
    return {
      state: 'held-back',
      mark: second,
      marks: [...covering, ...elsewhere],
      until,
      isElsewhere: true,
    };
  }
  if (own === undefined) return free;
  const until = endOfMark(own, now);
  return until > now
    ? { state: 'held-back', mark: own, marks: covering, until }
    : { state: 'due', marks: covering };
}

/**
 * Returns the refusals of this secret at other sites of the host, one per site, the last to end
 * first. From two on they count for the host, until only one is left. Empty below that, or if the
 * secret has worked at this very site.
 */
export function findRefusals(
  secret: SecretAtPlace,
  { marks, now, isProven }: StandingParts,
): readonly Mark[] {
  const bySite = new Map<string, Mark>();
  for (const mark of marks.refusalsOf(secret)) {
    const { site } = mark.scope;
    if (site === undefined || site === secret.site || endOfMark(mark, now) <= now) continue;
    if (!isInside({ ...secret, site }, mark.scope)) continue;
    const known = bySite.get(site);
    if (known === undefined || endOfMark(known, now) < endOfMark(mark, now)) bySite.set(site, mark);
  }
  if (bySite.size < 2 || isProven()) return [];
  return [...bySite.values()].sort((one, other) => endOfMark(other, now) - endOfMark(one, now));
}

function latestMark(marks: readonly Mark[], now: number): Mark | undefined {
  const [first, ...others] = marks;
  if (first === undefined) return undefined;
  return others.reduce(
    (latest, mark) => (endOfMark(mark, now) > endOfMark(latest, now) ? mark : latest),
    first,
  );
}
