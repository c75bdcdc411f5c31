/** Marks a body for its vendor's prompt cache, where a protocol has marks. Types only. */

import type { WireObject } from '../json/is-record.ts';

export interface CacheMarks {
  /** Returns true if the client itself has said where a cache ends. */
  hasMarks(body: WireObject): boolean;
  /** Marks the end of the system prompt. */
  markSystem(body: WireObject): WireObject;
  /** Marks the ends of the user's last turns. */
  markTurns(body: WireObject, count: number): WireObject;
  readPrompt(body: WireObject): PromptParts;
}

/** Lists the parts of a prompt in the order in which the vendor reads them. */
export interface PromptParts {
  /** Lists the tools and the system prompt, which come before the conversation. */
  readonly lead: readonly unknown[];
  readonly turns: readonly WireObject[];
  /** Lists the indexes of the user's turns. */
  readonly users: readonly number[];
  /** The model has said something already. */
  readonly isTalk: boolean;
  readonly hasTools: boolean;
  /** The model must call one of them. */
  readonly isToolForced: boolean;
}
