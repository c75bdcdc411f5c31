/**
 * What a failed attempt was: the classified fact that every decision reads. Types only; made by
 * access/classify.
 */

import type { FailureClass } from '../failures/classes.ts';
import type { CandidateField } from '../failures/row.ts';
import type { Operation } from './protocol.ts';

export type { FailureClass };

/** The rule that decided a class, so that anybody can check it. */
export interface Evidence {
  /**
   * Id of the signature row, or the name of the built-in rule: `status-503`,
   * `exception-ECONNREFUSED`.
   */
  readonly rule: string;
  readonly kind: 'code' | 'text' | 'status' | 'exception' | 'stream' | 'limit';
  /**
   * What made another class of the rule's own: the key has worked here before (law 6), a 402 that
   * names its end, words that name the model, a proxy that quotes its upstream, or a page for
   * browsers.
   */
  readonly adjustedBy?:
    | 'proven-key'
    | '402-with-reset'
    | 'model-named'
    | 'object-named'
    | 'quoted'
    | 'page';
}

/**
 * The provider's own answer, kept for request faults: the client gets it as it came, redacted (law
 * 15).
 */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A classified fact about one attempt. */
export interface Failure {
  readonly class: FailureClass;
  readonly evidence: Evidence;
  /**
   * One sentence for people: the provider's own reason (redacted), or ours. Of an attempt's failure
   * nothing of the request stands in it.
   */
  readonly message: string;
  /**
   * The same with what it quotes of the request, for its caller and for what reads figures out of
   * it; never kept. Absent: it quotes nothing.
   */
  readonly said?: string;
  readonly status?: number;
  /** The provider's own code or type, as sent. */
  readonly code?: string;
  /** How long the provider asked to wait; a floor. Milliseconds. */
  readonly retryAfterMs?: number;
  /** Where it said so: a header, the id of a reset hint, or `prose`. */
  readonly retryAfterFrom?: string;
  /** What a mark covers besides the origin, where the rule knows it better than the class. */
  readonly scope?: readonly CandidateField[];
  /** False when the provider said `x-should-retry: false`, or would send too much again. */
  readonly mayRetry?: boolean;
  /**
   * Present: these are not the target's own words, and nothing here is at fault but, at most, this
   * model.
   */
  readonly speaker?: AnswerSpeaker;
  /**
   * Of a connection that was not there in its time, TCP or TLS: moves and windows are those of
   * `timeout`. Default: false.
   */
  readonly timedOut?: true;
  /**
   * The request did not go out, or not to its end: nobody can have carried it out. Default: nobody
   * knows.
   */
  readonly isUnsent?: true;
  readonly answer?: ProviderAnswer;
}

/** Whose words an answer has, if they are not those of the API that was asked. */
export interface AnswerSpeaker {
  /**
   * `upstream`: a proxy repeats what its own upstream said to it. `page`: a page for browsers
   * stands in the place of an answer.
   */
  readonly is: 'upstream' | 'page';
  /** The class that it would have as the target's own word. */
  readonly meant: FailureClass;
}

/** A failure as it may be kept and told to anybody. */
export type KeptFailure = Omit<Failure, 'answer' | 'said'>;

/** A pattern over what a mark covers; absent fields match all. */
export interface Scope {
  readonly origin?: string;
  /** Absent too in rows of a version before there were sites. */
  readonly site?: string;
  readonly account?: string;
  readonly fingerprint?: string;
  readonly model?: string;
  /** What was asked for: a server that has no vectors may still answer. */
  readonly operation?: Operation;
}

/** An entry of health: something is benched until `until`, and here is why. */
export interface Mark {
  /** Made of cause and scope: at most one mark for each pair. */
  readonly key: string;
  readonly cause: FailureClass;
  readonly scope: Scope;
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** `provider` when the provider named the end, `ours` when we estimated it. */
  readonly endSetBy: 'provider' | 'ours';
  /** How many windows opened in a row without a success between. */
  readonly strikes: number;
  /** The provider's reason, redacted. */
  readonly evidence: string;
  /** Of the failure that opened it. */
  readonly speaker?: AnswerSpeaker;
  /**
   * For account marks: fingerprints known when it was made; a secret that appears later is tried at
   * once (law 5).
   */
  readonly knownFingerprints?: readonly string[];
}
