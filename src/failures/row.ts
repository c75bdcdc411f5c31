/**
 * The fields of a failure class. Everything that differs between classes is one of them. Types
 * only.
 */

/** An absent field does not apply. */
export interface FailureRow {
  readonly meaning: string;
  /** What docs/errors.md says besides meaning and moves, in Markdown. Default: nothing. */
  readonly remark?: string;
  readonly blame: Blame;
  readonly advice: Advice;
  /** The moves that may be tried, in this order (law 9). Empty: the request ends. */
  readonly moves: readonly Move[];
  /** How its target or key is held back. Absent: no mark is written. */
  readonly mark?: MarkPolicy;
  /**
   * What a refusal by the target itself is held against. A proxy's or a page's refusal is held
   * against neither.
   */
  readonly heldAgainst?: 'key' | 'money';
  /** The request itself is refused: its caller gets the provider's own status and body (law 15). */
  readonly isRequestFault?: true;
  /** The target sent nothing for too long: its server is at fault, not the key. */
  readonly isSilence?: true;
  /** It is a limit of the account, not an outage. */
  readonly isLimit?: true;
  /** It does not end by itself: its fix is suggested even if another candidate answered. */
  readonly lasts?: true;
  /**
   * `billed`: the request was sent, and no refusal came. `done`: it may have been carried out, but
   * is not charged.
   */
  readonly mayBe?: 'billed' | 'done';
  /**
   * The kind of fix; the request supplies the place and the command. Absent: `phrases.fix`; without
   * one, only waiting or the caller can help.
   */
  readonly fix?: FixKind;
  /** The exit status of a command whose first candidate failed so. Default: 5. */
  readonly exit?: 4 | 6;
  /** The result of a key test that ends so. Default: `unclear`. */
  readonly keyTest?: KeyVerdict;
  /**
   * If signatures of two classes fit one answer equally, the lower number wins. Absent: no
   * signature may have this class.
   */
  readonly precedence?: number;
  readonly phrases: FailurePhrases;
}

/** Words in capitals are placeholders. */
export interface FailurePhrases {
  /**
   * Follows the name of a target. If the target has several keys, the key's name replaces `its
   * key`.
   */
  readonly happened: string;
  /** Replaces the status in a line if there was none. Default: the class. */
  readonly brief?: string;
  /**
   * For a target that is held back: PROVIDER, TARGET, KEY, and PAST, when it last worked. Default:
   * says that it is held back, and the class.
   */
  readonly standing?: string;
  /**
   * For an attempt: PROVIDER, TARGET, MODEL, KEY, WHEN it last worked, TIMES it was retried, or our
   * own MESSAGE. Default: status and class.
   */
  readonly attempt?: string;
  /**
   * Comes before the next step while the request goes on: PROVIDER, CODE. Default: target and
   * class.
   */
  readonly rescue?: string;
  /**
   * What a person can do, in the place of a kind of `fix`: PROVIDER, MODEL, the SERVER's address,
   * the CONSOLE (the vendor's page in brackets, or nothing), the FLAGS of a program that the words
   * name, and SAID (`do as it says, or`, if the words advise something).
   */
  readonly fix?: string;
  /**
   * What an answer must be about for the fix to be right, where the class is only a guess by its
   * status. Default: the key, if it is held against a key; else the request, if that is at fault.
   */
  readonly subject?: string;
  /** For a candidate that was skipped: PROVIDER and WHY. Default: its name, and why. */
  readonly skipped?: string;
}

/** Says whose fault a failure is. `unclear`: the answer does not say. */
export type Blame =
  | 'key'
  | 'account'
  | 'provider'
  | 'network'
  | 'request'
  | 'ourselves'
  | 'unclear';

/** The best next step for a program that got this answer, with or without Holdfast. */
export type Advice =
  /** Repeat the same request after a short backoff. */
  | 'retry'
  /** Repeat it after the time the provider named, or after a minute. */
  | 'wait'
  /**
   * Repeat it with the same key after 1 to 3 s, because it has worked before; then use another key.
   */
  | 'recheck-key'
  | 'other-key'
  /** Use a key of another account: keys of one account share the limit. */
  | 'other-account'
  | 'other-target'
  /** Use a model with a larger context window, or shorten the request. */
  | 'larger-window'
  /** Change the request: as it is, it will be refused again. */
  | 'change-request'
  | 'stop';

