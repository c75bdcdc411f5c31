/**
 * What is said of one failure class: the fields of its row. Everything that differs between classes
 * is one of them. Types only.
 */

/** One row of the table. What is absent does not apply. */
export interface FailureRow {
  /** One clause for people. */
  readonly meaning: string;
  readonly blame: Blame;
  readonly advice: Advice;
  /** What may be done about it, in this order (law 9). Empty: the request ends. */
  readonly moves: readonly Move[];
  /** How its target or key is held back. Absent: no mark is written. */
  readonly mark?: MarkPolicy;
  /**
   * What it speaks against, if it is the target's own word. A proxy or a page that says so speaks
   * of something else.
   */
  readonly accuses?: 'key' | 'money';
  /** The request itself is refused: its caller gets the provider's own status and body (law 15). */
  readonly isRequestFault?: true;
  /**
   * The target showed nothing for too long: a fault of its server, whichever key it was asked with.
   */
  readonly isSilence?: true;
  /** A limit of the account, as opposed to an outage. */
  readonly isLimit?: true;
  /** It does not end by itself: worth a fix even if another candidate has answered. */
  readonly lasts?: true;
  /**
   * `billed`: the request was out, and what came was no refusal. `done`: it may have been carried
   * out, and is not charged.
   */
  readonly mayBe?: 'billed' | 'done';
  /**
   * What kind of fix helps; the request says where, and with which command. Absent: only waiting
   * helps, or the caller.
   */
  readonly fix?: FixKind;
  /** Exit status of a command whose first candidate failed so. Default: 5. */
  readonly exit?: 4 | 6;
  /** What the test of a key shows if it ends so. Default: `unclear`. */
  readonly keyTest?: KeyVerdict;
  /**
   * If signatures of two classes fit one answer alike, the lower number wins. Absent: no signature
   * may have this class.
   */
  readonly precedence?: number;
  readonly phrases: FailurePhrases;
}

/** In capitals: what the sentence is filled with. */
export interface FailurePhrases {
  /**
   * Follows the name of a target. `its key` gives way to the key's name if the target has several.
   */
  readonly happened: string;
  /** Takes the place of a status in a line, if none came. Default: the class. */
  readonly brief?: string;
  /**
   * Of a target that is held back: PROVIDER, TARGET, KEY, and PAST, when it last worked. Default:
   * that it is held back, and the class.
   */
  readonly standing?: string;
  /**
   * Of an attempt: PROVIDER, TARGET, MODEL, KEY, WHEN it last worked, TIMES it was asked again, or
   * our own MESSAGE. Default: status and class.
   */
  readonly attempt?: string;
  /**
   * Before the next step is said, while the request goes on: PROVIDER, CODE. Default: target and
   * class.
   */
  readonly rescue?: string;
  /** Of a candidate that was passed over for it: PROVIDER and WHY. Default: its name, and why. */
  readonly skipped?: string;
}

/** Whose fault a failure is. `unclear`: the answer does not say. */
export type Blame =
  | 'key'
  | 'account'
  | 'provider'
  | 'network'
  | 'request'
  | 'ourselves'
  | 'unclear';

/** What a program that got this answer best does next, with or without Holdfast. */
export type Advice =
  /** The same request again, after a short backoff. */
  | 'retry'
  /** The same request after the time the provider named, or after a minute. */
  | 'wait'
  /** The same key again after a second or three, for it has worked before; then another. */
  | 'recheck-key'
  | 'other-key'
  /** A key of another account: those of the same one share the limit. */
  | 'other-account'
  | 'other-target'
  /** A model with a larger context window, or a shorter request. */
  | 'larger-window'
  /** The request as it is will be refused again. */
  | 'change-request'
  | 'stop';

