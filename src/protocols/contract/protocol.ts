/**
 * The interface between the engine and a wire format. One folder per protocol implements it; all
 * have the same files.
 */

import type { NamedInPath, Operation, ProtocolName } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import type { AskedBody, Headers, WireBody } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { OverflowTokens } from '../content/overflow.ts';
import type { Picture, TellPicture } from '../content/pictures.ts';
import type { WireObject } from '../json/is-record.ts';
import type { Finish } from '../translation/finish.ts';
import type { ToldEvent, Translation } from '../translation/neutral.ts';
import type { BodyEditing } from './body-editing.ts';
import type { CacheMarks } from './cache-marks.ts';
import type { ModelName } from './model-list.ts';
import type { Splicer, TextFilter } from './splicer.ts';
import type { Delivered, StreamWatch, WatchOptions } from './watched-stream.ts';

/** A request body: the facts that the engine needs, and methods to write it for a target. */
export interface ReadBody {
  readonly model: string;
  readonly stream: boolean;
  /** In bytes. */
  readonly byteLength: number;
  /** Holds the original bytes, for searching. */
  readonly pieces: readonly Buffer[];
  /** Reasoning was requested, which makes the pace `thinking`. */
  readonly asksReasoning: boolean;
  /** Reasoning was turned off. */
  readonly refusesReasoning: boolean;
  /** Number of requested answers. */
  readonly choices: number;
  /** The field that holds the conversation. Absent: it is no conversation. */
  readonly conversation?: string;
  has(field: string): boolean;
  /** Returns what names its conversation among all others; undefined for a single question. */
  conversationId(): string | undefined;
  /**
   * Returns the body for this target: model replaced, edits applied; everything else as the client
   * wrote it.
   */
  encodeFor(target: Target): WireBody;
  /**
   * Parses the client's body. Throws a `RequestError` (400) if it is broken (with the place) or has
   * too many values.
   */
  parseToTranslate(): WireObject;
  /**
   * Writes another body for this target: its edits applied, its model set. `editing` is that of the
   * target's protocol.
   */
  write(target: Target, body: WireObject, editing: BodyEditing): Buffer;
  /**
   * Why an answer of this target cannot be continued, whatever was delivered: `a strict output
   * format`.
   */
  obstacleFor(target: Target): string | undefined;
  /** The parts bound to one account; undefined for almost all requests. */
  bound(): Bound | undefined;
  /** Returns the body that asks this target for the rest of an answer. */
  encodeContinuation(target: Target, continuation: Continuation): Buffer;
  /** True if the conversation ends with a tool's result: an empty answer is then valid. */
  endsWithToolResult(): boolean;
  pictures(): readonly Picture[];
  /** Returns the body with text instead of its images; everything else as the client wrote it. */
  tellPictures(tell: TellPicture): WireBody;
}

/**
 * The parts of a request that only one account understands. Names are ids, or hashes of encrypted
 * content.
 */
export interface Bound {
  /** Only the account that made these can answer the request. */
  readonly references: readonly BoundReference[];
  /** Encrypted or signed reasoning: the request is valid without it. */
  readonly sealed: readonly string[];
}

export interface BoundReference {
  readonly name: string;
  /** Is shown to people: `previous_response_id "resp_1"`. */
  readonly text: string;
}

/**
 * The ways to ask for the rest of a broken answer: as the continuation of a trailing assistant
 * message; by an instruction; or, if only reasoning was delivered, from the start.
 */
export type ContinuationWay = 'prefill' | 'instruct' | 'afresh';

/** A broken answer, and the way to ask for its rest. */
export interface Continuation {
  readonly way: ContinuationWay;
  readonly delivered: Delivered;
  /** The part of the delivered text that the target sees. */
  readonly shownText: string;
}

/** The verdict on a whole answer. */
export type BodyVerdict =
  | {
      readonly kind: 'answer';
      readonly usage: Usage | undefined;
      /** The answer has no content, whatever its finish reason says. */
      readonly isEmpty: boolean;
      /** The finish reason. Absent: the answer is not a conversation and has none. */
      readonly finish?: Finish;
      /** The parsed answer. */
      readonly body: WireObject;
      /** Is the same as in `StreamWatch`. */
      readonly made?: readonly string[];
    }
  /** Some servers send an error with status 200. */
  | { readonly kind: 'error' }
  | { readonly kind: 'malformed'; readonly detail: string };

/** An error to encode for a client of this protocol. */
export interface ToldError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly param?: string | undefined;
  /** Machine-readable facts, sent as `holdfast` inside the error object. */
  readonly facts?: WireObject | undefined;
  /** The part of the answer that the client already has, if it breaks off with this error. */
  readonly delivered?: Delivered | undefined;
  /** Our id, for protocols whose errors name the request. */
  readonly requestId?: string | undefined;
}

