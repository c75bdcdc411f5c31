/** The parts that a chat needs: the models, the store, and the person's interface. Types only. */

import type { Host } from '../host.ts';
import type { Holdfast } from '../library/holdfast.ts';
import type { SessionStore } from '../sessions/store.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import type { Conversation } from './conversation.ts';
import type { Face } from './screen/face.ts';

/** Runs a side task over a conversation and returns its text. Rejects if no model could do it. */
export type SideTask = (messages: readonly TaskMessage[], signal: AbortSignal) => Promise<string>;

export interface ChatContext {
  readonly host: Host;
  readonly holdfast: Holdfast;
  readonly sessions: SessionStore;
  readonly conversation: Conversation;
  readonly face: Face;
  /** May be a task, an alias, or `provider/model`. */
  readonly model: string;
  readonly sideTasks: Readonly<Record<'title' | 'compress', SideTask>>;
  /** Aborted when the process should end. */
  readonly leaving: AbortSignal;
  /** Returns an error as lines for people. */
  readonly explain: (error: unknown) => string;
}
