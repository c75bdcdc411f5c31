/** The profile of a side task: its prompt, its limits, and its judge. */

/** A message in the form of `openai-chat`; the engine translates it for other protocols. */
export interface TaskMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly TaskPart[] | null;
  readonly tool_calls?: readonly unknown[];
  readonly tool_call_id?: string;
}

export type TaskPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** Returns the text without pictures; empty for a message that only calls tools. */
export function textOfMessage({ content }: TaskMessage): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** A whole answer for a judge, whatever its protocol. */
export interface JudgedAnswer {
  readonly text: string;
  /** Counts characters. */
  readonly reasoningLength: number;
  readonly finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';
  readonly hasToolCalls: boolean;
  /** The caller's limit in tokens, if it is below `outputFloor`. Absent: the caller set none. */
  readonly askedLimit: number | undefined;
}

/** Reasons for which an answer is unusable, with their sentences in the record. */
export const missReasons = {
  empty: 'the answer was empty',
  'only-reasoning': 'the answer was reasoning and not a word of text',
  cut: 'the answer was cut off by its length limit',
  refusal: 'the model refused',
  'think-text': 'the model wrote its thoughts into the answer',
  'not-the-task': 'the answer is not what the task asked for',
  'too-long': 'the summary is longer than its source',
  'facts-lost': 'the summary has lost most of what must stand in it word for word',
} as const;

export type MissCause = keyof typeof missReasons;

/** Returns why an answer is unusable; undefined if it is usable. */
export type AnswerJudge = (answer: JudgedAnswer) => MissCause | undefined;

export interface TaskLimits {
  /**
   * A repeated request gets at least this many tokens, because a model that thinks first had no
   * room left to write.
   */
  readonly outputFloor: number;
  /** `off`: reasoning is switched off if the target's entry knows how. */
  readonly reasoning: 'off' | 'as-asked';
  /** True when a streamed answer is held back until it is judged. */
  readonly holdsStreams: boolean;
}

/** Contains data and pure functions only. */
export interface TaskProfile {
  /**
   * Returns the messages for a request by Holdfast itself; a request over the gateway brings its
   * own.
   */
  prompt(messages: readonly TaskMessage[]): readonly TaskMessage[];
  /** Names the parts of the messages that `prompt` shortens. Default: it shortens nothing. */
  shortened?(messages: readonly TaskMessage[]): readonly string[];
  /** Removes what does not belong to the text. Default: nothing is removed. */
  polish?(text: string): string;
  readonly limits: TaskLimits;
  readonly judge: AnswerJudge;
}
