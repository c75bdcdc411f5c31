/** The real host's clock: what Node's own timers get wrong, and what they leave to us. */

import { expect, it } from 'vitest';
import { createNodeHost } from './node-host.ts';

it('does not fire a timer of a month at once', async () => {
  const host = createNodeHost({});
  let hasFired = false;
  const timer = host.clock.startTimer(30 * 86_400_000, () => {
    hasFired = true;
  });
  await host.clock.sleep(20);
  timer.cancel();
  await host.close();
  expect(hasFired).toBe(false);
});

it('never wakes a sleeper early, not by a part of a millisecond', async () => {
  const host = createNodeHost({});
  const early: number[] = [];
  for (let count = 0; count < 20; count++) {
    const wakeAt = host.clock.now() + 5.9;
    await host.clock.sleep(5.9);
    if (host.clock.now() < wakeAt) early.push(wakeAt - host.clock.now());
  }
  await host.close();
  expect(early).toEqual([]);
});

it('calls back at the end of the turn, all who asked in their order and nobody in between', async () => {
  const host = createNodeHost({});
  const heard: string[] = [];
  const note = (what: string): void => void heard.push(what);
  host.clock.afterTurn(() => {
    note('one');
    queueMicrotask(() => note('after all'));
    host.clock.afterTurn(() => note('the next turn'));
  });
  host.clock.afterTurn(() => note('two'));
  note('this turn');
  await new Promise<void>((resolve) => host.clock.afterTurn(() => host.clock.afterTurn(resolve)));
  await host.close();
  expect(heard).toEqual(['this turn', 'one', 'two', 'after all', 'the next turn']);
});
