/**
 * Keeps marks of a version that knew no sites, as the state file still has them: each counts for
 * every site of its origin until that site has a mark of its own (law 5). A site gets its own copy
 * in memory when it is first looked at.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Mark, Scope } from '../../model/failure.ts';
import { isFromAhead, isInside } from '../../store/policy.ts';
import { markKey, type SiteAddress } from './marks.ts';
import type { SuccessLog } from './success-log.ts';

export class OlderMarks {
  readonly #successes: SuccessLog;
  readonly #now: () => number;
  readonly #seen = new Map<string, SiteAddress>();
  readonly #copies = new WeakSet<Mark>();
  rows: readonly Mark[] = [];

  constructor(successes: SuccessLog, now: () => number) {
    this.#successes = successes;
    this.#now = now;
  }

  /** Takes the older marks out of what the store says; returns all others. */
  take(marks: readonly Mark[]): readonly Mark[] {
    this.rows = marks.filter(isOlder);
    return this.rows.length === 0 ? marks : marks.filter((mark) => !isOlder(mark));
  }

  isCopy(mark: Mark): boolean {
    return this.#copies.has(mark);
  }

  /** Forgets the marks inside the pattern; returns their copies. */
  drop(pattern: Scope): readonly Mark[] {
    const before = this.copies();
    this.rows = this.rows.filter(({ scope }) => !isInside(scope, pattern));
    const left = new Set(this.copies().map(({ key }) => key));
    return before.filter(({ key }) => !left.has(key));
  }

  /** Returns the copies for every site that was looked at so far. */
  copies(): readonly Mark[] {
    return [...this.#seen.values()].flatMap((at) => this.#copiesAt(at));
  }

  /** Returns copies for a site that is looked at for the first time; after that, none. */
  copiesFor({ origin, site }: SiteAddress): readonly Mark[] {
    if (this.#seen.has(site)) return [];
    const at = { origin, site };
    this.#seen.set(site, at);
    return this.#copiesAt(at);
  }

  #copiesAt({ origin, site }: SiteAddress): readonly Mark[] {
    return this.rows
      .filter(({ scope }) => scope.origin === origin)
      .map((mark) => {
        const scope = { origin, site, ...mark.scope };
        const copy = { ...mark, scope, key: markKey(mark.cause, scope) };
        this.#copies.add(copy);
        return copy;
      })
      .filter((copy) => !this.#isOver(copy));
  }

  /** True when the site has worked since. */
  #isOver(copy: Mark): boolean {
    return this.#successes.hasWorkedSince(
      copy,
      isFromAhead(copy.since, this.#now()) ? 0 : copy.since,
    );
  }
}

/** A mark of the host never names a site; one of an unknown cause cannot be judged. */
function isOlder({ cause, scope }: Mark): boolean {
  const policy = rowOfClass(cause).mark;
  return scope.site === undefined && policy !== undefined && policy.ofHost !== true;
}
