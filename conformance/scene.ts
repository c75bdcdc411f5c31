/** What a scene is, whom it concerns, and what its second provider speaks. */

import type { Client, Protocol } from './client.ts';
import type { Seen } from './judge.ts';

/** Which second provider the configuration falls back to. */
export type Spare = 'none' | 'same protocol' | 'other protocol' | 'third protocol';

export interface Scene {
  readonly name: string;
  readonly title: string;
  /** Of the main provider: its name says how it breaks. */
  readonly model: string;
  readonly key: string;
  /** What the main provider speaks. Default: the client's own protocol. */
  readonly speaks?: Protocol;
  /** What the main provider is called in the configuration. Default: a name that no vendor has. */
  readonly vendor?: string;
  readonly spare: Spare;
  /** The prompt spells out a tool call. */
  readonly callsTool: boolean;
  /**
   * The client sends whole bodies: pictures, sound, files. Only for clients that send them, and
   * they play no other scene.
   */
  readonly isBodies: boolean;
  /** The prompt is one upon which the client makes a side call: only for clients that make any. */
  readonly isSideCall: boolean;
  /**
   * The prompt spells out a look at an image, which the model does not see: only for clients that
   * can look.
   */
  readonly showsImage: boolean;
  /** What the task `vision` is; with `showsImage` alone. */
  readonly vision: object;
  /**
   * Prompts one after the other in one session, each in a process of its own: only for clients that
   * can go on.
   */
  readonly turns: number;
  /**
   * What the provider of titles answers, where the client's own list of sessions must show a title
   * all the same. Default: nobody looks.
   */
  readonly titles?: string;
  /** The client compacts its conversation between two turns: only for those that can be told to. */
  readonly compacts: boolean;
  /**
   * The key answers once before the client comes, so that a later 401 is one of a key that worked.
   */
  readonly isProven: boolean;
  /** Nobody can answer: the client shows its user this. Default: it shows an answer. */
  readonly shows?: string;
  /**
   * What the second provider is asked for, and with which key. Default: a model that answers, and a
   * good key.
   */
  readonly spareModel?: string;
  readonly spareKey?: string;
  /**
   * An agent may ask the gateway so often in any minute, and is let run to its end. Default: nobody
   * counts.
   */
  readonly postsAMinute?: number;
  /** Why what the two providers saw is not this scene; nothing when it is. */
  readonly judge: (seen: Seen) => string | undefined;
}

/** Whether the scene says anything about the client. */
export function concerns(
  { isBodies, isSideCall, showsImage, titles, turns, compacts, postsAMinute }: Scene,
  {
    half,
    sendsBodies = false,
    sideCall,
    look,
    sessions,
    goOn,
    compacting,
  }: Pick<
    Client,
    'half' | 'sendsBodies' | 'sideCall' | 'look' | 'sessions' | 'goOn' | 'compacting'
  >,
): boolean {
  if (postsAMinute !== undefined && half !== 'agent') return false;
  if (compacts && compacting === undefined) return false;
  if (turns > 1 && goOn === undefined) return false;
  if (showsImage && look === undefined) return false;
  if (titles !== undefined && sessions === undefined) return false;
  return isBodies === sendsBodies && (!isSideCall || sideCall !== undefined);
}

/**
 * What the second provider speaks: what the client does, another vendor's language, or one more.
 */
export function spareProtocol(protocol: Protocol, spare: Spare): Protocol {
  if (spare === 'other protocol')
    return protocol === 'anthropic-messages' ? 'openai-chat' : 'anthropic-messages';
  if (spare !== 'third protocol') return protocol;
  return protocol === 'google-generate-content' ? 'openai-responses' : 'google-generate-content';
}
