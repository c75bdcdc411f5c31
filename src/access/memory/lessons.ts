/**
 * What answers have taught (step 5 of a request), for later ones: in this process, most of it for a
 * while. Nobody is benched for it.
 */

import type { Clock } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';
import type { Edit, Target } from '../../model/target.ts';

/**
 * Beyond this many whatever was learned first is forgotten, and learned again at the cost of one
 * request.
 */
const usualLimit = 1000;
const minuteMs = 60_000;

interface LessonParts<Subject> {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly keptMs: number;
  readonly keyOf: (subject: Subject) => string;
  /** Default: a thousand. */
  readonly limit?: number;
}

/** One kind of it. To look costs one comparison until something was learned. */
export class Lesson<Subject, Known = true> {
  readonly #parts: LessonParts<Subject>;
  readonly #rows = new Map<string, { known: Known; until: number }>();
  /** Nothing was learned yet, as almost always. */
  isEmpty = true;

  constructor(parts: LessonParts<Subject>) {
    this.#parts = parts;
  }

  of(subject: Subject): Known | undefined {
    if (this.isEmpty) return undefined;
    const row = this.#rows.get(this.#parts.keyOf(subject));
    return row !== undefined && row.until > this.#parts.clock.monotonic() ? row.known : undefined;
  }

  /** The same, whenever it was. */
  lastOf(subject: Subject): Known | undefined {
    return this.#rows.get(this.#parts.keyOf(subject))?.known;
  }

  learn(subject: Subject, known: Known): void {
    const { clock, keptMs, keyOf, limit = usualLimit } = this.#parts;
    const key = keyOf(subject);
    const row = this.#rows.get(key);
    const until = clock.monotonic() + keptMs;
    this.isEmpty = false;
    if (row !== undefined) {
      row.known = known;
      row.until = until;
      return;
    }
    this.#rows.set(key, { known, until });
    const [first] = this.#rows.size > limit ? this.#rows.keys() : [];
    if (first !== undefined) this.#rows.delete(first);
  }

  forget(subject: Subject): void {
    if (!this.isEmpty) this.#rows.delete(this.#parts.keyOf(subject));
  }
}

/** One thing that a target refused, and what is done about it. */
export interface LearnedEdit {
  readonly edit: Edit;
  /** For people: `without temperature`. */
  readonly text: string;
}

/**
 * Whose context window it is: accounts differ in what they may use of a model, and beta headers
 * widen it.
 */
export interface ContextWindowOwner {
  readonly lease: Lease;
  readonly headers: Headers;
}

/** What was asked where. */
interface OperationAt {
  readonly target: Target;
  readonly operation: Operation;
}

interface TaskTarget {
  readonly task: string;
  /** Its id. */
  readonly target: string;
}

/** Some see images and read no documents. */
export interface ShownAt {
  readonly target: Pick<Target, 'site' | 'model'>;
  readonly shown: 'image' | 'file';
}

export interface Lessons {
  /** What a target refuses: the parameter is left out from then on, and every record says so. */
  readonly edits: Lesson<Target, readonly LearnedEdit[]>;
  /** Tokens, as refusals have stated them: they order the targets that are left after a refusal. */
  readonly contextWindows: Lesson<ContextWindowOwner, number>;
  /**
   * Models that have said that they do not see it, and when, epoch ms: a server of one's own may
   * have got another model since.
   */
  readonly unseen: Lesson<ShownAt, number>;
  /**
   * Models that have refused a request for its tools: they come after others for requests that have
   * some.
   */
  readonly toolless: Lesson<Pick<Target, 'site' | 'model'>>;
  /** Where what was asked is not served (`not-offered`): such a target goes behind all others. */
  readonly unserved: Lesson<OperationAt>;
  /** How often in a row an answer of this target to the task was of no use. */
  readonly useless: Lesson<TaskTarget, number>;
  /** Origins to which a connection was opened since the last one that failed. */
  readonly reachable: Lesson<Pick<Target, 'origin'>>;
  /**
   * How many whole answers in a row with content had no finish: after three this target gives none.
   */
  readonly finishless: Lesson<Target, number>;
  /** Local targets that were heard of lately: others may have put their model away. */
  readonly warm: Lesson<Target>;
  /** After how long a caller has left in a row, by caller. */
  readonly callerLimits: Lesson<string, CallerLimit>;
  /** Requests that ended without an answer a moment ago, by caller. */
  readonly unanswered: Lesson<string, readonly EndedRequest[]>;
  /** How often in a row callers left a target that had shown nothing. */
  readonly silentLeavings: Lesson<Lease, SilentLeavings>;
  /**
   * Local targets that were cold when they were asked, and have said nothing since: since when,
   * monotonic ms.
   */
  readonly coldSince: Lesson<Target, number>;
  /** Local targets: the fewest tokens of a prompt that they were seen to read in a second. */
  readonly readingPace: Lesson<Target, number>;
  /**
   * Targets whose heads take longer than a probe has: how many in a row, and the fastest of them.
   */
  readonly slowHeads: Lesson<Target, { readonly times: number; readonly leastMs: number }>;
  /** Targets that were left by a probe whose head did not come in the short time of probes. */
  readonly cutProbes: Lesson<Target>;
  /** What its latest answer said, by a key's fingerprint: another secret has limits of its own. */
  readonly limits: Lesson<string, LimitNews>;
}

