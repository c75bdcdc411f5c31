/** What a chat works with: whom it asks, what it keeps, who sits before it. Types only. */

import type { Host } from '../host.ts';
import type { Holdfast } from '../library/holdfast.ts';
import type { SessionStore } from '../sessions/store.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import type { Conversation } from './conversation.ts';
import type { Face } from './screen/face.ts';

/** A side task over a conversation: its text. Rejects where nobody could do it. */
export type SideTask = (messages: readonly TaskMessage[], signal: AbortSignal) => Promise<string>;

export interface ChatScene {
  readonly host: Host;
  readonly holdfast: Holdfast;
  readonly sessions: SessionStore;
  readonly conversation: Conversation;
  readonly face: Face;
  /** A task, an alias, or `provider/model`. */
  readonly model: string;
  /** One that is absent is left undone. */
  readonly sideTasks: { readonly title?: SideTask; readonly compress?: SideTask };
  /** Aborted when the process is to end. */
  readonly leaving: AbortSignal;
  /** An error as lines for people. */
  readonly explain: (error: unknown) => string;
}