/** A possible next step; the first that applies is taken. */
export type Move =
  /** Reads the credential's source again; once for each secret. */
  | { readonly move: 'reread' }
  /**
   * Repeats with the same key 1 s and 4 s after its first refusal; if nothing else is free and it
   * has worked recently, also after 10 s and 25 s.
   */
  | { readonly move: 'recheck'; readonly times: number; readonly lastTimes: number }
  /** Repeats the same request after a backoff. */
  | { readonly move: 'retry'; readonly times: number }
  /** Waits as long as the provider asked, if that is short. */
  | { readonly move: 'wait-short'; readonly times: number; readonly atMostMs: number }
  /** Nothing else is free: waits with all others for the end of the mark (law 11). */
  | { readonly move: 'wait' }
  /** Nothing else is free: tries the same target once more. */
  | { readonly move: 'retry-last'; readonly times: number }
  /** Tries the same target once more, with the request changed as its refusal asks. */
  | { readonly move: 'amend'; readonly by: AmendKind }
  | { readonly move: 'rotate' }
  | { readonly move: 'next-target' }
  /** Skips targets whose context window is known to be no larger. */
  | { readonly move: 'next-target-with-larger-window' }
  /**
   * Tries one target of another provider; if that refuses too, the client gets the first refusal.
   */
  | { readonly move: 'other-provider-once' };

/**
 * Names the change: its output limit, a refused parameter, its limit by what can be paid, its limit
 * for a longer answer, its history.
 */
export type AmendKind = 'output-limit' | 'parameter' | 'price' | 'longer-answer' | 'history';

/**
 * Names a field of the failed candidate that the mark covers. `origin` means the site, unless the
 * class is about the whole host.
 */
export type CandidateField = 'origin' | 'account' | 'fingerprint' | 'model';

export interface MarkPolicy {
  readonly scope: readonly CandidateField[];
  /**
   * It is about the network path to the host, and so covers every site there. Default: the site
   * alone.
   */
  readonly ofHost?: true;
  /**
   * The secret itself is refused: two such sites of a host count for the whole host (law 5).
   * Default: it is not.
   */
  readonly refusesKey?: true;
  /**
   * If a second model is refused within the first one's window, the mark covers all models (law 5).
   * Default: it does not.
   */
  readonly widens?: true;
  /**
   * The mark covers only the operation that failed: chat may work where embeddings do not. Default:
   * all operations.
   */
  readonly ofOperation?: true;
  /** The lengths of windows in ms, by how many opened in a row; the last one repeats. */
  readonly windows: readonly number[];
  /**
   * This many failures in a row, per process, open the first mark. Default: the first failure does.
   */
  readonly afterInARow?: number;
  /** A provider may set no later end than this, in ms. */
  readonly capMs: number;
  /** Lengths for an old outage, each longer than the one before. Default: `windows` goes on. */
  readonly lateWindows?: readonly number[];
  /**
   * It is about capacity or reachability, which come back by themselves: requests wait for its end
   * (law 11). Default: false.
   */
  readonly isWaitedFor?: boolean;
  /**
   * The provider said that access is over: there is no probe before the end (law 7). Default:
   * false.
   */
  readonly isFinal?: true;
  /**
   * The part of a probe's answer that ends the mark and resets its outage: the 2xx head, which
   * shows that the server is up and takes requests; or the whole answer, since a stream may break
   * after its commit. Default: the commit.
   */
  readonly endedBy?: 'head' | 'whole-answer';
}

/** What a person can do, without the place and the command. */
export type FixKind =
  | 'give-key'
  | 'replace-key'
  | 'move-key'
  | 'send-key'
  | 'allow-model'
  | 'allow-request'
  | 'name-model'
  | 'add-money'
  | 'raise-limit'
  | 'reach-server'
  | 'trust-certificate'
  | 'serve-path'
  | 'model-with-vision'
  | 'model-with-tools'
  | 'larger-window'
  | 'status-page';

/**
 * `works`: a completion was answered. `refused`: the provider refused the key. `limited`: it knows
 * the key but did not serve it now. `unreachable`: no connection. `missing`: there is no secret.
 * `unclear`: another answer.
 */
export type KeyVerdict = 'works' | 'refused' | 'limited' | 'unreachable' | 'missing' | 'unclear';

/** Checks the rows' types and keeps the names of the classes. */
export function defineClasses<Name extends string>(
  rows: Readonly<Record<Name, FailureRow>>,
): Readonly<Record<Name, FailureRow>> {
  return rows;
}
