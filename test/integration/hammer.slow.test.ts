/** The state file under four processes and SIGKILL, for half a minute. */

import { expect, it } from 'vitest';
import { hammer } from '../processes/hammer.ts';

it('loses no update, deadlocks nobody and stays whole while processes are killed', async () => {
  const { operations, kills } = await hammer(30_000);
  expect(operations).toBeGreaterThan(1000);
  expect(kills).toBeGreaterThan(30);
});
