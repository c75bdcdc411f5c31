/** A conversation, as `store.ts` keeps it: types, and their closed sets as lists. */

/** A title of a later rank replaces one of an earlier rank, never the reverse. */
export const titleRanks = ['derived', 'model', 'user'] as const;

export type TitleRank = (typeof titleRanks)[number];

/** A session as in a list. Times are epoch ms. */
export interface SessionHead {
  readonly id: string;
  /** Empty until the first turn. */
  readonly title: string;
  readonly titleRank: TitleRank;
  readonly createdAt: number;
  /** Time of the last change of a turn. */
  readonly usedAt: number;
  readonly turns: number;
  /** The last target that answered. */
  readonly model?: string;
  /** Sum of the known costs; absent if no cost is known. */
  readonly usd?: number;
}

/**
 * `summary` is what a compression left: it replaces all earlier turns, which are kept but no longer
 * sent.
 */
export type TurnRole = 'user' | 'assistant' | 'summary';

/**
 * `streaming`: being written, or the process was killed. `stopped`: ended by the user. `broken`:
 * ended by a failure; the text stays.
 */
export type TurnState = 'whole' | 'streaming' | 'stopped' | 'broken';

/** A file that belongs to a turn. Equal content is stored once. */
export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** `readAttachment` returns the content. */
export interface AttachmentHead extends Omit<Attachment, 'bytes'> {
  /** Is the SHA-256 of the content, in hex. */
  readonly hash: string;
  readonly size: number;
}

export interface TurnText {
  readonly role: TurnRole;
  readonly text: string;
  /** The target that answered. */
  readonly model?: string | undefined;
  /** Id of the request's record (`holdfast why ID`). */
  readonly requestId?: string | undefined;
  /** Cost in USD, if known. */
  readonly usd?: number | undefined;
}

export interface NewTurn extends TurnText {
  readonly attachments?: readonly Attachment[];
  /** Default: whole. */
  readonly state?: TurnState;
}

export interface SessionTurn extends TurnText {
  /** Counts from 1, in the order of the conversation. */
  readonly number: number;
  readonly at: number;
  readonly state: TurnState;
  readonly attachments: readonly AttachmentHead[];
}

export interface Session extends SessionHead {
  readonly said: readonly SessionTurn[];
}

/** The words were found in a turn or in a title. */
export interface SessionHit {
  readonly session: SessionHead;
  /** Absent if the title matched. */
  readonly turn?: { readonly number: number; readonly role: TurnRole; readonly at: number };
  /** Shows the match and the text around it, on one line. */
  readonly excerpt: string;
}