/** Client headers passed on to any provider, lower case. */
export const usualHeaders: readonly string[] = [
  'accept',
  'content-type',
  'traceparent',
  'tracestate',
  'user-agent',
];

/** Client headers that cross by their names' beginning: a vendor's next one is not lost. */
export interface OpenHeaders {
  readonly names: RegExp;
  /** Items of a list under such a name that stay behind. */
  readonly refusedItems: RegExp;
}

/** Features that a client switches on by name in a header, each with the fields that it reads. */
export interface Betas {
  readonly header: string;
  /** By a beta's name without its date; a field may be nested: `output_config.effort`. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** A request made here: its body, and the names in its path. */
export interface SmallRequest {
  readonly body: object;
  readonly named?: NamedInPath;
}

export interface Protocol {
  readonly name: ProtocolName;
  /** Paths under the base URL; an operation that the protocol does not have has none. */
  readonly paths: Readonly<Partial<Record<Operation, string>>>;
  /** Completes such a path. Absent: paths do not name the model. */
  completePath?(path: string, named: NamedInPath): string;
  /** Throws `RequestError` if the body cannot be used. */
  readBody(request: AskedBody, operation: Operation): ReadBody;
  readonly bodyEditing: BodyEditing;
  /** Client headers passed on to the provider, lower case. */
  readonly requestHeaders: readonly string[];
  /** Cross too. Absent: the vendor announces none. */
  readonly openHeaders?: OpenHeaders;
  /** A refused one is cut together with its fields. Absent: none is known. */
  readonly betas?: Betas;
  /** Used if the client sent none, lower case: a provider refuses requests without them. */
  readonly defaultHeaders?: Headers;
  /** Fields of its events in which a model's words stand, as parts of a regular expression. */
  readonly wordFields: readonly string[];
  readonly StreamWatch: new (options: WatchOptions) => StreamWatch;
  readonly Splicer: new (before: Delivered, filter: TextFilter) => Splicer;
  judgeAnswer(body: WireObject, operation: Operation): BodyVerdict;
  /**
   * Answers a token count request when no provider can. Absent: the protocol has no such request.
   */
  estimateTokens?(body: Buffer): string;
  /** Path of the vendor's model list, under the base URL. */
  readonly modelsPath: string;
  /** Creates a minimal request with a short answer, to test a key. */
  askShortly(question: string, model: string): SmallRequest;
  /** Encodes the answer to `GET models`, and to `GET` of one model. */
  encodeModels(models: readonly ModelName[]): object;
  encodeModel(model: ModelName): object;
  /** Words a too-long prompt as its own vendor does, when another provider `said` so. */
  describeOverflow(said: string, tokens: OverflowTokens | undefined): string;
  /** Agents look for this code or phrase in the body of such a refusal. */
  readonly overflowSign: RegExp;
  /**
   * Status of a lasting error when no target could answer: one on which this protocol's agents
   * neither retry nor drop parts of the request. Default: 400.
   */
  readonly lastingStatus?: number;
  /** Puts an error into this protocol's error body. encode-error.ts sends it. */
  toErrorBody(error: ToldError): WireObject;
  /** The header with our request id, beside such a body. Absent: clients of it read none. */
  readonly requestIdHeader?: string;
  /** Frames a one-line error body as SSE bytes. Absent: an event without a name. */
  frameError?(body: string): string;
  /** Encodes an in-band error as SSE bytes. Absent: its error body, framed. */
  encodeStreamError?(error: ToldError): string;
  /** A conversation may contain or request a compaction. Default: false. */
  readonly hasCompactions?: true;
  /** A request may ask for an answer in the background. Default: false. */
  readonly answersLater?: true;
  /** A request must set a limit for its answer. Default: false. */
  readonly requiresLimit?: true;
  /** Marks where a vendor's prompt cache may end. Absent: it has no marks. */
  readonly cacheMarks?: CacheMarks;
  /** This protocol's side of the translate leg. */
  readonly translation: Translation;
  /** SSE bytes of the marker that ends a stream; empty if only the provider can make it. */
  readonly terminalMarker: string;
  /** A stream ends with its connection, without a marker. Default: false. */
  readonly endsByClosing?: true;
  /**
   * Writes a whole answer of this protocol as the events of a stream, with every field. `asked` is
   * the request.
   */
  tellWhole(body: WireObject, asked: WireObject): readonly ToldEvent[];
  /**
   * Clients cannot handle comments in a stream: facts are not sent, a provider's comments are left
   * out, and only a long silence is broken, by a blank line. Default: false.
   */
  readonly takesNoComments?: true;
}