/** Something that may be done; the first that applies is. */
export type Move =
  /** Read the credential's source again; once for each secret. */
  | { readonly move: 'reread' }
  /**
   * The same key 1 s and 4 s after its first refusal; where nothing else is free and it has worked
   * lately, 10 s and 25 s after it too.
   */
  | { readonly move: 'recheck'; readonly times: number; readonly lastTimes: number }
  /** The same request after a backoff. */
  | { readonly move: 'retry'; readonly times: number }
  /** Wait as long as the provider asked, if that is short. */
  | { readonly move: 'wait-short'; readonly times: number; readonly atMostMs: number }
  /** Nothing else is free: wait with all others for the end of the mark (law 11). */
  | { readonly move: 'wait' }
  /** Nothing else is free: the same target once more. */
  | { readonly move: 'retry-last'; readonly times: number }
  /** The same target once more, with the request changed as its refusal asks. */
  | { readonly move: 'amend'; readonly by: AmendKind }
  | { readonly move: 'rotate' }
  | { readonly move: 'next-target' }
  /** Whose context window is not known to be no larger. */
  | { readonly move: 'next-target-with-room' }
  /** One target of another provider; when that refuses too, the first refusal stands. */
  | { readonly move: 'other-provider-once' };

/**
 * What is changed in a request: its limit of output, a parameter, its limit by what can be paid,
 * its room for an answer, its history.
 */
export type AmendKind = 'output-limit' | 'parameter' | 'price' | 'answer-room' | 'history';

/**
 * What a mark covers, of the candidate that failed. `origin` stands for the place that was asked:
 * the site, unless the class is of the whole host.
 */
export type CandidateField = 'origin' | 'account' | 'fingerprint' | 'model';

export interface MarkPolicy {
  readonly scope: readonly CandidateField[];
  /** It speaks of the way to the host, and so of every site there. Default: of the site alone. */
  readonly ofHost?: true;
  /**
   * The secret itself is refused: two sites of a host that do so speak for the host (law 5).
   * Default: it is not.
   */
  readonly refusesKey?: true;
  /**
   * A second model refused within the window of the first marks what is left of the scope without
   * the model (law 5). Default: it does not.
   */
  readonly widens?: true;
  /**
   * The mark holds for the operation alone that failed: chat may be well where vectors are not to
   * be had. Default: for all.
   */
  readonly ofOperation?: true;
  /** Windows in ms, by how many opened in a row; the last one repeats. */
  readonly windows: readonly number[];
  /**
   * How many such failures in a row, per process, before the first mark. Default: the first one
   * marks.
   */
  readonly afterInARow?: number;
  /** The longest end a provider may set, ms. */
  readonly capMs: number;
  /**
   * Windows of an outage that is old, each longer than the one before. Default: `windows` go on.
   */
  readonly lateWindows?: readonly number[];
  /**
   * It is about capacity or reachability, which come back by themselves: requests wait for its end
   * (law 11). Default: false.
   */
  readonly isWaitedFor?: boolean;
  /** The provider has said that it is over: nobody asks before its end (law 7). Default: false. */
  readonly isFinal?: true;
  /**
   * What ends the mark and its row: the 2xx head of its probe, which shows that somebody is there
   * and has room; the commit; or the whole answer, since a stream may die after it. Default: the
   * commit.
   */
  readonly endedBy?: 'head' | 'whole-answer';
}

/** What a person can do, without the place and the command. */
export type FixKind =
  | 'give-key'
  | 'replace-key'
  | 'allow-model'
  | 'name-model'
  | 'add-money'
  | 'raise-limit'
  | 'reach-server'
  | 'trust-certificate'
  | 'serve-path'
  | 'model-with-vision'
  | 'model-with-tools'
  | 'status-page';

/**
 * `works`: a completion was answered. `refused`: the provider refused the key. `limited`: it knows
 * the key and would not serve it now. `unreachable`: it could not be asked. `missing`: there is no
 * secret. `unclear`: it answered with something else.
 */
export type KeyVerdict = 'works' | 'refused' | 'limited' | 'unreachable' | 'missing' | 'unclear';

/** Checks rows, and keeps the names of their classes. */
export function defineClasses<Name extends string>(
  rows: Readonly<Record<Name, FailureRow>>,
): Readonly<Record<Name, FailureRow>> {
  return rows;
}