/** After how long a caller has left, and how often in a row. */
export interface CallerLimit {
  readonly afterMs: number;
  readonly times: number;
}

/** A request that ended without an answer. */
export interface EndedRequest {
  readonly prompt: string;
  /** Its caller left; or we refused it, and said when to come again. */
  readonly how: 'left' | 'refused';
  /** It, or one of its predecessors, was left: its caller has a limit, and met it. */
  readonly hasMetLimit: boolean;
  /** Ids of the targets that had been asked in vain. */
  readonly targets: readonly string[];
  /** Epoch ms. */
  readonly at: number;
}

/** Leavings of a target that had shown nothing. */
export interface SilentLeavings {
  readonly callers: readonly string[];
  readonly times: number;
}

/** A client pauses no longer than this before it tries again, ms. */
export const endedMs = 120_000;

/** Kept as it came, and read when somebody asks how much is left. */
export interface LimitNews {
  readonly headers: Headers;
  /** Epoch ms. */
  readonly asOf: number;
}

export function createLessons(clock: Clock): Lessons {
  return {
    // A server of one's own may have got another model by then.
    edits: new Lesson({
      clock,
      keptMs: 60 * minuteMs,
      keyOf: ({ site, protocol, model }) => `${site} ${protocol} ${model}`,
    }),
    contextWindows: new Lesson({ clock, keptMs: 60 * minuteMs, keyOf: keyOfContextWindow }),
    unseen: new Lesson({
      clock,
      keptMs: 60 * minuteMs,
      keyOf: ({ target: { site, model }, shown }) => `${shown} ${site}\n${model}`,
    }),
    toolless: new Lesson({
      clock,
      keptMs: 60 * minuteMs,
      keyOf: ({ site, model }) => `${site}\n${model}`,
    }),
    // An address with a path: who adds the missing /v1 to `base_url` is believed at once.
    unserved: new Lesson({
      clock,
      keptMs: 15 * minuteMs,
      keyOf: ({ target, operation }) => `${operation} ${target.protocol} ${target.baseUrl}`,
    }),
    useless: new Lesson({
      clock,
      keptMs: 15 * minuteMs,
      keyOf: ({ task, target }) => `${task} ${target}`,
    }),
    callerLimits: new Lesson({ clock, keptMs: 60 * minuteMs, keyOf: (caller) => caller }),
    unanswered: new Lesson({ clock, keptMs: endedMs, keyOf: (caller) => caller, limit: 200 }),
    silentLeavings: new Lesson({
      clock,
      keptMs: 60 * minuteMs,
      keyOf: ({ origin, model, operation }) => `${operation} ${origin} ${model}`,
    }),
    finishless: new Lesson({
      clock,
      keptMs: 60 * minuteMs,
      keyOf: ({ baseUrl, protocol, model }) => `${baseUrl} ${protocol} ${model}`,
    }),
    limits: new Lesson({
      clock,
      keptMs: Number.POSITIVE_INFINITY,
      keyOf: (fingerprint) => fingerprint,
      limit: 5000,
    }),
    reachable: new Lesson({
      clock,
      keptMs: Number.POSITIVE_INFINITY,
      keyOf: ({ origin }) => origin,
    }),
    warm: new Lesson({ clock, keptMs: 5 * minuteMs, keyOf: keyOfServed }),
    coldSince: new Lesson({ clock, keptMs: Number.POSITIVE_INFINITY, keyOf: keyOfServed }),
    readingPace: new Lesson({ clock, keptMs: 60 * minuteMs, keyOf: keyOfServed }),
    slowHeads: new Lesson({ clock, keptMs: 60 * minuteMs, keyOf: keyOfServed }),
    cutProbes: new Lesson({ clock, keptMs: 15 * minuteMs, keyOf: keyOfServed }),
  };
}

/** A model at an address. */
function keyOfServed({ baseUrl, model }: Target): string {
  return `${baseUrl} ${model}`;
}

/** More than fits has fitted: the context window is another one now. */
export function forgetSmaller(
  contextWindows: Lessons['contextWindows'],
  owner: ContextWindowOwner,
  { inputTokens = 0, outputTokens = 0 }: Usage = {},
): void {
  const learned = contextWindows.of(owner);
  if (learned !== undefined && inputTokens + outputTokens > learned) contextWindows.forget(owner);
}

function keyOfContextWindow({
  lease: { site, account, model },
  headers,
}: ContextWindowOwner): string {
  const betas = Object.entries(headers).filter(([name]) => name.endsWith('-beta'));
  return [site, account, model, ...betas.flat()].join('\n');
}
