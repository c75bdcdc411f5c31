/** Events of the engine at work: the live status of CLI, library and gateway log. Types only. */

import type { Decision } from './decision.ts';
import type { FailureClass, KeptFailure } from './failure.ts';
import type { Fix } from './fix.ts';
import type { RequestRecord } from './record.ts';

export type EngineEvent =
  /**
   * An attempt begins; it comes twice more if a connection to the target is opened for it. Has no
   * `text`.
   */
  | ({
      readonly type: 'asking';
      readonly target: string;
      /** The server's scheme, host and port. */
      readonly origin: string;
      readonly connection?: 'opening' | 'open';
    } & AboutRequest)
  /** An attempt failed, and the engine takes its next step. */
  | ({
      readonly type: 'rescue';
      readonly target: string;
      readonly credential: string;
      readonly failure: KeptFailure;
      readonly decision: Decision;
      /**
       * A person can read it as it is, such as `xiaomi refused the key momentarily, retry 1/2 in 1
       * s`.
       */
      readonly text: string;
      /** The text without the next step. */
      readonly what: string;
    } & AboutRequest)
  /** The request waits for a candidate, or for other requests that came first. */
  | ({
      readonly type: 'waiting';
      /** 0 if it may end at any moment. */
      readonly forMs: number;
      readonly text: string;
      /** The candidates that it waits for. */
      readonly held: readonly HeldTarget[];
    } & AboutRequest)
  | { readonly type: 'finished'; readonly record: RequestRecord }
  | { readonly type: 'config-reloaded'; readonly path: string; readonly text: string }
  | { readonly type: 'config-refused'; readonly path: string; readonly text: string }
  /** Somebody asks the admin API to change something: who, and what. */
  | { readonly type: 'change-asked'; readonly text: string }
  /**
   * Something to know about configuration, keys, state file or a listener; never about a single
   * request.
   */
  | ({ readonly type: 'warning' } & Warning);

interface AboutRequest {
  readonly requestId: string;
  /** The model's name as the caller gave it. */
  readonly model: string;
}

/** A target that may not be asked now, and why. */
export interface HeldTarget {
  readonly target: string;
  readonly origin: string;
  readonly cause: FailureClass;
  /** What was said or seen when it was held back. */
  readonly evidence: string;
  /** Epoch ms; 0 if the end may come at any moment. */
  readonly until: number;
}

/** A request that was refused before any target was chosen, so that it has no record. */
export interface RefusedCaller {
  readonly requestId: string;
  /** One of docs/errors.md. */
  readonly code: string;
  readonly status: number;
  readonly text: string;
  readonly fix?: Fix | undefined;
}

/** Refused requests of one kind since the start. */
export interface RefusalCount {
  /** One of docs/errors.md. */
  readonly code: string;
  readonly status: number;
  readonly count: number;
  /** Epoch ms. */
  readonly firstAt: number;
  /** Epoch ms. */
  readonly lastAt: number;
  /** The id of the last request. */
  readonly lastId: string;
  /** What the last request was told, without control characters. */
  readonly text: string;
  /** What the last request was told to do. Absent: nothing, or more than a line. */
  readonly fix?: string | undefined;
}

export interface Warning {
  readonly code: string;
  /** A sentence for people, with everything that the other fields say. */
  readonly text: string;
  /** Contains the text without its fix. Absent: the whole text. */
  readonly what?: string | undefined;
  readonly fix?: Fix | undefined;
  /** The provider, if the warning is about how one key looks. */
  readonly provider?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** The fingerprint of the key that is used before the one it is about. */
  readonly over?: string | undefined;
}

/**
 * Called for every event, in order, while the engine waits: it should be quick. If it throws, no
 * request suffers; the other listeners get one warning (`listener-failed`). Its promise is not
 * awaited.
 */
export type EventListener = (event: EngineEvent) => void;
