/** What a conversation is, as `store.ts` keeps it. Types, and their closed sets as lists. */

/**
 * Who gave a session its title. A title of a later rank replaces one of an earlier, never the other
 * way round.
 */
export const titleRanks = ['derived', 'model', 'user'] as const;

export type TitleRank = (typeof titleRanks)[number];

/** A session as a list shows it. Times are epoch ms. */
export interface SessionHead {
  readonly id: string;
  /** Empty until the first turn. */
  readonly title: string;
  readonly titleRank: TitleRank;
  readonly createdAt: number;
  /** The last change of a turn. */
  readonly usedAt: number;
  readonly turns: number;
  /** The target that answered last. */
  readonly model?: string;
  /** Of the turns whose cost is known; absent where none is. */
  readonly usd?: number;
}

/**
 * `summary`: stands for all turns before it; what a compression left. They are kept, and are sent
 * no more.
 */
export type TurnRole = 'user' | 'assistant' | 'summary';

/**
 * `streaming` was not finished: it is being written, or its process was killed. `stopped` ended the
 * person, `broken` a failure; the text stays.
 */
export type TurnState = 'whole' | 'streaming' | 'stopped' | 'broken';

/** A file that belongs to a turn. Its content is kept once, however many turns show it. */
export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The same without its content, which `readAttachment` gives. */
export interface AttachmentHead extends Omit<Attachment, 'bytes'> {
  /** SHA-256 of the content, in hex. */
  readonly hash: string;
  readonly size: number;
}

/** What was said in one turn. */
export interface TurnText {
  readonly role: TurnRole;
  readonly text: string;
  /** The target that answered. */
  readonly model?: string | undefined;
  /** The record of the request (`holdfast why ID`). */
  readonly requestId?: string | undefined;
  /** What it cost, where that is known. */
  readonly usd?: number | undefined;
}

export interface NewTurn extends TurnText {
  readonly attachments?: readonly Attachment[];
  /** Default: whole. */
  readonly state?: TurnState;
}

export interface SessionTurn extends TurnText {
  /** From 1, in the order of the conversation. */
  readonly number: number;
  readonly at: number;
  readonly state: TurnState;
  readonly attachments: readonly AttachmentHead[];
}

export interface Session extends SessionHead {
  readonly said: readonly SessionTurn[];
}

/** A turn in which the words were found. */
export interface SessionHit {
  readonly session: SessionHead;
  /** Absent where the title has the words. */
  readonly turn?: { readonly number: number; readonly role: TurnRole; readonly at: number };
  /** The words with what stands around them, on one line. */
  readonly excerpt: string;
}
