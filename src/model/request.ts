/**
 * A request on its way in, and where its answer goes. Types only: the seam between the faces and
 * the engine.
 */

import type { NamedInPath, Operation, ProtocolName } from './protocol.ts';
import type { SpendingLimit } from './spending.ts';

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/**
 * A body on its way in or out: in one piece, or in pieces one after the other where joining them
 * would copy much.
 */
export type WireBody = Buffer | readonly Buffer[];

/** A body that is too large to be held: it goes out as it comes in, and so only once. */
export interface Upload {
  /** Bytes, as its sender has announced them. */
  readonly length: number;
  /** It has begun to go out: nobody else can be sent it. */
  readonly isSpent: boolean;
  sendTo(socket: NodeJS.WritableStream): void;
}

/**
 * Counts bytes that were made of a request's body and lie beside it; below 0 they are gone again.
 * Throws `RequestError` where there is no room for them. What is still counted when the request
 * ends is given back then.
 */
export type TakeRoom = (bytes: number) => void;

/**
 * A request that is passed through as it is: where it goes under the base URL, and what its path
 * and headers say.
 */
export interface Passage {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** The id that stands in the path: a file's or a batch's. */
  readonly object: string | undefined;
  /** The provider that the client names (`x-holdfast-provider`). */
  readonly provider: string | undefined;
}

/** One request as a face hands it to `access()`. */
export interface AccessRequest {
  /** Shown to the caller as `x-holdfast-request-id`. */
  readonly id: string;
  readonly protocol: ProtocolName;
  readonly operation: Operation;
  /** What its path says of model and stream. Default: its body does. */
  readonly named?: NamedInPath | undefined;
  /** Set where it is passed through as it is. */
  readonly passage?: Passage | undefined;
  /** The body as the client sent it; never changed in place. */
  readonly body: WireBody;
  /** Whoever makes something of the body counts it here. Default: there is no limit. */
  readonly takeRoom?: TakeRoom | undefined;
  /** In place of a body that is too large to be held. */
  readonly upload?: Upload | undefined;
  readonly headers: Headers;
  /** The name of its gateway key. Default: what its user-agent says. */
  readonly caller?: string | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /**
   * The id of the one credential that may be asked, benched or not: `auth test`. Default: all of
   * the route.
   */
  readonly onlyCredential?: string | undefined;
  /**
   * A person has picked this very model: what is benched for lack of money is asked at once, for he
   * may have paid. Default: false.
   */
  readonly isPicked?: boolean | undefined;
  /**
   * How long it may wait for capacity while nothing is free, ms. Default: by what its caller
   * announces and config says (`max_wait`).
   */
  readonly maxWaitMs?: number | undefined;
  /** The only tasks that this caller may ask for. Default: all, and models by name. */
  readonly tasks?: readonly string[] | undefined;
  /** What this caller may spend. Default: no limit of its own. */
  readonly budgets?: readonly SpendingLimit[] | undefined;
  /**
   * Spans are sent: each attempt names its own as the parent of the provider's. Default: the
   * caller's `traceparent` goes on as it is.
   */
  readonly isTraced?: boolean | undefined;
}

/** What a reader of the body needs of its request. */
export type AskedBody = Pick<AccessRequest, 'body' | 'named' | 'takeRoom'>;

/**
 * Where an answer goes: a socket in the gateway, a web stream in the library, a screen in `ask`.
 */
export interface ReplySink {
  /**
   * Starts the answer; called once, before anything else. It may go out with the first bytes, which
   * follow at once.
   */
  head(status: number, headers: Headers): void;
  /** Hands over bytes. False asks to pause until the callback of `onDrain` was called. */
  write(chunk: Uint8Array): boolean;
  /** Calls back once, when bytes may flow again. */
  onDrain(resume: () => void): void;
  /** Ends the answer; called once, last. */
  end(chunk?: Uint8Array): void;
  /**
   * Breaks the answer off in place of its end, so that the caller sees that it is not whole.
   * Default: it ends.
   */
  cut?(): void;
}
