/** How soon after its event something stands on the page, and what its row says. */

import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { RequestRecord } from '../../src/model/record.ts';
import type { Runtime } from '../../src/runtime.ts';
import { recordKindOf } from '../../src/store/policy.ts';

/** The middle of ten must be sooner. On a free machine it is a quarter of a second. */
export const soonMs = 1000;
/** A single one may meet a busy moment of the machine. */
const patienceMs = 10_000;
const lookEveryMs = 10;

/** A request that is over, and when its engine said so, epoch ms. */
export interface Ended {
  readonly record: RequestRecord;
  readonly at: number;
}

/** Calls back for each request that ends. */
export function onEnded(runtime: Pick<Runtime, 'subscribe'>, tell: (ended: Ended) => void): void {
  runtime.subscribe((event) => {
    if (event.type === 'finished') tell({ record: event.record, at: Date.now() });
  });
}

/**
 * Resolves with how long after `at` all of them were there, ms. Looks again at once: `waitFor`
 * looks rarely after a while.
 */
export async function seenAfter(at: number, ...wanted: readonly Locator[]): Promise<number> {
  const lastAt = Date.now() + patienceMs;
  let missing = wanted;
  while (missing.length > 0 && Date.now() < lastAt) {
    const isThere = await Promise.all(missing.map((one) => one.first().isVisible()));
    missing = missing.filter((_one, index) => !isThere[index]);
    if (missing.length > 0) await setTimeout(lookEveryMs);
  }
  const seenAt = Date.now();
  await Promise.all(missing.map((one) => one.first().waitFor({ timeout: 1 })));
  return seenAt - at;
}

export function middleOf(delays: readonly number[]): number {
  return delays.toSorted((one, other) => one - other)[Math.floor(delays.length / 2)] ?? Infinity;
}

/** The row of a request in the list where it belongs. */
export function rowOf(page: Page, record: RequestRecord): Locator {
  const kind = recordKindOf(record);
  const name = kind === 'failed' || kind === 'rescued' ? 'Rescued and failed' : 'Answered';
  return page
    .getByRole('region', { name })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: `why ${record.id}` }) });
}

/** The row of a key on *Now*. */
export function keyRow(page: Page, name: string): Locator {
  return page
    .getByRole('region', { name: 'Keys' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name, exact: true }) });
}
