/** What the engine asks of a wire format. One folder per protocol implements it; all have the same file pattern. */

import type { FailureClass } from '../model/failure.ts';
import type { NamedInPath, Operation, ProtocolName } from '../model/protocol.ts';
import type { Usage } from '../model/record.ts';
import type { Headers, WireBody } from '../model/request.ts';
import type { Target } from '../model/target.ts';
import type { DeliveredText } from './delivered-text.ts';
import type { WireObject } from './is-record.ts';
import type { Translation } from './neutral.ts';
import type { OverflowTokens } from './overflow.ts';
import type { Picture, TellPicture } from './pictures.ts';

/** What a body says that the engine needs to know, and a way to write it again for a target. */
export interface ReadBody {
  readonly model: string;
  readonly stream: boolean;
  /** Bytes of it. */
  readonly byteLength: number;
  /** Reasoning was asked for, which makes the pace `thinking`. */
  readonly asksReasoning: boolean;
  /** Reasoning was switched off. */
  readonly refusesReasoning: boolean;
  /** How many answers were asked for at once. */
  readonly choices: number;
  /** Whether the client wrote this top-level field. */
  has(field: string): boolean;
  /** The body for this target: model replaced, edits applied; everything else as the client wrote it. */
  encodeFor(target: Target): WireBody;
  /** The body as the client wrote it. Throws `RequestError` (400) that says where it is broken, or that it has too much in it. */
  parseToTranslate(): WireObject;
  /** Why an answer of this target cannot be continued, whatever was delivered: `a strict output format`. */
  obstacleFor(target: Target): string | undefined;
  /** What in it is bound to the account that made it; undefined for almost all requests. */
  bound(): Bound | undefined;
  /** The body that asks this target for the rest of an answer. */
  encodeContinuation(target: Target, continuation: Continuation): Buffer;
  /** Whether the conversation ends with what a tool has said: then a model may rightly have nothing to say. */
  endsWithToolResult(): boolean;
  /** The pictures in it, in order. */
  pictures(): readonly Picture[];
  /** The body with words in place of its pictures; everything else as the client wrote it. */
  tellPictures(tell: TellPicture): WireBody;
}

/** What of a request only the account understands that made it. Names are ids, or stand for what is encrypted. */
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
 * How the rest of a broken answer is asked for: as the continuation of a trailing assistant message; by an instruction to go
 * on; or, where only reasoning was delivered, afresh.
 */
export type ContinuationWay = 'prefill' | 'instruct' | 'afresh';

/** A broken answer and the way in which its rest is asked for. */
export interface Continuation {
  readonly way: ContinuationWay;
  readonly delivered: Delivered;
  /** What of the delivered text the target is shown. */
  readonly shownText: string;
}

/** What of a streamed answer has reached the caller: all that a continuation must know. */
export interface Delivered {
  readonly text: string;
  /** Events that carried text: a lower bound of its tokens. */
  readonly textEvents: number;
  /** What else was delivered, so that nobody can go on: `a tool call`. Text and reasoning are no obstacle. */
  readonly obstacle: string | undefined;
  /** The stream's first event, whose id and model all later ones bear. */
  readonly opening: WireObject;
  /** Tokens so far as the provider wrote them; undefined when it had not said. */
  readonly usage: WireObject | undefined;
  /** Where it stands, in protocols that number their events and items. */
  readonly place?: StreamPlace | undefined;
  /** The same, in protocols whose answers are blocks that begin and end. */
  readonly blocks?: BlockPlace | undefined;
}

/** The blocks of a stream that has not ended. */
export interface BlockPlace {
  /** The one that has begun and not ended. */
  readonly open: { readonly index: number; readonly type: string } | undefined;
  /** The number of the next one. */
  readonly next: number;
}

/** Where a stream of numbered events and items stands: what follows counts on from here. */
export interface StreamPlace {
  /** The number of the last event; -1 before the first. */
  readonly sequence: number;
  /** The items that were told to their end, in order. */
  readonly whole: readonly WireObject[];
  /** The item under way. */
  readonly open: OpenItem | undefined;
}

/** An item as far as it was told. */
export interface OpenItem {
  readonly outputIndex: number;
  /** As it began. */
  readonly item: WireObject;
  readonly parts: OpenPart[];
}

