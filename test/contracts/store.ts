/**
 * The one contract of every store: `testStore` runs its laws against an implementation (laws 5, 6,
 * 7, 14).
 */

import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { testProbes } from './store/claims.ts';
import { testLimits } from './store/limits.ts';
import { testMarks, testResets } from './store/marks.ts';
import { testMoved } from './store/moved.ts';
import { testProven, testRecords, testSpending, testUsage } from './store/records-and-sums.ts';
import { testSealed } from './store/sealed.ts';
import { testSeries } from './store/series.ts';

/** A store with nothing in it, and the way to take it away. */
interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** Runs every law against stores made by `open`. */
export function testStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const present = (): Store => opened.store;
    describe('marks', () => testMarks(present));
    describe('resets', () => testResets(present));
    describe('proven secrets', () => testProven(present));
    describe('moved conversations', () => testMoved(present));
    describe('limits', () => testLimits(present));
    describe('sealed rows', () => testSealed(present));
    describe('probes', () => testProbes(present));
    describe('records and bound ids', () => testRecords(present));
    describe('usage', () => testUsage(present));
    describe('series', () => testSeries(present));
    describe('spending', () => testSpending(present));
  });
}
