/**
 * A request on its way in, and the sink of its answer. Types only: the contract between the faces
 * and the engine.
 */

import type { CallerLogin } from './credential.ts';
import type { NamedInPath, Operation, ProtocolName } from './protocol.ts';
import type { SpendingLimit } from './spending.ts';

/** Names are in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** A body in one piece, or in several pieces if joining them would copy much. */
export type WireBody = Buffer | readonly Buffer[];

/** A body too large to be held in memory: it is sent as it arrives, and so only once. */
export interface Upload {
  /** The sender announced these bytes. */
  readonly length: number;
  /** True once it is being sent: it cannot be sent again. */
  readonly isSpent: boolean;
  sendTo(socket: NodeJS.WritableStream): void;
}

/**
 * Counts bytes made from a request's body that are in memory beside it; a negative number releases
 * them. Throws `RequestError` if none is left. The end of the request releases the rest.
 */
export type TakeBodyMemory = (bytes: number) => void;

/**
 * A request that is passed through unread: its path under the base URL, and what path and headers
 * say.
 */
export interface Passage {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Includes the query. */
  readonly path: string;
  /** The path contains this id of a file or a batch. */
  readonly object: string | undefined;
  /** The provider that the client names (`x-holdfast-provider`). */
  readonly provider: string | undefined;
}

/** How a caller's own login came with its request, as a face has found it. */
export type BroughtLogin = Pick<CallerLogin, 'names' | 'query' | 'isAlone' | 'packed'>;

/** One request as a face passes it to `access()`. */
export interface AccessRequest {
  /** The caller sees it as `x-holdfast-request-id`. */
  readonly id: string;
  readonly protocol: ProtocolName;
  readonly operation: Operation;
  /** Model and stream from its path. Default: its body has them. */
  readonly named?: NamedInPath | undefined;
  /** Present if the request is passed through unread. */
  readonly passage?: Passage | undefined;
  /** Comes from the client, and is never changed in place. */
  readonly body: WireBody;
  /** Code that derives data from the body counts it here. Default: there is no limit. */
  readonly takeBodyMemory?: TakeBodyMemory | undefined;
  /** Replaces a body that is too large to be held. */
  readonly upload?: Upload | undefined;
  readonly headers: Headers;
  /** The name of its gateway key. Default: taken from its user-agent. */
  readonly caller?: string | undefined;
  /** The caller's own login at its vendor. Default: it brought none. */
  readonly login?: CallerLogin | undefined;
  /**
   * The name of the gateway key to which belongs what it makes: files, batches, stored answers.
   * Default: they belong to all who have none.
   */
  readonly maker?: string | undefined;
  /** True if it may see what any caller has made. Default: false. */
  readonly seesAll?: boolean | undefined;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /**
   * The only credential that may be used, held back or not: `auth test`. Default: all of the route.
   */
  readonly onlyCredential?: string | undefined;
  /**
   * A person picked this very model: if it is held back for lack of money it is asked at once,
   * because they may have paid. Default: false.
   */
  readonly isPicked?: boolean | undefined;
  /** Nobody else is asked in the place of the named model. Default: false. */
  readonly isAlone?: boolean | undefined;
  /**
   * How long it may wait for capacity while nothing is free, in ms. Default: from the caller's
   * headers and config (`max_wait`).
   */
  readonly maxWaitMs?: number | undefined;
  /** The only tasks that this caller may use. Default: all, and models by name. */
  readonly tasks?: readonly string[] | undefined;
  /** What this caller may spend. Default: it has no limit of its own. */
  readonly budgets?: readonly SpendingLimit[] | undefined;
  /**
   * True when spans are exported: each attempt sends its own span as the provider's parent.
   * Default: the caller's `traceparent` passes unchanged.
   */
  readonly isTraced?: boolean | undefined;
}

/** The fields that a reader of the body needs. */
export type AskedBody = Pick<AccessRequest, 'body' | 'named' | 'takeBodyMemory'>;

/**
 * The destination of an answer: a socket in the gateway, a web stream in the library, a screen in
 * `ask`.
 */
export interface ReplySink {
  /**
   * Starts the answer; called once, before anything else. It may be sent together with the first
   * bytes, which follow at once.
   */
  head(status: number, headers: Headers): void;
  /** Writes bytes. Returns false to ask for a pause until the callback of `onDrain` runs. */
  write(chunk: Uint8Array): boolean;
  /** Calls back once, when bytes may flow again. */
  onDrain(resume: () => void): void;
  /** Ends the answer; called once, last. */
  end(chunk?: Uint8Array): void;
  /**
   * Breaks the answer off instead of ending it, so that the caller sees that it is incomplete.
   * Default: it ends.
   */
  cut?(): void;
}
