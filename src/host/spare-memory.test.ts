/** Memory is given back in quiet times, once for each time it has grown, and never in busy ones. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { collectWhenQuiet, holdYoungHeap } from './spare-memory.ts';

const mb = 2 ** 20;
const lookMs = 10_000;

/** What happens in ten seconds, and whether memory is collected at their end. */
interface Period {
  readonly cpuMs?: number;
  readonly grownMb?: number;
  readonly isBusy?: boolean;
  readonly collects: boolean;
}

async function live(periods: readonly Period[], leftMb = 80): Promise<readonly boolean[]> {
  const { clock, advance } = createFakeHost();
  const now = { cpuUs: 5_000_000, bytes: 110 * mb, isBusy: false, collected: 0 };
  const stop = collectWhenQuiet(clock, () => now.isBusy, {
    cpuUs: () => now.cpuUs,
    bytes: () => now.bytes,
    collect: () => {
      now.collected += 1;
      now.bytes = leftMb * mb;
    },
  });
  const seen: boolean[] = [];
  for (const { cpuMs = 0, grownMb = 0, isBusy = false } of periods) {
    const before = now.collected;
    now.cpuUs += cpuMs * 1000;
    now.bytes += grownMb * mb;
    now.isBusy = isBusy;
    await advance(lookMs);
    seen.push(now.collected > before);
  }
  stop();
  const before = now.collected;
  now.bytes += 1000 * mb;
  await advance(10 * lookMs);
  expect(now.collected).toBe(before);
  return seen;
}

describe('memory is collected', () => {
  it.each<{ readonly name: string; readonly periods: readonly Period[] }>([
    {
      name: 'once after the start',
      periods: [{ collects: true }, { collects: false }, { collects: false }],
    },
    {
      name: 'once after each busy time',
      periods: [
        { collects: true },
        { collects: false },
        { cpuMs: 9000, grownMb: 200, collects: false },
        { cpuMs: 199, collects: true },
        { collects: false },
        { cpuMs: 500, grownMb: 9, collects: false },
        { collects: true },
      ],
    },
    {
      name: 'after a busy time that began right behind a collection',
      periods: [
        { collects: true },
        { cpuMs: 9000, grownMb: 60, collects: false },
        { cpuMs: 9000, grownMb: 40, collects: false },
        { collects: true },
        { collects: false },
        { collects: false },
      ],
    },
    {
      name: 'never while a request is under way',
      periods: [
        { isBusy: true, collects: false },
        { isBusy: true, grownMb: 500, collects: false },
        { collects: true },
      ],
    },
    {
      name: 'never while CPU is used, by whatever it is',
      periods: [
        { cpuMs: 200, collects: false },
        { cpuMs: 9000, grownMb: 500, collects: false },
      ],
    },
    {
      name: 'not for a little',
      periods: [
        { collects: true },
        { collects: false },
        { grownMb: 8, collects: false },
        { grownMb: 1, collects: true },
      ],
    },
  ])('$name', async ({ periods }) => {
    expect(await live(periods)).toEqual(periods.map(({ collects }) => collects));
  });

  it('not again and again where it frees nothing', async () => {
    const quiet = { collects: false };
    expect(await live([quiet, quiet, quiet, quiet], 110)).toEqual([true, false, false, false]);
  });
});

it('the young heap grows to its size, and again after it has shrunk', () => {
  let [size, factor] = [1, 2];
  let collect = (): void => undefined;
  const stop = holdYoungHeap({
    bytes: () => size * mb,
    growBy: (next) => {
      factor = next;
    },
    onCollected: (listener) => {
      collect = listener;
      return () => {
        collect = () => undefined;
      };
    },
  });
  const grow = (times: number): number => {
    for (let at = 0; at < times; at++) {
      size *= factor;
      collect();
    }
    return size;
  };
  expect(grow(3)).toBe(8);
  expect(grow(9)).toBe(16);
  size = 2;
  collect();
  expect(grow(9)).toBe(16);
  stop();
});
