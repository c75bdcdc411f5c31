/**
 * The state file under four processes and SIGKILL, for three seconds; `hammer.slow.test.ts` takes
 * half a minute.
 */

import { expect, it } from 'vitest';
import { hammer } from '../processes/hammer.ts';

it('loses no update, deadlocks nobody and stays whole while processes are killed', async () => {
  const { operations, kills } = await hammer(Number(process.env['HOLDFAST_HAMMER_MS'] ?? 3000));
  // How many fit into the time is the machine's affair; what counts is that every process got its
  // turn.
  expect(operations).toBeGreaterThan(4);
  expect(kills).toBeGreaterThan(3);
});
