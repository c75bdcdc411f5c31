/**
 * The real host: what Node's own timers get wrong and leave to us, and random bytes from the
 * system.
 */

import { describe, expect, it } from 'vitest';
import { createNodeHost, createRandomTokens } from './node-host.ts';

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

describe('random tokens', () => {
  it.each([1, 12, 24, 4096, 5000])('gives %i random bytes', (bytes) => {
    const token = createRandomTokens()(bytes);
    expect(token).toMatch(/^[\w-]+$/);
    expect(Buffer.from(token, 'base64url')).toHaveLength(bytes);
  });

  it('gives no token twice, however often the bytes run out', () => {
    const next = createRandomTokens();
    const given = Array.from({ length: 2000 }, () => next(12));
    expect(new Set(given).size).toBe(2000);
    expect(given.filter((token) => /^A+$/.test(token))).toEqual([]);
  });
});
