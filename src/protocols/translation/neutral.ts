/**
 * The neutral vocabulary of the translate leg: the AI SDK's provider specification (V3), and what
 * it has no word for. Types only.
 */

import type {
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3Message,
  LanguageModelV3StreamPart,
  LanguageModelV3Usage,
} from '@ai-sdk/provider';
import type { Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { WireObject } from '../json/is-record.ts';

export type NeutralMessage =
  | Exclude<LanguageModelV3Message, { role: 'tool' }>
  | {
      role: 'tool';
      content: ToolContent;
      providerOptions?: LanguageModelV3Message['providerOptions'];
    };
export type UserContent = Extract<NeutralMessage, { role: 'user' }>['content'];
export type UserPart = UserContent[number];
export type UserFile = Extract<UserPart, { type: 'file' }>;
export type ReasoningPart = Extract<AssistantContent[number], { type: 'reasoning' }>;
export type AssistantContent = Extract<NeutralMessage, { role: 'assistant' }>['content'];
export type NeutralPart = LanguageModelV3StreamPart;
export type NeutralUsage = LanguageModelV3Usage;
/**
 * `raw`: the word to tell in place of `unified`, where the reader speaks the protocol of whoever
 * said it.
 */
export type FinishReason = LanguageModelV3FinishReason;
export type NeutralFinish = FinishReason['unified'];
export type NeutralContent = LanguageModelV3Content;
export type NeutralTool = NonNullable<LanguageModelV3CallOptions['tools']>[number];

/** What a tool has said: a text, or parts as a user's message has them. */
export type ToolOutput =
  | { readonly type: 'text' | 'error-text'; readonly value: string }
  | { readonly type: 'content'; readonly value: readonly UserPart[] };

export interface ToolResult {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: ToolOutput;
  readonly providerOptions?: NonNullable<LanguageModelV3Message['providerOptions']>;
}

export type ToolContent = ToolResult[];

/** What is asked, without what is one vendor's own. */
export type NeutralOptions = Omit<
  LanguageModelV3CallOptions,
  'prompt' | 'providerOptions' | 'headers' | 'abortSignal' | 'includeRawChunks'
> & { prompt: NeutralMessage[] };

/** How much a model is asked to reason, in OpenAI's steps. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** A request in no protocol's words. */
export interface NeutralRequest {
  readonly options: NeutralOptions;
  /** Absent: as the model does by itself. */
  readonly reasoning?: ReasoningEffort;
  /** Whether several tools may be called at once. Absent: the vendor's default. */
  readonly parallelTools?: boolean;
  /**
   * Whether an answer's format is held to its schema in every detail. Absent: as the vendor does.
   */
  readonly strictFormat?: boolean;
  /**
   * The last message is the beginning of the answer that is asked for. Default: nothing is said of
   * it.
   */
  readonly continuesAnswer?: boolean;
  /** Tools that take plain text: they are told as functions with one field `input`. */
  readonly textTools?: readonly string[];
  /**
   * A prompt cache is to end with the last block, whichever that is. Default: where parts bear a
   * mark.
   */
  readonly cacheMark?: WireObject | undefined;
  /** What was left out on the way, for the record: `seed is not carried`. */
  readonly notes: readonly string[];
}

/** A whole answer in no protocol's words. */
export interface NeutralAnswer {
  readonly content: readonly LanguageModelV3Content[];
  readonly finish: NeutralFinish;
  readonly usage: NeutralUsage;
}

/** What an answer bears beside its content. */
export interface AnswerFacts {
  /** Ours: the provider's own ids mean nothing in another protocol. */
  readonly id: string;
  readonly model: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** What the client asked, as far as an answer repeats it. */
  readonly request: WireObject;
  readonly textTools: ReadonlySet<string>;
  /** For the record: whoever tells the answer adds what it has no place for. */
  readonly notes: string[];
}

/** One event as it is told. */
export interface ToldEvent {
  /** The name of the event, in protocols that name them. */
  readonly name?: string;
  readonly data: string;
  /** The same, unless it is a marker and no object. */
  readonly event?: WireObject;
}

/** Tells an answer as the events of one protocol. */
export interface AnswerWriter {
  /**
   * What tells of this part; empty where nothing of it is told. `finish` tells the end, terminal
   * marker included.
   */
  push(part: NeutralPart): readonly ToldEvent[];
}

/** Reads the events of one stream. Throws where a word of it would be lost. */
export interface AnswerDecoder {
  push(event: WireObject): readonly NeutralPart[];
  /** The stream has ended well: what is left of it, and its `finish`. */
  end(): readonly NeutralPart[];
}

/** What an answer must be read with: how it was asked for. */
export interface ReadingHints {
  /** The answer is the input of this tool. Default: it is text. */
  readonly answerTool?: string;
}

/** A request in a target's protocol. */
export interface EncodedRequest {
  readonly body: WireObject;
  /** Sent beside it. Default: none. */
  readonly headers?: Headers;
  readonly notes: readonly string[];
  readonly hints?: ReadingHints;
}

/** One protocol's side of the translate leg. */
export interface Translation {
  createAnswerDecoder(hints?: ReadingHints): AnswerDecoder;
  /** A target's whole answer. Throws where a word of it would be lost. */
  decodeAnswer(body: WireObject, hints?: ReadingHints): NeutralAnswer;
  /**
   * A client's body in neutral words. Throws `RequestError` (400) that names what cannot be said.
   */
  decodeRequest(body: WireObject): NeutralRequest;
  /** Fields of a request which its answer repeats, or which say how it is told. */
  readonly repeats: readonly string[];
  createAnswerWriter(facts: AnswerFacts): AnswerWriter;
  /** A whole answer as this protocol's body. */
  encodeAnswer(answer: NeutralAnswer, facts: AnswerFacts): WireObject;
  /** Why a target of this protocol cannot be asked this: `stop`; undefined when it can. */
  findObstacle(request: NeutralRequest): string | undefined;
  /**
   * The body that asks a target for it, without what the target itself adds or changes: its model,
   * fields and edits.
   */
  encodeRequest(request: NeutralRequest, target: Target, isStreamed: boolean): EncodedRequest;
}
