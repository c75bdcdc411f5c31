/** What a run consists of, as the laws look at it. Types only. */

import type { Runtime } from '../../src/runtime.ts';
import type { FakeHost } from '../fakes/fake-host.ts';
import type { FaultyUpstream } from './faulty-upstream.ts';
import type { Asking, Scenario } from './scenario.ts';
import type { WatchedStore } from './watched-store.ts';

/** Epoch ms at which every run begins. */
export const startAt = 1_800_000_000_000;
/** No request takes longer: waits, attempts and their limits together. */
export const longestMs = 40 * 60_000;
/** Longer than any window and any end that a provider may name. */
export const wholeDayMs = 25 * 3_600_000;

/** What the caller of one request got. */
export interface Told {
  readonly asking: Asking;
  status: number;
  heads: number;
  ends: number;
  text: string;
}

/** All that the laws are judged by. */
export interface Stage {
  readonly scenario: Scenario;
  readonly host: FakeHost;
  readonly runtime: Runtime;
  readonly upstream: FaultyUpstream;
  readonly store: WatchedStore;
  readonly violations: string[];
  /** Ids of requests that may go on only to some of their targets. */
  readonly narrowed: Set<string>;
}
