/**
 * A client is hung up on when nothing has left for it for the whole limit while something waited,
 * and never otherwise.
 */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { SendLimit } from './send-limit.ts';

const limitMs = 1000;

function setUp() {
  const { clock, advance } = createFakeHost();
  const outlet = { waiting: 100, sent: 0 as number | undefined, hungUp: 0 };
  const limit = new SendLimit(clock, limitMs, {
    waitingBytes: () => outlet.waiting,
    sentBytes: () => outlet.sent,
    hangUp: () => {
      outlet.hungUp += 1;
    },
  });
  return { outlet, limit, advance };
}

describe('a send limit', () => {
  it('runs out once when nothing leaves for so long', async () => {
    const { outlet, limit, advance } = setUp();
    limit.watch();
    await advance(limitMs - 1);
    expect(outlet.hungUp).toBe(0);
    await advance(1);
    expect(outlet.hungUp).toBe(1);
    await advance(10 * limitMs);
    expect(outlet.hungUp).toBe(1);
  });

  it('begins anew with every byte that leaves', async () => {
    const { outlet, limit, advance } = setUp();
    limit.watch();
    for (let step = 0; step < 20; step++) {
      await advance(limitMs / 2);
      outlet.sent = step + 1;
    }
    expect(outlet.hungUp).toBe(0);
    await advance(limitMs * 1.25);
    expect(outlet.hungUp).toBe(1);
  });

  it('does not run while nothing waits, and runs again when something does', async () => {
    const { outlet, limit, advance } = setUp();
    limit.watch();
    outlet.waiting = 0;
    await advance(10 * limitMs);
    expect(outlet.hungUp).toBe(0);
    outlet.waiting = 5;
    limit.watch();
    await advance(limitMs - 1);
    expect(outlet.hungUp).toBe(0);
    await advance(1);
    expect(outlet.hungUp).toBe(1);
  });

  it('is not put off by being told again that bytes wait', async () => {
    const { outlet, limit, advance } = setUp();
    for (let step = 0; step < 10; step++) {
      limit.watch();
      await advance(limitMs / 10);
    }
    expect(outlet.hungUp).toBe(1);
  });

  it('does not run while another answer goes first on the same connection', async () => {
    const { outlet, limit, advance } = setUp();
    outlet.sent = undefined;
    limit.watch();
    await advance(10 * limitMs);
    expect(outlet.hungUp).toBe(0);
    outlet.sent = 0;
    await advance(1.25 * limitMs);
    expect(outlet.hungUp).toBe(1);
  });

  it('is over with its connection', async () => {
    const { outlet, limit, advance } = setUp();
    limit.watch();
    limit.stop();
    await advance(10 * limitMs);
    expect(outlet.hungUp).toBe(0);
  });
});
