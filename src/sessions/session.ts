/** What a conversation is, and what is asked of whoever keeps it. Types only; kept in SQLite by `store.ts`. */

/** Who gave a session its title. A title of a later rank replaces one of an earlier, never the other way round. */
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

/** `summary`: stands for all turns before it; what a compression left. They are kept, and are sent no more. */
export type TurnRole = 'user' | 'assistant' | 'summary';

/** `streaming` was not finished: it is being written, or its process was killed. `stopped` ended the person, `broken` a failure; the text stays. */
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
  readonly model?: string;
  /** The record of the request (`holdfast why ID`). */
  readonly requestId?: string;
  /** What it cost, where that is known. */
  readonly usd?: number;
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

/** Rejects with `StoreError`: a file that cannot be used is named, and never read as one without sessions. */
export interface SessionStore {
  /** Begins one without a turn, and erases those that are beyond the limits. */
  create(): Promise<SessionHead>;
  /** Adds a turn behind the last, and gives its number. The first of the user gives the session its derived title. */
  addTurn(session: string, turn: NewTurn): Promise<number>;
  /**
   * What a turn that is being streamed says so far, all of it: its row is replaced, so that this is called about once a
   * second. The number is that which `addTurn` gave, or that of an answer that is asked for again.
   */
  writePartial(session: string, number: number, turn: TurnText): Promise<void>;
  /** What it says in the end. From now on it is found by its words. */
  finishTurn(session: string, number: number, turn: TurnText & { readonly state: TurnState }): Promise<void>;
  /** Those used last come first. */
  list(limit: number): Promise<readonly SessionHead[]>;
  /** The one with this id, or the only one whose id begins so; `last` is the one used last. */
  find(reference: string): Promise<SessionHead | undefined>;
  /** By its whole id. */
  show(id: string): Promise<Session | undefined>;
  /** What has these words as they stand, in any script; small and capital letters are alike in ASCII. */
  search(words: string, limit: number): Promise<readonly SessionHit[]>;
  /** False where its present title is of a later rank, or there is no such session. A person renames with the rank `user`. */
  setTitle(id: string, title: string, rank: TitleRank): Promise<boolean>;
  readAttachment(hash: string): Promise<Uint8Array | undefined>;
  /** Erases it: no byte of its texts stays in the file. False where there is no such session. */
  delete(id: string): Promise<boolean>;
  close(): Promise<void>;
}
