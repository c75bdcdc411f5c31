/** The interface of a chat: a person at a terminal, or a program at the two ends of a pipe. */

/** Shows one answer while it streams. */
export interface AnswerView {
  push(text: string): void;
  /** Shows a status until text comes; the next status replaces it. */
  showStatus(status: string): void;
  /** Call it when the whole answer is shown. */
  end(): void;
}

export interface Face {
  /**
   * Returns the next message; undefined if there is none, the person leaves, or `leaving` is
   * aborted. `prefill` is offered for editing. Rejects with an `AbortError` when the person leaves
   * with Ctrl-C.
   */
  read(prefill: string, leaving: AbortSignal): Promise<string | undefined>;
  answer(): AnswerView;
  /** Shows a remark that is not part of the conversation. */
  say(text: string): void;
  /** Prints the result of a command. */
  print(text: string): void;
  /** Calls back when the person interrupts an answer, until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  close(): void;
}
