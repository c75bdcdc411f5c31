/**
 * The classified fact about a failed attempt that every decision reads. Types only; access/classify
 * makes it.
 */

import type { FailureClass } from '../failures/classes.ts';
import type { CandidateField } from '../failures/row.ts';
import type { Operation } from './protocol.ts';

export type { FailureClass };

/** Names the rule that chose a class, so that anybody can check it. */
export interface Evidence {
  /**
   * The id of the signature row, or the name of the built-in rule: `status-503`,
   * `exception-ECONNREFUSED`.
   */
  readonly rule: string;
  readonly kind: 'code' | 'text' | 'status' | 'exception' | 'stream' | 'limit';
  /**
   * What changed the rule's own class: the key has worked here before (law 6), a 402 that names its
   * end, a long window that headers show empty, words that name the model, an object or a header of
   * our configuration, or that contradict the code, a proxy that quotes its upstream, a page for
   * browsers, other requests that got through, or a host name that a server may not know.
   */
  readonly adjustedBy?:
    | 'proven-key'
    | '402-with-reset'
    | 'window-empty'
    | 'model-named'
    | 'object-named'
    | 'header-named'
    | 'signs-differ'
    | 'quoted'
    | 'page'
    | 'others-passed'
    | 'host-foreign';
}

/**
 * The provider's own answer to a faulty request: the client gets it unchanged, but redacted (law
 * 15).
 */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Failure {
  readonly class: FailureClass;
  readonly evidence: Evidence;
  /**
   * One sentence for people: the provider's own reason (redacted), or ours. It never quotes the
   * request.
   */
  readonly message: string;
  /**
   * The same with its quotes of the request, for the caller and for code that reads numbers from
   * it; never stored. Absent: there are none.
   */
  readonly said?: string;
  readonly status?: number;
  /** The provider's own code or type, as sent. */
  readonly code?: string;
  /** The wait that the provider asked for, in milliseconds; never wait less. */
  readonly retryAfterMs?: number;
  /** The source of that wait: a header, the id of a reset hint, or `prose`. */
  readonly retryAfterFrom?: string;
  /** What a mark covers besides the origin, if the rule knows better than the class. */
  readonly scope?: readonly CandidateField[];
  /** False if the provider sent `x-should-retry: false`, or a retry would send too much again. */
  readonly mayRetry?: boolean;
  /** Present if these are not the target's own words; then at most this model is at fault. */
  readonly speaker?: AnswerSpeaker;
  /** Where a redirect leads, or the program whose page came. Default: neither. */
  readonly leadsTo?: string;
  /**
   * No TCP or TLS connection was made in time: moves and windows are those of `timeout`. Default:
   * false.
   */
  readonly timedOut?: true;
  /** The request was not sent completely, so it cannot have been carried out. Default: unknown. */
  readonly isUnsent?: true;
  readonly answer?: ProviderAnswer;
}

/** Says whose words an answer has, if they are not clearly those of the API that was asked. */
export interface AnswerSpeaker {
  /**
   * `upstream`: a proxy quotes its own upstream. `page`: the answer is a page for browsers.
   * `nobody`: it has no words at all. `unclear`: no rule knows them; they may be those of the API,
   * or of whoever stands in front of it.
   */
  readonly is: 'upstream' | 'page' | 'nobody' | 'unclear';
  /** The class if the target itself had said it. */
  readonly meant: FailureClass;
  /**
   * The upstream, as the proxy names it beside the error; or who stands in front of the API, and
   * says that it fails. Default: unknown.
   */
  readonly name?: string;
  /**
   * The class is a guess by this status: neither a code nor words that a rule knows say it. Absent:
   * they do.
   */
  readonly byStatus?: number;
}

/** A failure that may be stored and shown to anybody. */
export type KeptFailure = Omit<Failure, 'answer' | 'said'>;

/** Matches candidates; absent fields match all. */
export interface Scope {
  readonly origin?: string;
  /** Absent also means a row of a version that knew no sites. */
  readonly site?: string;
  readonly account?: string;
  readonly fingerprint?: string;
  readonly model?: string;
  /** Absent: all operations. A server without embeddings may still chat. */
  readonly operation?: Operation;
}

/** An entry of health: it holds candidates back until `until`, and says why. */
export interface Mark {
  /** Made of cause and scope: each pair has at most one mark. */
  readonly key: string;
  readonly cause: FailureClass;
  readonly scope: Scope;
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** `provider` if the provider set the end, `ours` if we estimated it. */
  readonly endSetBy: 'provider' | 'ours';
  /**
   * The end that the provider named, epoch ms: `until` is a little later, and earlier where a rest
   * may not last so long. Default: it named none.
   */
  readonly namedUntil?: number | undefined;
  /** Counts windows in a row without a success between them. */
  readonly strikes: number;
  /** Quotes the provider's reason, redacted. */
  readonly evidence: string;
  /** Copied from the failure that opened it. */
  readonly speaker?: AnswerSpeaker;
  /**
   * On an account's mark: the fingerprints known when it was made; a later secret is tried at once
   * (law 5).
   */
  readonly knownFingerprints?: readonly string[];
}
