/**
 * The neutral vocabulary of the translate leg: the AI SDK's provider specification (V3), and what it has no word for. Types
 * only: the packages are loaded with the first translated attempt.
 */

import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3Message,
  LanguageModelV3StreamPart,
  LanguageModelV3ToolResultOutput,
  LanguageModelV3Usage,
} from '@ai-sdk/provider';
import type { Fetch } from '../model/fetch.ts';
import type { Target } from '../model/target.ts';

/** A body of some protocol. */
type WireObject = Readonly<Record<string, unknown>>;

export type NeutralMessage = LanguageModelV3Message;
export type UserContent = Extract<NeutralMessage, { role: 'user' }>['content'];
export type AssistantContent = Extract<NeutralMessage, { role: 'assistant' }>['content'];
export type ToolOutput = LanguageModelV3ToolResultOutput;
export type NeutralPart = LanguageModelV3StreamPart;
export type NeutralUsage = LanguageModelV3Usage;
export type NeutralFinish = LanguageModelV3FinishReason['unified'];
export type CallOptions = LanguageModelV3CallOptions;

/** What is asked, without what is one vendor's own. */
export type NeutralOptions = Omit<
  LanguageModelV3CallOptions,
  'providerOptions' | 'headers' | 'abortSignal' | 'includeRawChunks'
>;

/** How much a model is asked to reason, in OpenAI's steps. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** A request in no protocol's words. */
export interface NeutralRequest {
  readonly options: NeutralOptions;
  /** Absent: as the model does by itself. */
  readonly reasoning?: ReasoningEffort;
  /** Whether several tools may be called at once. Absent: the vendor's default. */
  readonly parallelTools?: boolean;
  /** Whether an answer's format is held to its schema in every detail. Absent: as the vendor does. */
  readonly strictFormat?: boolean;
  /** The last message is the beginning of the answer that is asked for. Default: nothing is said of it. */
  readonly continuesAnswer?: boolean;
  /** Tools that take plain text: they are told as functions with one field `input`. */
  readonly textTools?: readonly string[];
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
  /** What the client asked. */
  readonly request: WireObject;
  readonly textTools: ReadonlySet<string>;
}

/** Tells an answer as the events of one protocol. */
export interface AnswerWriter {
  /** The SSE text that tells of this part; empty where nothing of it is told. `finish` tells the end, terminal marker included. */
  push(part: NeutralPart): string;
}

/** One protocol's side of the translate leg; loaded with the first translated attempt. */
export interface Translation {
  /** A client's body in neutral words. Throws `RequestError` (400) that names what cannot be said. */
  decodeRequest(body: WireObject): NeutralRequest;
  createAnswerWriter(facts: AnswerFacts): AnswerWriter;
  /** A whole answer as this protocol's body. */
  encodeAnswer(answer: NeutralAnswer, facts: AnswerFacts): WireObject;
  /** Why a target of this protocol cannot be asked this: `stop`; undefined when it can. */
  findObstacle(request: NeutralRequest): string | undefined;
  /** How the package is asked for it, and what is left out. */
  prepareCall(request: NeutralRequest, target: Target): PreparedCall;
  /** The package's model. It sends nothing itself. */
  createModel(target: Target, fetch: Fetch): LanguageModelV3;
  /** Reads one answer, event by event or whole, in words that the package reads. Default: as it came. */
  createAmender?(): AnswerAmender;
  /** An event that says nothing. */
  readonly idleEvent: WireObject;
}

export interface AnswerAmender {
  /** The data of an event, or a body. */
  amend(data: string): string;
}

export interface PreparedCall {
  readonly options: CallOptions;
  readonly notes: readonly string[];
  /** Completes the body that the package wrote. Default: as it is. */
  readonly complete?: (body: WireObject) => WireObject;
}
