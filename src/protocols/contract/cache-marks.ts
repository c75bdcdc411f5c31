/** How a body is marked for its vendor's prompt cache, where a protocol has marks. Types only. */

import type { WireObject } from '../json/is-record.ts';

export interface CacheMarks {
  /** Returns whether the client itself has said where a cache is to end. */
  hasMarks(body: WireObject): boolean;
  /** Marks the end of what the system says. */
  markSystem(body: WireObject): WireObject;
  /** Marks the ends of the user's last turns. */
  markTurns(body: WireObject, count: number): WireObject;
  readPrompt(body: WireObject): PromptParts;
}

/** What a prompt is made of, in the order in which the vendor reads it. */
export interface PromptParts {
  /** What stands before the conversation: the tools, and what the system says. */
  readonly lead: readonly unknown[];
  readonly turns: readonly unknown[];
  /** The places of the user's turns. */
  readonly users: readonly number[];
  /** The model has said something already. */
  readonly isTalk: boolean;
  readonly hasTools: boolean;
  /** The model must call one of them. */
  readonly isToolForced: boolean;
}
