/**
 * Whatever tabs are opened, shown, hidden and closed: a visible one has the whole snapshot, a
 * hidden one its verdict, none what another key has seen; and a change is told once.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySnapshot } from '../../../test/page/any-snapshot.ts';
import type { Snapshot } from '../../explain/snapshot/snapshot.ts';
import { createDelta, textsOf } from '../../gateway/admin/delta.ts';
import { applyDelta } from '../apply-delta.ts';
import type { News } from './follower.ts';
import { Tabs } from './tabs.ts';

type Step =
  | { readonly is: 'shown' | 'hidden' | 'gone'; readonly tab: number }
  | { readonly is: 'whole' | 'change'; readonly next: Snapshot }
  | { readonly is: 'beat'; readonly at: number }
  | { readonly is: 'session'; readonly name: string };

const tab = fc.nat({ max: 3 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ is: fc.constantFrom('shown' as const, 'hidden' as const, 'gone' as const), tab }),
    fc.record({ is: fc.constantFrom('whole' as const, 'change' as const), next: anySnapshot }),
    fc.record({ is: fc.constant('change' as const), next: anySnapshot }),
    fc.record({ is: fc.constant('beat' as const), at: fc.nat() }),
    fc.record({
      is: fc.constant('session' as const),
      name: fc.constantFrom('admin', 'admin', 'other'),
    }),
  ),
  { maxLength: 40 },
);

/** A browser that does with each tab as the page does. */
class Browser {
  readonly notices: string[] = [];
  readonly tabs = new Tabs(({ state }) => this.notices.push(state));
  readonly open = new Map<
    number,
    { readonly tell: (told: News) => void; isVisible: boolean; has?: Snapshot | undefined }
  >();
  readonly states: string[] = [];
  who = 'admin';
  current: Snapshot | undefined;

  play(step: Step): void {
    if (step.is === 'session') this.#identify(step.name);
    else if (step.is === 'beat') this.#beat(step.at);
    else if ('next' in step) this.#change(step.is, step.next);
    else if (step.is === 'gone') this.#close(step.tab);
    else this.#show(step.tab, step.is === 'shown');
  }

  #show(id: number, isVisible: boolean): void {
    const found = this.open.get(id) ?? this.#openTab(id);
    found.isVisible = isVisible;
    this.tabs.note(found.tell, isVisible);
    this.#identify(this.who);
  }

  #openTab(id: number) {
    const made = { isVisible: true, has: undefined, tell: (told: News) => this.#hear(id, told) };
    this.open.set(id, made);
    return made;
  }

  #close(id: number): void {
    const found = this.open.get(id);
    if (found !== undefined) this.tabs.forget(found.tell);
    this.open.delete(id);
  }

  #hear(id: number, told: News): void {
    const found = this.open.get(id);
    if (found === undefined) throw new Error('a closed tab is told something');
    if (told.name === 'snapshot') found.has = told.snapshot;
    if (told.name === 'delta' && found.has !== undefined)
      found.has = applyDelta(found.has, told.delta);
    if (told.name === 'beat' && found.has !== undefined) found.has = { ...found.has, at: told.at };
  }

  #identify(name: string): void {
    if (name !== this.who) {
      this.current = undefined;
      for (const one of this.open.values()) one.has = undefined;
    }
    this.who = name;
    const session = { name, scope: 'admin' } as const;
    this.tabs.take({ name: 'session', heardAt: 0, status: 200, session });
  }

  #beat(at: number): void {
    if (this.current !== undefined) this.current = { ...this.current, at };
    this.tabs.take({ name: 'beat', heardAt: 0, at });
  }

  #change(is: 'whole' | 'change', next: Snapshot): void {
    const before = this.current;
    const found = before && createDelta(next, textsOf(before), textsOf(next));
    const delta = JSON.parse(JSON.stringify({ rows: [], changed: {}, ...found, at: next.at }));
    this.current = next;
    if (before === undefined || is === 'whole')
      this.tabs.take({ name: 'snapshot', heardAt: 0, snapshot: next });
    else this.tabs.take({ name: 'delta', heardAt: 0, delta });
    const { state } = next.verdict;
    if (state !== 'unknown' && state !== this.states.at(-1)) this.states.push(state);
  }
}

it('tells each tab what it shows, and each change once', () => {
  fc.assert(
    fc.property(steps, (played) => {
      const browser = new Browser();
      browser.play({ is: 'session', name: 'admin' });
      for (const step of played) {
        browser.play(step);
        for (const { isVisible, has } of browser.open.values())
          if (isVisible) expect(has).toEqual(browser.current);
          else expect(has?.verdict).toEqual(browser.current?.verdict);
      }
      expect(browser.notices).toEqual(browser.states.slice(1));
    }),
    { numRuns: 500 },
  );
});
