/**
 * What the engine asks of a wire format. One folder per protocol implements it; all have the same
 * file pattern.
 */

import type { NamedInPath, Operation, ProtocolName } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import type { AskedBody, Headers, WireBody } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { OverflowTokens } from '../content/overflow.ts';
import type { Picture, TellPicture } from '../content/pictures.ts';
import type { WireObject } from '../json/is-record.ts';
import type { Finish } from '../translation/finish.ts';
import type { Translation } from '../translation/neutral.ts';
import type { BodyEdits } from './body-edits.ts';
import type { ModelName } from './model-list.ts';
import type {
  BlockPlace,
  Delivered,
  StreamPlace,
  StreamWatch,
  WatchOptions,
} from './watched-stream.ts';

/** What a body says that the engine needs to know, and a way to write it again for a target. */
export interface ReadBody {
  readonly model: string;
  readonly stream: boolean;
  /** Bytes of it. */
  readonly byteLength: number;
  /** It as it came, for whoever looks for words in it. */
  readonly pieces: readonly Buffer[];
  /** Reasoning was asked for, which makes the pace `thinking`. */
  readonly asksReasoning: boolean;
  /** Reasoning was switched off. */
  readonly refusesReasoning: boolean;
  /** How many answers were asked for at once. */
  readonly choices: number;
  /** Whether the client wrote this top-level field. */
  has(field: string): boolean;
  /**
   * The body for this target: model replaced, edits applied; everything else as the client wrote
   * it.
   */
  encodeFor(target: Target): WireBody;
  /**
   * The body as the client wrote it. Throws `RequestError` (400) that says where it is broken, or
   * that it has too much in it.
   */
  parseToTranslate(): WireObject;
  /**
   * Another body in place of this one, for this target: its edits applied, and its model named.
   * `edits`: of the target's protocol.
   */
  write(target: Target, body: WireObject, edits: BodyEdits): Buffer;
  /**
   * Why an answer of this target cannot be continued, whatever was delivered: `a strict output
   * format`.
   */
  obstacleFor(target: Target): string | undefined;
  /** What in it is bound to the account that made it; undefined for almost all requests. */
  bound(): Bound | undefined;
  /** The body that asks this target for the rest of an answer. */
  encodeContinuation(target: Target, continuation: Continuation): Buffer;
  /**
   * Whether the conversation ends with what a tool has said: then a model may rightly have nothing
   * to say.
   */
  endsWithToolResult(): boolean;
  /** The pictures in it, in order. */
  pictures(): readonly Picture[];
  /** The body with words in place of its pictures; everything else as the client wrote it. */
  tellPictures(tell: TellPicture): WireBody;
}

/**
 * What of a request only the account understands that made it. Names are ids, or stand for what is
 * encrypted.
 */
export interface Bound {
  /** Nobody else can answer the request with these in it. */
  readonly references: readonly BoundReference[];
  /** Reasoning that was encrypted or signed: the request makes sense without it. */
  readonly sealed: readonly string[];
}

export interface BoundReference {
  readonly name: string;
  /** For people: `previous_response_id "resp_1"`. */
  readonly text: string;
}

/**
 * How the rest of a broken answer is asked for: as the continuation of a trailing assistant
 * message; by an instruction to go on; or, where only reasoning was delivered, afresh.
 */
export type ContinuationWay = 'prefill' | 'instruct' | 'afresh';

/** A broken answer and the way in which its rest is asked for. */
export interface Continuation {
  readonly way: ContinuationWay;
  readonly delivered: Delivered;
  /** What of the delivered text the target is shown. */
  readonly shownText: string;
}

/** Takes out of a text what must not be told twice. */
export interface TextFilter {
  push(text: string): string;
  /** The text has ended: what was held back. */
  end(): string;
}

/** Rewrites the events of a continuation as events of the stream that broke. */
export interface StreamSplicer {
  /** The SSE bytes that tell the caller of this event; undefined when nothing of it is told. */
  rewrite(data: string): Buffer | undefined;
  /** The stream has ended: what the filter still held back, as an event. */
  end(): Buffer | undefined;
  /**
   * The event that ends the answer, as it is told; undefined where it is told as it came. Called
   * last.
   */
  terminal?(data: string): Buffer | undefined;
  /** Tokens of all streams of the answer so far. */
  readonly usage: WireObject | undefined;
  /** Where the caller's stream stands. */
  readonly place?: StreamPlace;
  readonly blocks?: BlockPlace;
}

