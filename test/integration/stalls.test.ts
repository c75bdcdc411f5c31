/**
 * Streams that fall silent with their socket open: each is continued, and nothing of them stays
 * behind.
 */

import { describe, expect, it } from 'vitest';
import { idleTextMs, runStalls, warmSockets } from './stall-run.ts';

describe('100 idle stalls through the gateway', () => {
  it('are detected in their limit, told whole, and leave no socket and no memory behind', async () => {
    const { whole, records, hungUp, heap, sockets } = await runStalls(100);
    expect(whole).toBe(100);
    expect(hungUp).toBe(100);
    for (const { attempts } of records) {
      expect(attempts.map(({ failure }) => failure?.rule)).toEqual(['limit-idle', undefined]);
      expect(attempts[0]?.durationMs).toBeGreaterThanOrEqual(idleTextMs);
    }
    expect(sockets.after).toBeLessThanOrEqual(warmSockets);
    expect(sockets.afterClose).toBeLessThanOrEqual(0);
    expect(heap.after - heap.before).toBeLessThan(8 * 1024 * 1024);
  });
});
