/** The real host's clock: what Node's own timers get wrong. */

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
