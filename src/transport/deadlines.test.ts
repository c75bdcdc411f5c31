/** What the watch over the limits of an attempt tells. */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { Deadline } from './deadlines.ts';

it.each([0, 0.1, 653_687.410904, 401.2036108324975, 1018.7])(
  'tells the limit as it was given, also where it began at %d ms',
  async (start) => {
    const host = createFakeHost();
    const offset = host.clock.monotonic();
    const clock = { ...host.clock, monotonic: () => start + (host.clock.monotonic() - offset) };
    const told: number[] = [];
    new Deadline(clock, (_limit, afterMs) => told.push(afterMs)).watch('response head', 1000);
    await host.advance(1001);
    expect(told).toEqual([1000]);
  },
);
