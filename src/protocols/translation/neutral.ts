/**
 * The neutral types of the translate leg: the AI SDK's provider specification (V3) and our
 * additions. Types only.
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
import type { AnswerFields } from './uncarried.ts';

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
export type FinishReason = LanguageModelV3FinishReason;
export type NeutralFinish = FinishReason['unified'];
export type NeutralContent = LanguageModelV3Content;
export type NeutralTool = NonNullable<LanguageModelV3CallOptions['tools']>[number];

/** A tool's result is a text, or parts as in a user message. */
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

/** Leaves out options of a single vendor. */
export type NeutralOptions = Omit<
  LanguageModelV3CallOptions,
  'prompt' | 'providerOptions' | 'headers' | 'abortSignal' | 'includeRawChunks'
> & { prompt: NeutralMessage[] };

/** The steps are OpenAI's. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface NeutralRequest {
  readonly options: NeutralOptions;
  /** If absent, the model's default applies. */
  readonly reasoning?: ReasoningEffort;
  /** Allows several tool calls at once. Absent: the vendor's default. */
  readonly parallelTools?: boolean;
  /** Requires the answer's format to match its schema exactly. Absent: the vendor's default. */
  readonly strictFormat?: boolean;
  /** The last message is the start of the requested answer. Default: not specified. */
  readonly continuesAnswer?: boolean;
  /** Tools that take plain text: other protocols see functions with one field `input`. */
  readonly textTools?: readonly string[];
  /** A prompt cache should end with the last block. Default: at the marks of parts. */
  readonly cacheMark?: WireObject | undefined;
  /** Notes for the record on what was left out: `seed is not carried`. */
  readonly notes: readonly string[];
}

export interface NeutralAnswer {
  readonly content: readonly LanguageModelV3Content[];
  readonly finish: NeutralFinish;
  readonly usage: NeutralUsage;
}

/** Has an answer's metadata. */
export interface AnswerFacts {
  /** It is our id: the provider's means nothing in another protocol. */
  readonly id: string;
  readonly model: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** The client's request, as far as the answer repeats it. */
  readonly request: WireObject;
  readonly textTools: ReadonlySet<string>;
  /** Notes for the record; the writer of the answer adds what it cannot express. */
  readonly notes: string[];
}

export interface ToldEvent {
  /** Name of the event, in protocols that have names. */
  readonly name?: string;
  readonly data: string;
  /** Is the same event as an object; absent for a marker. */
  readonly event?: WireObject;
}

/** An event whose type is its name too. */
export type NamedEvent = WireObject & { readonly type: string };

/** Writes an answer as the events of one protocol. */
export interface AnswerWriter {
  /** Returns the events for this part, if any. For `finish` these include the terminal marker. */
  push(part: NeutralPart): readonly ToldEvent[];
}

/** Reads the events of one stream. Throws if content would be lost. */
export interface AnswerDecoder {
  push(event: WireObject): readonly NeutralPart[];
  /** Called after a normal end; returns the remaining parts, including `finish`. */
  end(): readonly NeutralPart[];
}

/** Facts of the request that are needed to read its answer. */
export interface ReadingHints {
  /** The answer is this tool's input. Default: it is text. */
  readonly answerTool?: string;
}

export interface EncodedRequest {
  readonly body: WireObject;
  /** Additional headers. Default: none. */
  readonly headers?: Headers;
  readonly notes: readonly string[];
  readonly hints?: ReadingHints;
}

/** Is one protocol's side of the translate leg. */
export interface Translation {
  readonly AnswerDecoder: new (hints?: ReadingHints) => AnswerDecoder;
  /** Reads a target's whole answer. Throws if content would be lost. */
  decodeAnswer(body: WireObject, hints?: ReadingHints): NeutralAnswer;
  /** Fields of a whole answer that are carried, or that say nothing of its content. */
  readonly answerFields: AnswerFields;
  /** Reads a client's body. Throws a `RequestError` (400) that names what cannot be expressed. */
  decodeRequest(body: WireObject): NeutralRequest;
  /** Request fields that the answer repeats or depends on. */
  readonly repeats: readonly string[];
  readonly AnswerWriter: new (facts: AnswerFacts) => AnswerWriter;
  /** Encodes a whole answer as this protocol's body. */
  encodeAnswer(answer: NeutralAnswer, facts: AnswerFacts): WireObject;
  /** Says why a target of this protocol cannot answer this request: `stop`; undefined if it can. */
  findObstacle(request: NeutralRequest): string | undefined;
  /**
   * Returns the body for a target, without what the target's edits add: its model, fields and
   * edits.
   */
  encodeRequest(request: NeutralRequest, target: Target, isStreamed: boolean): EncodedRequest;
}
