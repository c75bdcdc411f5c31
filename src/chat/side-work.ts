/**
 * Runs the chat's side tasks: a title after the first answer, and a summary when the context window
 * is nearly full.
 */

import type { Holdfast } from '../library/holdfast.ts';
import type { RequestRecord } from '../model/record.ts';
import { countMessages } from '../tasks/compression/units.ts';
import type { TaskMessage } from '../tasks/profile.ts';
import type { ChatContext } from './context.ts';

/**
 * A conversation beyond this share of the context window is summarised; the rest is for the next
 * turns.
 */
const fullShare = 0.8;
/** It must have grown by this factor before another try. */
const growth = 1.1;

export class SideWork {
  readonly #context: ChatContext;
  readonly #leaving = new AbortController();
  #hasTitle = false;
  /** The tokens of the last request and its answer, and the context window of its target. */
  #tokens = 0;
  #contextWindow = Infinity;
  /** The tokens when a summary failed, or after it succeeded. */
  #triedAt = 0;

  constructor(context: ChatContext) {
    this.#context = context;
    this.#hasTitle = context.conversation.said.some(({ role }) => role !== 'user');
  }

  /** Aborts running tasks: leaving a chat does not wait for a title. */
  end(): void {
    this.#leaving.abort();
  }

  /** Starts side tasks after a turn, without waiting for them. */
  afterTurn(record: RequestRecord | undefined): void {
    if (record?.outcome !== 'answered') return;
    const { inputTokens = 0, outputTokens = 0 } = record.usage ?? {};
    this.#tokens = inputTokens + outputTokens;
    void this.#readContextWindow(record.answeredBy);
    if (!this.#hasTitle) void this.#title();
    this.#hasTitle = true;
  }

  /**
   * Summarises all earlier turns before a message is sent, if the context window is nearly full.
   */
  async makeRoom(signal: AbortSignal): Promise<void> {
    if (this.#tokens < this.#contextWindow * fullShare) return;
    const share = Math.round((100 * this.#tokens) / this.#contextWindow);
    const messages = await this.#context.conversation.messages();
    await this.#shorten(messages, `The conversation fills ${share} % of the window`, signal);
  }

  /**
   * Summarises all but the last message after a refusal for length. Returns whether it succeeded.
   */
  async makeRoomForLast(signal: AbortSignal): Promise<boolean> {
    const messages = await this.#context.conversation.messages();
    this.#tokens = countMessages(messages);
    const before = messages.slice(0, -1);
    return (
      before.length > 0 &&
      this.#shorten(before, 'The conversation is too long for the model', signal)
    );
  }

  /** Reports a failure; the turn then continues with the whole conversation. */
  async #shorten(
    messages: readonly TaskMessage[],
    why: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { conversation, face, sideTasks } = this.#context;
    if (this.#tokens < this.#triedAt * growth) return false;
    this.#triedAt = this.#tokens;
    face.say(`${why}: shortening it …`);
    try {
      await conversation.summarise(await sideTasks.compress(messages, signal));
      this.#tokens = this.#triedAt = countMessages(await conversation.messages());
      return true;
    } catch (error) {
      face.say(`It was not shortened: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  async #readContextWindow(target: string | undefined): Promise<void> {
    const models = await this.#context.holdfast.models();
    this.#contextWindow = models.find(({ name }) => name === target)?.contextWindow ?? Infinity;
  }

  /** The derived title stays if no model makes a better one; the record says why. */
  async #title(): Promise<void> {
    const { conversation, sessions, sideTasks } = this.#context;
    const { id } = conversation;
    if (id === undefined) return;
    try {
      const title = await sideTasks.title(await conversation.messages(), this.#leaving.signal);
      if (title !== '') await sessions.setTitle(id, title, 'model');
    } catch {
      return; // `holdfast why --task title_generation` explains it
    }
  }
}

/** Uses the library's side tasks. A summary replaces all earlier turns, stored as one turn. */
export function createChatSideTasks({ tasks }: Holdfast): ChatContext['sideTasks'] {
  return {
    title: (messages, signal) => tasks.title(messages, { signal }),
    compress: async (messages, signal) => {
      const { summary, failure } = await tasks.compress(messages, { keepTokens: 0, signal });
      if (summary !== undefined) return summary;
      const cause = causes[failure?.cause ?? 'nothing-to-compress'];
      throw new Error(`${cause}. See holdfast why --task compression`);
    },
  };
}

/** In a chat one line is enough. */
const causes = {
  'nothing-to-compress': 'there is nothing to shorten',
  'nobody-answered': 'no model could write a summary',
  'no-usable-summary': 'no usable summary came back',
  'too-late': 'a summary took too long',
} as const;