/** What a whole answer is. */
export type BodyVerdict =
  | {
      readonly kind: 'answer';
      readonly usage: Usage | undefined;
      /** It has no content, whatever its finish says of that. */
      readonly isEmpty: boolean;
      /** How it ended. Absent: it is no conversation, and has no finish. */
      readonly finish?: Finish;
      /** The answer, parsed. */
      readonly body: WireObject;
      /** As in `StreamWatch`. */
      readonly made?: readonly string[];
    }
  /** An error inside a 200. */
  | { readonly kind: 'error' }
  | { readonly kind: 'malformed'; readonly detail: string };

/** An error as a client of this protocol understands it. */
export interface ToldError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly param?: string | undefined;
  /** Machine-readable facts, told as `holdfast` inside the error object. */
  readonly facts?: WireObject | undefined;
  /** What the caller has of the answer, where it breaks off with this error. */
  readonly told?: Delivered | undefined;
  /** Ours, for protocols whose errors name the request. */
  readonly requestId?: string | undefined;
}

/** Client headers that may cross to any provider, lower case. */
export const usualHeaders: readonly string[] = [
  'accept',
  'content-type',
  'traceparent',
  'tracestate',
  'user-agent',
];

/** A request made here: its body, and what its path says. */
export interface SmallRequest {
  readonly body: object;
  readonly named?: NamedInPath;
}

export interface Protocol {
  readonly name: ProtocolName;
  /** Path under the base URL, or undefined where the protocol has no such operation. */
  pathFor(operation: Operation, named: NamedInPath): string | undefined;
  /** Throws `RequestError` when the body cannot be used. */
  readBody(request: AskedBody, operation: Operation): ReadBody;
  /** How one of its bodies is edited for a target. */
  readonly bodyEdits: BodyEdits;
  /** Client headers that may cross to the provider, lower case. */
  readonly requestHeaders: readonly string[];
  /** Sent where the client sent none, lower case: a provider refuses a request without them. */
  readonly defaultHeaders?: Headers;
  createStreamWatch(options: WatchOptions): StreamWatch;
  createSplicer(before: Delivered, filter: TextFilter): StreamSplicer;
  judgeAnswer(body: WireObject, operation: Operation): BodyVerdict;
  /**
   * The answer to a question for the number of tokens, where nobody can be asked. Absent: nobody
   * asks in this protocol.
   */
  estimateTokens?(body: Buffer): string;
  /** Where a vendor lists its models: a path under the base URL. */
  readonly modelsPath: string;
  /** The smallest request that is answered with a few words: what a key is tried with. */
  askShortly(question: string, model: string): SmallRequest;
  /** The answer to `GET models`, and to the question for one of them, as its clients read them. */
  encodeModels(models: readonly ModelName[]): object;
  encodeModel(model: ModelName): object;
  /** What its own vendor says of a prompt that is too long, where another's provider `said` so. */
  describeOverflow(said: string, tokens: OverflowTokens | undefined): string;
  /** By what agents know such a refusal of its own vendor, in the body: a code or a phrase. */
  readonly overflowSign: RegExp;
  /**
   * The status of an error that lasts, where nobody could answer: one upon which the agents of this
   * protocol neither ask again nor leave a part of the request out. Default: 400.
   */
  readonly lastingStatus?: number;
  encodeError(error: ToldError): { readonly headers: Headers; readonly body: string };
  /** The in-band form, as SSE bytes. */
  encodeStreamError(error: ToldError): string;
  /**
   * The SSE bytes of a provider's own error body, which is one line, inside a stream. Absent: an
   * event without a name.
   */
  frameRefusal?(body: string): string;
  /** A conversation may bring a compaction of ours, and may ask for one. Default: false. */
  readonly hasCompactions?: true;
  /** A request may ask for an answer that comes later, in the background. Default: false. */
  readonly answersLater?: true;
  /** A request must say how long its answer may be. Default: false. */
  readonly requiresLimit?: true;
  /** This protocol's side of the translate leg. */
  readonly translation: Translation;
  /** SSE bytes of the marker that ends a stream; empty where none can be made up. */
  readonly terminalMarker: string;
  /** A stream ends with its connection, and nothing marks it. Default: false. */
  readonly endsByClosing?: true;
  /**
   * Clients of it take no comments in a stream: a blank line is a sign of life there, and facts are
   * not told. Default: false.
   */
  readonly takesNoComments?: true;
}
