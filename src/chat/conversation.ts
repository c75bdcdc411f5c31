/**
 * One conversation: its stored session, and the messages to send. A session is created with its
 * first message.
 */

import { requireWhole } from '../sessions/require-session.ts';
import type {
  Attachment,
  AttachmentHead,
  NewTurn,
  Session,
  SessionTurn,
  TurnState,
  TurnText,
} from '../sessions/session.ts';
import type { SessionStore } from '../sessions/store.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import { attachmentPart } from './attachments.ts';

/** A stored turn; of an unfinished answer, its text so far. */
type KeptTurn = Pick<SessionTurn, 'number' | 'role' | 'text' | 'state' | 'requestId' | 'model'> & {
  readonly attachments: readonly (Attachment | AttachmentHead)[];
};

export class Conversation {
  readonly #sessions: SessionStore;
  #id: string | undefined;
  #said: readonly KeptTurn[];

  private constructor(sessions: SessionStore, resumed?: Session) {
    this.#sessions = sessions;
    this.#id = resumed?.id;
    this.#said = resumed?.said ?? [];
  }

  /**
   * Opens a new conversation, or the one that `reference` names. Throws `AccessError` if it names
   * none, or several.
   */
  static async open(sessions: SessionStore, reference: string | undefined): Promise<Conversation> {
    if (reference === undefined) return new Conversation(sessions);
    return new Conversation(sessions, await requireWhole(sessions, reference));
  }

  /** Undefined before the first message. */
  get id(): string | undefined {
    return this.#id;
  }

  get said(): readonly Omit<KeptTurn, 'attachments'>[] {
    return this.#said;
  }

  /**
   * The person's last message if it has no complete answer. An answer that the person interrupted
   * counts as complete.
   */
  get unanswered(): string | undefined {
    const last = this.#said.findLast(({ role }) => role !== 'summary');
    if (last?.role === 'user') return last.text;
    const isCut =
      last?.role === 'assistant' && (last.state === 'broken' || last.state === 'streaming');
    return isCut ? this.#said.findLast(({ role }) => role === 'user')?.text : undefined;
  }

  async ask(text: string, attachments: readonly Attachment[]): Promise<void> {
    this.#id ??= (await this.#sessions.create()).id;
    await this.#add({ role: 'user', text, attachments });
  }

  /** Replaces all earlier turns by a summary, except an unanswered last message. */
  async summarise(text: string): Promise<void> {
    await this.#add({ role: 'summary', text });
  }

  /**
   * Adds an empty answer, which replaces an earlier answer to the last message. Returns undefined
   * without a message.
   */
  async beginAnswer(): Promise<number | undefined> {
    const last = this.#said.at(-1);
    if (last === undefined || (last.role === 'summary' && this.unanswered === undefined))
      return undefined;
    if (last.role !== 'assistant')
      return this.#add({ role: 'assistant', text: '', state: 'streaming' });
    this.#said = [...this.#said.slice(0, -1), { ...last, text: '', state: 'streaming' }];
    return last.number;
  }

  /** Stores the text of an answer, unfinished or final. */
  async writeAnswer(
    number: number,
    turn: Omit<TurnText, 'role'> & { readonly state: TurnState },
  ): Promise<void> {
    this.#said = this.#said.map((kept) => (kept.number === number ? { ...kept, ...turn } : kept));
    if (this.#id !== undefined)
      await this.#sessions.writeTurn(this.#id, { ...turn, role: 'assistant', number });
  }

  /** Returns the messages to send: from the last summary on, without answers that never began. */
  async messages(): Promise<readonly TaskMessage[]> {
    const turns = this.#said.filter(({ role, text }) => role !== 'assistant' || text !== '');
    const from = turns.findLastIndex(({ role }) => role === 'summary');
    const sent = turns.slice(Math.max(0, from));
    const open = turns[from - 1];
    if (open?.role === 'user') sent.splice(1, 0, open);
    return Promise.all(sent.map((turn) => this.#toMessage(turn)));
  }

  async #toMessage({ role, text, attachments }: KeptTurn): Promise<TaskMessage> {
    if (role === 'summary')
      return { role: 'user', content: `What was said before, in short:\n\n${text}` };
    if (attachments.length === 0) return { role, content: text };
    const files = await Promise.all(attachments.map((file) => this.#open(file)));
    return { role, content: [{ type: 'text', text }, ...files.map(attachmentPart)] };
  }

  async #open(file: Attachment | AttachmentHead): Promise<Attachment> {
    if ('bytes' in file) return file;
    return { ...file, bytes: (await this.#sessions.readAttachment(file.hash)) ?? new Uint8Array() };
  }

  async #add(turn: NewTurn): Promise<number> {
    if (this.#id === undefined) return 0;
    const number = await this.#sessions.addTurn(this.#id, turn);
    const { attachments = [], state = 'whole' } = turn;
    this.#said = [...this.#said, { ...turn, number, attachments, state }];
    return number;
  }
}
