/**
 * What answers have taught this process (step 5 of a request), mostly for a limited time; refusals
 * and patience are taught to the other workers of its gateway. A lesson never holds a candidate
 * back.
 */

import type { Clock } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Operation } from '../../model/protocol.ts';
import type { Usage } from '../../model/record.ts';
import type { Headers } from '../../model/request.ts';
import type { Edit, Target } from '../../model/target.ts';
import type { TellWorkers, WorkerNews } from '../../model/worker-news.ts';
import { limitHeaderName } from '../../providers/signatures/limit-headers.ts';

/** Beyond this many the oldest lesson is forgotten; learning it again costs one request. */
const usualLimit = 1000;
const minuteMs = 60_000;

interface LessonParts<Subject> {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly keptMs: number;
  readonly keyOf: (subject: Subject) => string;
  /** Default: a thousand. */
  readonly limit?: number | undefined;
  /** Its name, if all workers of a gateway learn it. Default: this process alone. */
  readonly taught?: string | undefined;
  readonly tell?: TellWorkers | undefined;
}

/** Lessons of one kind. A look-up costs one comparison until something was learned. */
export class Lesson<Subject, Known = true> {
  readonly #parts: LessonParts<Subject>;
  readonly #rows = new Map<string, { known: Known; until: number }>();
  /** True until something is learned, as almost always. */
  isEmpty = true;

  constructor(parts: LessonParts<Subject>) {
    this.#parts = parts;
  }

  of(subject: Subject): Known | undefined {
    if (this.isEmpty) return undefined;
    const row = this.#rows.get(this.#parts.keyOf(subject));
    return row !== undefined && row.until > this.#parts.clock.monotonic() ? row.known : undefined;
  }

  /** Returns the lesson even if it has expired. */
  lastOf(subject: Subject): Known | undefined {
    return this.#rows.get(this.#parts.keyOf(subject))?.known;
  }

