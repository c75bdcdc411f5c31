/**
 * Keeps the memory of a process that serves small: V8's young heap stays below a size, and what a
 * busy time has left goes back to the system in the next quiet one. Not on a request's path; the
 * figures are in docs/decisions/0006-bodies-beside-the-heap.md.
 */

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock, Timer } from '../host.ts';

/** Both halves of the young heap together. V8 itself goes up to 128 MB, and 32 MB in Node 22. */
const youngBytes = 16 * 2 ** 20;

const lookMs = 10_000;
/** A quiet process uses less of one core. */
const quietShare = 0.02;
/** Less is not worth the 50 ms that a collection takes. */
const worthwhileBytes = 8 * 2 ** 20;

/**
 * Called when the process has started: its launcher turned TurboFan off until then. `fast` leaves
 * the young heap to V8. Returns a function that ends it.
 */
export function spareMemory(
  clock: Pick<Clock, 'startTimer'>,
  serving: { inflight(): number },
  memory: 'small' | 'fast',
): () => void {
  setFlagsFromString('--turbofan');
  const stopCollecting = collectWhenQuiet(clock, () => serving.inflight() > 0);
  const stopHolding = memory === 'small' ? holdYoungHeap() : undefined;
  return () => {
    stopCollecting();
    stopHolding?.();
  };
}

/** What is asked of the process. */
export interface Process {
  /** CPU time of all threads so far, in microseconds. */
  cpuUs(): number;
  /** Resident memory. */
  bytes(): number;
  collect(): void;
}

/** What is asked of V8. */
export interface YoungHeap {
  /** Both halves together. */
  bytes(): number;
  /** How many times as large it becomes where it is too small. */
  growBy(factor: 1 | 2): void;
  /** Calls back soon after each collection. Returns a function that ends it. */
  onCollected(listener: () => void): () => void;
}

/**
 * Lets V8 double its young heap until it has this size, and again after it has shrunk. A turn of
 * the event loop with several collections may pass it.
 */
export function holdYoungHeap(heap: YoungHeap = thisHeap): () => void {
  let isHeld = false;
  const look = (): void => {
    const isFull = heap.bytes() >= youngBytes;
    if (isFull === isHeld) return;
    isHeld = isFull;
    heap.growBy(isFull ? 1 : 2);
  };
  look();
  return heap.onCollected(look);
}

const thisHeap: YoungHeap = {
  bytes: () =>
    getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0,
  growBy: (factor) => setFlagsFromString(`--semi-space-growth-factor=${factor}`),
  onCollected: (listener) => {
    const observer = new PerformanceObserver(listener);
    observer.observe({ type: 'gc' });
    return () => observer.disconnect();
  },
};

/**
 * Collects when nothing is under way, hardly any CPU time was used for ten seconds, and memory has
 * grown by 8 MB since the last time. V8 collects by itself only when it allocates; some ten seconds
 * after our collection it runs another one, and gives back the pages of both.
 */
export function collectWhenQuiet(
  clock: Pick<Clock, 'startTimer'>,
  isBusy: () => boolean,
  self: Process = thisProcess,
): () => void {
  let timer: Timer;
  let cpuUs = self.cpuUs();
  /** The least that it has had in quiet times. */
  let least = 0;
  const look = (): void => {
    const usedUs = self.cpuUs() - cpuUs;
    cpuUs = self.cpuUs();
    const bytes = self.bytes();
    if (!isBusy() && usedUs < quietShare * lookMs * 1000) {
      if (bytes > least + worthwhileBytes) {
        self.collect();
        least = Number.POSITIVE_INFINITY;
      } else least = Math.min(least, bytes);
    } else if (least === Number.POSITIVE_INFINITY) least = 0; // nobody saw what that collection left
    timer = clock.startTimer(lookMs, look);
  };
  timer = clock.startTimer(lookMs, look);
  return () => timer.cancel();
}

const thisProcess: Process = {
  cpuUs: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  bytes: () => process.memoryUsage.rss(),
  collect: () => {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    setFlagsFromString('--no-expose-gc');
  },
};
