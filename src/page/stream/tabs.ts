/**
 * What each tab of a browser is told of the one stream that they share: a visible one everything, a
 * hidden one what its title shows. No tab is told what another key may see.
 */

import type { Snapshot, SnapshotVerdict } from '../../explain/snapshot/snapshot.ts';
import { applyDelta } from '../apply-delta.ts';
import type { News } from './follower.ts';

export type TellTab = (told: News) => void;

/** What a tab says of itself: when it is opened, shown or hidden, and when it goes. */
export type TabWord = { readonly isVisible: boolean; readonly wantsNotices: boolean } | 'gone';

interface Tab {
  readonly isVisible: boolean;
  /** `verdict`: the rest of its snapshot is old. */
  readonly has: 'nothing' | 'verdict' | 'all';
}

export class Tabs {
  readonly #onVerdict: (verdict: SnapshotVerdict) => void;
  readonly #tabs = new Map<TellTab, Tab>();
  #last: Extract<News, { name: 'snapshot' }> | undefined;
  #who: string | undefined;
  #state: SnapshotVerdict['state'] = 'unknown';

  /** `onVerdict` is called once for each change between two verdicts that say something. */
  constructor(onVerdict: (verdict: SnapshotVerdict) => void) {
    this.#onVerdict = onVerdict;
  }

  get isEmpty(): boolean {
    return this.#tabs.size === 0;
  }

  /** It was opened, shown or hidden. A new one is told what is known with the next session. */
  note(tell: TellTab, isVisible: boolean): void {
    const has = this.#tabs.get(tell)?.has ?? 'nothing';
    this.#tabs.set(tell, { isVisible, has });
    if (has !== 'nothing') this.#complete(tell);
  }

  forget(tell: TellTab): void {
    this.#tabs.delete(tell);
  }

  take(told: News): void {
    if (told.name === 'snapshot') {
      this.#last = told;
      for (const tell of this.#tabs.keys()) this.#tellAll(tell, told);
    } else if (told.name === 'delta') this.#takeDelta(told);
    else for (const tell of this.#tabs.keys()) tell(told);
    if (told.name === 'beat') this.#keep(told.heardAt, (before) => ({ ...before, at: told.at }));
    if (told.name === 'session') this.#takeSession(told);
    this.#compareVerdict();
  }

  #takeDelta(told: Extract<News, { name: 'delta' }>): void {
    const { heardAt, delta } = told;
    this.#keep(heardAt, (before) => applyDelta(before, delta));
    const { at, changed } = delta;
    const { verdict } = changed;
    const short = { at, changed: verdict === undefined ? {} : { verdict }, rows: [] };
    for (const [tell, { isVisible, has }] of this.#tabs) {
      if (has === 'nothing') continue;
      if (!isVisible) this.#tabs.set(tell, { isVisible, has: 'verdict' });
      tell(isVisible ? told : { ...told, delta: short });
    }
  }

  /** Another key: what the one before has seen is forgotten. */
  #takeSession({ session }: Extract<News, { name: 'session' }>): void {
    if (session === undefined) return;
    const who = `${session.scope} ${session.name}`;
    if (who !== this.#who) {
      this.#last = undefined;
      for (const [tell, { isVisible }] of this.#tabs)
        this.#tabs.set(tell, { isVisible, has: 'nothing' });
    }
    this.#who = who;
    for (const tell of this.#tabs.keys()) this.#complete(tell);
  }

  #complete(tell: TellTab): void {
    const { isVisible = false, has = 'all' } = this.#tabs.get(tell) ?? {};
    const isLate = has === 'nothing' || (isVisible && has === 'verdict');
    if (isLate && this.#last !== undefined) this.#tellAll(tell, this.#last);
  }

  #tellAll(tell: TellTab, told: News): void {
    const { isVisible = false } = this.#tabs.get(tell) ?? {};
    this.#tabs.set(tell, { isVisible, has: 'all' });
    tell(told);
  }

  #keep(heardAt: number, change: (before: Snapshot) => Snapshot): void {
    if (this.#last === undefined) return;
    this.#last = { name: 'snapshot', heardAt, snapshot: change(this.#last.snapshot) };
  }

  #compareVerdict(): void {
    const { verdict } = this.#last?.snapshot ?? {};
    if (verdict === undefined || verdict.state === 'unknown') return;
    const isChange = this.#state !== 'unknown' && this.#state !== verdict.state;
    this.#state = verdict.state;
    if (isChange) this.#onVerdict(verdict);
  }
}