/** A text, a refusal, a summary of reasoning. */
export interface OpenPart {
  readonly index: number;
  /** As it began. */
  readonly part: WireObject;
  readonly text: DeliveredText;
  isDone: boolean;
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
  /** The event that ends the answer, as it is told; undefined where it is told as it came. Called last. */
  terminal?(data: string): Buffer | undefined;
  /** Tokens of all streams of the answer so far. */
  readonly usage: WireObject | undefined;
  /** Where the caller's stream stands. */
  readonly place?: StreamPlace;
  readonly blocks?: BlockPlace;
}

/** What one event of a relayed stream means. `content` commits the answer; `terminal` ends it; `ping` says nothing but that the provider lives. */
export type EventVerdict = 'content' | 'silent' | 'ping' | 'terminal' | 'malformed' | 'error';

/** Follows one stream and alone decides content, in-band errors, malformed events and the end. */
export interface StreamWatch {
  /** Judges the data of one event. */
  push(data: string): EventVerdict;
  /** Judges an event that is an object already: one of ours. */
  take(event: WireObject): EventVerdict;
  /** The last event that was pushed, parsed; undefined where it was no object. */
  readonly event: WireObject | undefined;
  /** A finish reason was seen: an end without the terminal marker is a success. */
  readonly hasFinished: boolean;
  /** Anything but silence was delivered: text, reasoning, a tool call. */
  readonly hasContent: boolean;
  /** Events that delivered something: a lower bound of its tokens. */
  readonly contents: number;
  /** A tool call has begun: half of one must never be executed. */
  readonly hasCall: boolean;
  readonly usage: Usage | undefined;
  /** The error object of the last `error` verdict, as JSON text. */
  readonly error: string | undefined;
  /** Names of what its account alone will understand when a later request brings it. Default: none. */
  readonly made?: readonly string[];
  /** What the events so far have brought. */
  delivered(): Delivered;
}

export interface WatchOptions {
  /** How many answers were asked for at once: the stream is finished when all are. */
  readonly choices: number;
  /** Keep the text for a continuation. */
  readonly keepsText: boolean;
}

/** What a whole answer is. */
export type BodyVerdict =
  | {
      readonly kind: 'answer';
      readonly usage: Usage | undefined;
      readonly isEmpty: boolean;
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
  readonly class?: FailureClass | undefined;
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

export interface Protocol {
  readonly name: ProtocolName;
  /** Path under the base URL, or undefined where the protocol has no such operation. */
  pathFor(operation: Operation, named: NamedInPath): string | undefined;
  /** Throws `RequestError` when the body cannot be used. `named` is what the client's path says, where the protocol has it there. */
  readBody(body: WireBody, operation: Operation, named?: NamedInPath): ReadBody;
  /** Client headers that may cross to the provider, lower case. */
  readonly requestHeaders: readonly string[];
  /** Sent where the client sent none, lower case: a provider refuses a request without them. */
  readonly defaultHeaders?: Headers;
  createStreamWatch(options: WatchOptions): StreamWatch;
  createSplicer(before: Delivered, filter: TextFilter): StreamSplicer;
  judgeAnswer(body: WireObject, operation: Operation): BodyVerdict;
  /** The answer to a question for the number of tokens, where nobody can be asked. Absent: nobody asks in this protocol. */
  estimateTokens?(body: Buffer): string;
  /** What its own vendor says of a prompt that is too long, where another's provider `said` so. */
  describeOverflow(said: string, tokens: OverflowTokens | undefined): string;
  encodeError(error: ToldError): { readonly headers: Headers; readonly body: string };
  /** The in-band form, as SSE bytes. */
  encodeStreamError(error: ToldError): string;
  /** The SSE bytes of a provider's own error body, which is one line, inside a stream. Absent: an event without a name. */
  frameRefusal?(body: string): string;
  /** This protocol's side of the translate leg. */
  readonly translation: Translation;
  /** SSE bytes of the marker that ends a stream; empty where none can be made up. */
  readonly terminalMarker: string;
  /** A stream ends with its connection, and nothing marks it. Default: false. */
  readonly endsByClosing?: true;
  /** Clients of it take no comments in a stream: a blank line is a sign of life there, and facts are not told. Default: false. */
  readonly takesNoComments?: true;
}