  /** Returns all lessons that have not expired. */
  all(): readonly Known[] {
    const now = this.#parts.clock.monotonic();
    return [...this.#rows.values()].flatMap(({ known, until }) => (until > now ? [known] : []));
  }

  learn(subject: Subject, known: Known): void {
    const key = this.#parts.keyOf(subject);
    this.#put(key, known);
    this.#tell(key, known);
  }

  forget(subject: Subject): void {
    if (this.isEmpty) return;
    const key = this.#parts.keyOf(subject);
    if (this.#rows.delete(key)) this.#tell(key, undefined);
  }

  /** Learns from another process what that has learned, or forgets what it has forgotten. */
  hear(key: string, known: unknown): void {
    if (known === undefined) this.#rows.delete(key);
    else this.#put(key, parseKnown<Known>(known));
  }

  /** Returns what another worker has to hear to know as much. */
  list(): readonly WorkerNews[] {
    const { clock, taught: lesson } = this.#parts;
    if (lesson === undefined) return [];
    const now = clock.monotonic();
    return [...this.#rows].flatMap(([key, { known, until }]) =>
      until > now ? [{ kind: 'lesson', lesson, key, known } as const] : [],
    );
  }

  #tell(key: string, known: Known | undefined): void {
    const { taught: lesson, tell } = this.#parts;
    if (lesson !== undefined) tell?.({ kind: 'lesson', lesson, key, known });
  }

  #put(key: string, known: Known): void {
    const { clock, keptMs, limit = usualLimit } = this.#parts;
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
}

/** Both processes are of one version, and the lesson has the same name there. */
function parseKnown<Known>(known: unknown): Known {
  return known as Known;
}

/** A refused field of the request, and the edit that removes it. */
export interface LearnedEdit {
  readonly edit: Edit;
  /** Describes the change: `without temperature`. */
  readonly text: string;
}

/**
 * Identifies a context window: accounts may have different ones for a model, and beta headers widen
 * it.
 */
export interface ContextWindowOwner {
  readonly lease: Lease;
  readonly headers: Headers;
}

interface OperationAt {
  readonly target: Target;
  readonly operation: Operation;
}

interface TaskTarget {
  readonly task: string;
  readonly target: string;
}

/** A model may see images but read no documents. */
export interface ShownAt {
  readonly target: Pick<Target, 'site' | 'model'>;
  readonly shown: 'image' | 'file';
}

export interface Lessons {
  /** Parameters that a target refuses: they are removed from then on, and every record says so. */
  readonly edits: Lesson<Target, readonly LearnedEdit[]>;
  /**
   * Context windows in tokens that refusals named; they order the remaining targets after a
   * refusal.
   */
  readonly contextWindows: Lesson<ContextWindowOwner, number>;
  /**
   * Models that refused this kind of media, and when, epoch ms: a local server may have loaded
   * another model since.
   */
  readonly unseen: Lesson<ShownAt, number>;
  /** Models that refused a request for its tools: they come last for requests with tools. */
  readonly toolless: Lesson<Pick<Target, 'site' | 'model'>>;
  /** Targets that do not serve an operation (`not-offered`): they come behind all others. */
  readonly unserved: Lesson<OperationAt>;
  /** Counts unusable answers of a target to a task, in a row. */
  readonly useless: Lesson<TaskTarget, number>;
  /** Origins to which a connection was opened since the last one that failed. */
  readonly reachable: Lesson<Pick<Target, 'origin'>>;
  /**
   * Counts whole answers in a row that had content but no finish: from three on this target is
   * known to send none.
   */
  readonly finishless: Lesson<Target, number>;
  /** Local targets that were used recently: others may have unloaded their model. */
  readonly warm: Lesson<Target>;
  /** The time after which each caller left, and how often in a row. */
  readonly callerLimits: Lesson<string, CallerLimit>;
  /** Recent requests that ended without an answer, by caller. */
  readonly unanswered: Lesson<string, readonly EndedRequest[]>;
  /** Counts requests in a row whose callers left a target before it sent anything. */
  readonly silentDepartures: Lesson<Lease, SilentDepartures>;
  /**
   * Local targets that were cold when asked and have sent nothing since; monotonic ms of the start.
   */
  readonly coldSince: Lesson<Target, number>;
  /** The slowest prompt processing seen at a local target, in tokens per second. */
  readonly readingPace: Lesson<Target, number>;
  /**
   * Targets that send their head later than a probe waits: how many in a row, and the fastest of
   * them.
   */
  readonly slowHeads: Lesson<Target, { readonly times: number; readonly leastMs: number }>;
  /** Targets whose head did not arrive in the short time of a probe. */
  readonly cutProbes: Lesson<Target>;
}

/** The time after which a caller left, and how often in a row. */
export interface CallerLimit {
  readonly afterMs: number;
  readonly times: number;
}

export interface EndedRequest {
  readonly prompt: string;
  /** Its caller left, we refused it and said when to return, or its answer broke off. */
  readonly how: 'left' | 'refused' | 'broken';
  /** The caller left this request, or an earlier one of the series: it has a limit of its own. */
  readonly hasMetLimit: boolean;
  /** Ids of targets that had failed. */
  readonly targets: readonly string[];
  readonly at: number;
}

export interface SilentDepartures {
  readonly callers: readonly string[];
  readonly times: number;
}

/** A client pauses at most this long before it retries, in ms. */
export const endedMs = 120_000;

/** Another worker has learned it. */
export function hearLesson(lessons: Lessons, { lesson, key, known }: LessonNews): void {
  for (const [name, one] of Object.entries(lessons)) if (name === lesson) one.hear(key, known);
}

type LessonNews = Extract<WorkerNews, { readonly kind: 'lesson' }>;

/** `tell` is told of the lessons that hold for the whole gateway. Default: nobody. */
export function createLessons(clock: Clock, tell?: TellWorkers): Lessons {
  const kept = <Subject, Known>(
    minutes: number,
    keyOf: (subject: Subject) => string,
    more: Pick<LessonParts<Subject>, 'taught' | 'tell' | 'limit'> = {},
  ): Lesson<Subject, Known> => new Lesson({ clock, keptMs: minutes * minuteMs, keyOf, ...more });
  /** What was refused, and how patient who is: the whole gateway learns that. */
  const taught = <Subject, Known>(
    name: keyof Lessons,
    minutes: number,
    keyOf: (subject: Subject) => string,
  ): Lesson<Subject, Known> => kept(minutes, keyOf, { taught: name, tell });
  const lately = { taught: 'unanswered', tell, limit: 200 } as const;
  const always = Number.POSITIVE_INFINITY;
  return {
    // A local server may have loaded another model by then.
    edits: taught('edits', 60, ({ site, protocol, model }) => `${site} ${protocol} ${model}`),
    contextWindows: taught('contextWindows', 60, keyOfContextWindow),
    unseen: taught(
      'unseen',
      60,
      ({ target: { site, model }, shown }) => `${shown} ${site}\n${model}`,
    ),
    toolless: taught('toolless', 60, ({ site, model }) => `${site}\n${model}`),
    // Keyed by the address with its path, so that adding the missing /v1 to `base_url` helps at
    // once.
    unserved: taught(
      'unserved',
      15,
      ({ target, operation }) => `${operation} ${target.protocol} ${target.baseUrl}`,
    ),
    useless: taught('useless', 15, ({ task, target }) => `${task} ${target}`),
    callerLimits: taught('callerLimits', 60, (caller) => caller),
    unanswered: kept(endedMs / minuteMs, (caller) => caller, lately),
    silentDepartures: taught(
      'silentDepartures',
      60,
      ({ site, model, operation }) => `${operation} ${site} ${model}`,
    ),
    finishless: taught(
      'finishless',
      60,
      ({ baseUrl, protocol, model }) => `${baseUrl} ${protocol} ${model}`,
    ),
    reachable: kept(always, ({ origin }) => origin),
    warm: kept(5, keyOfServed),
    coldSince: kept(always, keyOfServed),
    readingPace: kept(60, keyOfServed),
    slowHeads: taught('slowHeads', 60, keyOfServed),
    cutProbes: taught('cutProbes', 15, keyOfServed),
  };
}

function keyOfServed({ baseUrl, model }: Target): string {
  return `${baseUrl} ${model}`;
}

/**
 * Returns the headers about limits of an answer or a refusal for the rate; undefined where there
 * are none, as mostly.
 */
export function pickLimitHeaders(status: number, headers: Headers): Headers | undefined {
  if (status > 299 && status !== 429) return undefined;
  let found: Record<string, string> | undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (!limitHeaderName.test(name)) continue;
    found ??= {};
    found[name] = value;
  }
  return found;
}

/** Forgets a context window that was exceeded without a refusal: it has grown. */
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
