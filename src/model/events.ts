/**
 * What the engine tells while it works: the live status of CLI, library and gateway log. Types
 * only.
 */

import type { Decision } from './decision.ts';
import type { KeptFailure } from './failure.ts';
import type { Fix } from './fix.ts';
import type { RequestRecord } from './record.ts';

export type EngineEvent =
  /** An attempt failed and something is being done about it. */
  | {
      readonly type: 'rescue';
      readonly requestId: string;
      readonly target: string;
      readonly credential: string;
      readonly failure: KeptFailure;
      readonly decision: Decision;
      /** A sentence for people: `xiaomi refused the key momentarily, retry 1/2 in 1 s`. */
      readonly text: string;
    }
  /** Every candidate is benched and the request waits for one. */
  | {
      readonly type: 'waiting';
      readonly requestId: string;
      readonly forMs: number;
      readonly text: string;
    }
  | { readonly type: 'finished'; readonly record: RequestRecord }
  | { readonly type: 'config-reloaded'; readonly path: string; readonly text: string }
  | { readonly type: 'config-refused'; readonly path: string; readonly text: string }
  /**
   * Something to know about configuration, keys, state file or a listener; nothing of a single
   * request.
   */
  | ({ readonly type: 'warning' } & Warning);

export interface Warning {
  readonly code: string;
  /** A sentence for people. It holds what the other fields say. */
  readonly text: string;
  /** The text without what to do. Absent: the whole text. */
  readonly what?: string | undefined;
  readonly fix?: Fix | undefined;
  /** Of a warning about one key: its provider. */
  readonly provider?: string | undefined;
  readonly fingerprint?: string | undefined;
}

/**
 * Called for every event, in order, while the engine waits: it should be quick. What it throws
 * harms no request; the other listeners hear of it once, as a warning (`listener-failed`). A
 * promise that it returns is not waited for.
 */
export type EventListener = (event: EngineEvent) => void;
