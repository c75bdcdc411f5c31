/** The same as stalls.test.ts, a thousand times: what stays behind of each would show. */

import { describe, expect, it } from 'vitest';
import { runStalls, warmSockets } from './stall-run.ts';

describe('1,000 idle stalls through the gateway', () => {
  it('are all told whole; sockets and memory are back where they were', async () => {
    const { whole, hungUp, heap, sockets } = await runStalls(1000);
    expect(whole).toBe(1000);
    expect(hungUp).toBe(1000);
    expect(sockets.after).toBeLessThanOrEqual(warmSockets);
    expect(sockets.afterClose).toBeLessThanOrEqual(0);
    // A record, counters by model and two rows of the simulated provider's log: a few kilobytes
    // each, and no stream.
    expect((heap.after - heap.before) / 1000).toBeLessThan(12 * 1024);
  });
});
