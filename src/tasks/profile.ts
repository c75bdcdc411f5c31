/**
 * What a side task is beyond its route: how it is asked, what its answer may take, and which
 * answers are none.
 */

/** A message as `openai-chat` writes it; the engine carries it into every other protocol. */
export interface TaskMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly TaskPart[] | null;
  readonly tool_calls?: readonly unknown[];
  readonly tool_call_id?: string;
}

export type TaskPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** The text of a message without pictures; empty for a message that only calls tools. */
export function textOfMessage({ content }: TaskMessage): string {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** A whole answer as a judge sees it, whatever protocol it came in. */
export interface JudgedAnswer {
  readonly text: string;
  /** Characters. */
  readonly reasoningLength: number;
  readonly finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'other';
  readonly hasToolCalls: boolean;
  /**
   * The tokens to which the caller has limited the answer, where that is less than `outputFloor`.
   * Absent: it did not.
   */
  readonly askedLimit: number | undefined;
}

/** Why an answer is of no use, with its sentence in the record. */
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

/** Says why an answer is of no use; undefined for one that is. */
export type AnswerJudge = (answer: JudgedAnswer) => MissCause | undefined;

export interface TaskLimits {
  /**
   * Tokens that an answer gets at least when it is asked for again, because a model that thinks
   * first had no room left to write.
   */
  readonly outputFloor: number;
  /** `off`: reasoning is switched off where the target's entry knows how. */
  readonly reasoning: 'off' | 'as-asked';
  /** Whether a streamed answer is held back until it is judged. */
  readonly holdsStreams: boolean;
}

/** One task. Data and pure functions. */
export interface TaskProfile {
  /** What a model is sent when Holdfast itself asks; a request over the gateway brings its own. */
  prompt(messages: readonly TaskMessage[]): readonly TaskMessage[];
  /**
   * The parts of the messages that `prompt` has to shorten, by name. Default: it shortens nothing.
   */
  shortened?(messages: readonly TaskMessage[]): readonly string[];
  /** What a model wrote, without what does not belong to it. Default: as it is. */
  polish?(text: string): string;
  readonly limits: TaskLimits;
  readonly judge: AnswerJudge;
}
