/**
 * Whether a translated request is marked for the vendor's prompt cache, where its client has marked
 * nothing (step 3 of a request). A write costs a quarter more than plain input, a read a tenth of
 * it: only what is likely to be read again is written. What was sent and written is known by
 * digests, in this process, for the five minutes that a vendor keeps it.
 */

import { createHash } from 'node:crypto';
import type { Clock } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Usage } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { hasMarks, markSystem, markTurns } from '../../protocols/anthropic-messages/cache-out.ts';
import { recordsIn, type WireObject } from '../../protocols/json/is-record.ts';
import { Lesson } from '../memory/lessons.ts';

const minuteMs = 60_000;
/** A caller whose last so many writes nobody has read writes no more for an hour. */
const mostUnread = 3;
/** Of JSON; rather too few tokens than too many. */
const bytesPerToken = 4.2;

/** What a prompt begins with, and how much each part of it is. */
interface Prefixes {
  /** Tools, and what the system says. */
  readonly head: Prefix;
  /**
   * Up to the last but two turn of the user's: an agent may take back what it had put into the last
   * two.
   */
  readonly earlier: Prefix | undefined;
  /** The last request of this conversation: up to the last but one turn of the user's. */
  readonly before: Prefix | undefined;
  readonly whole: Prefix;
}

interface Prefix {
  readonly digest: string;
  readonly tokens: number;
}

/** Who sends it, and where. */
interface Sender {
  readonly target: Target;
  readonly lease: Lease;
  readonly caller: string;
  /** A side task's prompt is not sent again. */
  readonly isTask: boolean;
}

/** Notes what became of a request, once it is answered. */
export type NoteCached = (usage: Usage | undefined) => void;

export interface CachedPrompt {
  readonly body: WireObject;
  readonly note: NoteCached;
}

export class PromptCache {
  readonly #sent: Lesson<string>;
  readonly #written: Lesson<string>;
  readonly #read: Lesson<string>;
  /** What each caller has written lately. */
  readonly #writes: Lesson<string, readonly string[]>;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    const keyOf = (digest: string): string => digest;
    const short = { clock, keptMs: 5 * minuteMs, keyOf, limit: 5000 };
    const long = { clock, keptMs: 60 * minuteMs, keyOf, limit: 5000 };
    this.#sent = new Lesson(short);
    this.#written = new Lesson(short);
    this.#read = new Lesson(long);
    this.#writes = new Lesson<string, readonly string[]>(long);
  }

  /**
   * The body with our marks, where it should have any; undefined where nothing is to be marked or
   * noted.
   */
  mark(body: WireObject, { target, lease, caller, isTask }: Sender): CachedPrompt | undefined {
    const isOurs = target.protocol === 'anthropic-messages' && target.cacheMarks === 'auto';
    if (!isOurs || isTask || hasMarks(body)) return undefined;
    const prefixes = readPrefixes(body, `${lease.origin} ${lease.fingerprint} ${target.model}`);
    const least = target.cacheMinimum ?? 0;
    if (prefixes.whole.tokens < least) return undefined;
    const wish = this.#choose(body, prefixes, caller);
    const marked = wish === 'nothing' ? body : placeMarks(body, prefixes, { wish, least });
    const written = wish === 'all' ? prefixes.whole : prefixes.head;
    return { body: marked, note: (usage) => this.#note(prefixes, { caller, written }, usage) };
  }

  #choose(body: WireObject, prefixes: Prefixes, caller: string): 'all' | 'head' | 'nothing' {
    const { head, before, whole } = prefixes;
    // What is read now was worth its writing, whoever has written it.
    if (
      [before, whole].some((one) => one !== undefined && this.#written.of(one.digest) !== undefined)
    )
      return 'all';
    const isKnown = this.#sent.of(head.digest) !== undefined;
    const isForced = isForcedChoice(body['tool_choice']);
    if (this.#countUnread(caller) >= mostUnread || (isForced && !isKnown)) return 'nothing';
    const isTalk = recordsIn(body['messages']).some(({ role }) => role === 'assistant');
    const hasTools = recordsIn(body['tools']).length > 0 && !isForced;
    if (isTalk || hasTools) return 'all';
    return isKnown ? 'head' : 'nothing';
  }

  #countUnread(caller: string): number {
    const writes = this.#writes.of(caller) ?? [];
    return writes.filter((digest) => this.#read.of(digest) === undefined).length;
  }

  #note(
    { head, before }: Prefixes,
    { caller, written }: { readonly caller: string; readonly written: Prefix },
    { cachedTokens = 0, cacheWriteTokens = 0 }: Usage = {},
  ): void {
    this.#sent.learn(head.digest, true);
    if (cachedTokens > 0) {
      this.#read.learn(head.digest, true);
      if (before !== undefined) this.#read.learn(before.digest, true);
    }
    if (cacheWriteTokens > 0) {
      this.#written.learn(written.digest, true);
      const others = (this.#writes.of(caller) ?? []).slice(1 - mostUnread);
      this.#writes.learn(caller, [...others, written.digest]);
    }
  }
}

/**
 * Nothing is marked where the vendor would keep nothing. A mark before the last one costs nothing:
 * each token is written once.
 */
function placeMarks(
  body: WireObject,
  { head, earlier, before }: Prefixes,
  { wish, least }: { readonly wish: 'all' | 'head'; readonly least: number },
): WireObject {
  const headed = head.tokens >= least ? markSystem(body) : body;
  if (wish === 'head') return headed;
  const isWorth = (prefix: Prefix | undefined): boolean =>
    prefix !== undefined && prefix.tokens >= least;
  return markTurns(headed, 1 + [before, earlier].filter(isWorth).length);
}

function isForcedChoice(choice: unknown): boolean {
  const type: unknown = Object(choice).type;
  return type === 'any' || type === 'tool';
}

/**
 * One walk over the body, as the vendor reads it. `scope`: a cache belongs to a key and a model.
 */
function readPrefixes({ tools, system, messages }: WireObject, scope: string): Prefixes {
  const hash = createHash('sha256').update(scope);
  let bytes = 0;
  const take = (part: unknown): void => {
    const text = JSON.stringify(part) ?? '';
    hash.update(text);
    bytes += Buffer.byteLength(text);
  };
  const soFar = (): Prefix => ({
    digest: hash.copy().digest('base64url'),
    tokens: Math.floor(bytes / bytesPerToken),
  });
  take(tools);
  take(system);
  const head = soFar();
  const turns = recordsIn(messages);
  const users = turns.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  const [lastButTwo, lastButOne] = [users.at(-3), users.at(-2)];
  let earlier: Prefix | undefined;
  let before: Prefix | undefined;
  for (const [index, turn] of turns.entries()) {
    take(turn);
    if (index === lastButTwo) earlier = soFar();
    if (index === lastButOne) before = soFar();
  }
  return { head, earlier, before, whole: soFar() };
}
