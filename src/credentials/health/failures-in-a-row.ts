/**
 * Counts failures of one cause in a row, in this process: some classes mark only after several (law
 * 7).
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass, Scope } from '../../model/failure.ts';
import { RecentMap } from '../recent/recent-map.ts';
import { isEnough, type Sign } from './mark-policy.ts';
import { isOfSite, markKey, type SiteAddress } from './marks.ts';

interface Streak {
  readonly cause: FailureClass;
  readonly scope: Scope;
  readonly count: number;
}

/** This bounds memory, because a caller may name a new model with every request. */
const maxStreaks = 1000;

export class FailuresInARow {
  /** The key is that of the mark that the streak would open. */
  readonly #streaks = new RecentMap<string, Streak>(maxStreaks);
  readonly streaks: ReadonlyMap<string, Streak> = this.#streaks;

  note(cause: FailureClass, scope: Scope): void {
    this.#streaks.set(markKey(cause, scope), { cause, scope, count: this.of(cause, scope) + 1 });
  }

  of(cause: FailureClass, scope: Scope): number {
    return this.#streaks.get(markKey(cause, scope))?.count ?? 0;
  }

  /** True when the streak is long enough for a first mark of this class. */
  areEnough(cause: FailureClass, scope: Scope): boolean {
    return this.of(cause, scope) >= (rowOfClass(cause).mark?.afterInARow ?? 0);
  }

  /**
   * An answer ends the streaks of its site and of the network path to its host, as far as its sign
   * proves.
   */
  noteSign(at: SiteAddress, sign: Sign): void {
    if (sign === 'head') return;
    for (const [key, { cause, scope }] of this.#streaks) {
      if (isOfSite(scope, at) && isEnough(sign, cause)) this.#streaks.delete(key);
    }
  }

  clear(): void {
    this.#streaks.clear();
  }
}
