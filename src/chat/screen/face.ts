/** Who sits before a chat: a person at a terminal, or a program at the two ends of a pipe. */

/** One answer as it comes. */
export interface AnswerView {
  push(text: string): void;
  /** What goes on while no text comes; the next one takes its place. */
  tell(status: string): void;
  /** All of it is shown. */
  end(): void;
}

export interface Face {
  /**
   * The next message; undefined: there is none, the person leaves, or `leaving` is aborted.
   * `prefill` is offered to be edited.
   */
  read(prefill: string, leaving: AbortSignal): Promise<string | undefined>;
  answer(): AnswerView;
  /** What a person reads beside the conversation. */
  say(text: string): void;
  /** What was asked for by a command: lines of text. */
  print(text: string): void;
  /** Calls back when an answer is to be ended, until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  close(): void;
}
