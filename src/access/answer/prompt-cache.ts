/**
 * Decides whether a translated request gets marks for the vendor's prompt cache, if its client set
 * none (step 3 of a request). A write costs a quarter more than plain input, a read a tenth of it,
 * so only what will probably be read again is written. Digests of prompts are remembered in this
 * process for five minutes, the vendor's time.
 */

import { createHash } from 'node:crypto';
import type { Clock } from '../../host.ts';
import type { Lease } from '../../model/credential.ts';
import type { Usage } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import type { CacheMarks, PromptParts } from '../../protocols/contract/cache-marks.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';
import { Lesson } from '../memory/lessons.ts';

const minuteMs = 60_000;
/** After this many unread writes in a row, a caller writes nothing for an hour. */
const maxUnread = 3;
/** Estimates bytes of JSON; rather too few tokens than too many. */
const bytesPerToken = 4.2;

/** The parts with which a prompt begins, and their size. */
interface Prefixes {
  /** Covers tools and system prompt. */
  readonly head: Prefix;
  /** Up to the third last user turn: an agent may change what it put into the last two. */
  readonly earlier: Prefix | undefined;
  /** The previous request of this conversation: up to the last but one user turn. */
  readonly before: Prefix | undefined;
  readonly whole: Prefix;
}

interface Prefix {
  readonly digest: string;
  readonly tokens: number;
}

interface Sender {
  readonly target: Target;
  /** Of the target's protocol. Absent: it has none. */
  readonly marks: CacheMarks | undefined;
  readonly lease: Lease;
  readonly caller: string;
  /** A side task's prompt is not sent again. */
  readonly isTask: boolean;
}

/** Records the result once the request is answered. */
export type NoteCached = (usage: Usage | undefined) => void;

export interface CachedPrompt {
  readonly body: WireObject;
  readonly note: NoteCached;
}

export class PromptCache {
  readonly #sent: Lesson<string>;
  readonly #written: Lesson<string>;
  readonly #read: Lesson<string>;
  /** Recent writes of each caller. */
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
   * Returns the body with our marks, if it should have any; undefined if there is nothing to mark
   * or record.
   */
  mark(
    body: WireObject,
    { target, marks, lease, caller, isTask }: Sender,
  ): CachedPrompt | undefined {
    if (marks === undefined || target.cacheMarks !== 'auto') return undefined;
    if (isTask || marks.hasMarks(body)) return undefined;
    const least = target.cacheMinimum ?? 0;
    const scope = `${lease.origin} ${lease.fingerprint} ${target.model}`;
    const prompt = marks.readPrompt(body);
    const prefixes = readPrefixes(prompt, scope, least);
    if (prefixes === undefined) return undefined;
    const wish = this.#choose(prompt, prefixes, caller);
    const marked = wish === 'nothing' ? body : placeMarks(body, prefixes, { marks, wish, least });
    const written = wish === 'all' ? prefixes.whole : prefixes.head;
    return { body: marked, note: (usage) => this.#note(prefixes, { caller, written }, usage) };
  }

  #choose(
    { isTalk, hasTools, isToolForced }: PromptParts,
    { head, before, whole }: Prefixes,
    caller: string,
  ): 'all' | 'head' | 'nothing' {
    // What is read now was worth its writing, whoever has written it.
    if (
      [before, whole].some((one) => one !== undefined && this.#written.of(one.digest) !== undefined)
    )
      return 'all';
    const isKnown = this.#sent.of(head.digest) !== undefined;
    if (this.#countUnread(caller) >= maxUnread || (isToolForced && !isKnown)) return 'nothing';
    if (isTalk || (hasTools && !isToolForced)) return 'all';
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
      const others = (this.#writes.of(caller) ?? []).slice(1 - maxUnread);
      this.#writes.learn(caller, [...others, written.digest]);
    }
  }
}

/**
 * Places no mark if the vendor would not cache it. An earlier mark costs nothing: each token is
 * written once.
 */
function placeMarks(
  body: WireObject,
  { head, earlier, before }: Prefixes,
  {
    marks,
    wish,
    least,
  }: {
    readonly marks: CacheMarks;
    readonly wish: 'all' | 'head';
    readonly least: number;
  },
): WireObject {
  const headed = head.tokens >= least ? marks.markSystem(body) : body;
  if (wish === 'head') return headed;
  const isWorth = (prefix: Prefix | undefined): boolean =>
    prefix !== undefined && prefix.tokens >= least;
  return marks.markTurns(headed, 1 + [before, earlier].filter(isWorth).length);
}

/**
 * Walks over the body in the vendor's order. Returns undefined if the prompt is shorter than
 * `least` tokens. `scope`: a cache belongs to a key and a model.
 */
function readPrefixes(
  { lead, turns, users }: PromptParts,
  scope: string,
  least: number,
): Prefixes | undefined {
  let next = 0;
  const readUpTo = (last: number | undefined): PromptPart | undefined => {
    if (last === undefined) return undefined;
    const part = readPart(turns.slice(next, last + 1));
    next = last + 1;
    return part;
  };
  const head = readPart(lead);
  const [earlier, before] = [readUpTo(users.at(-3)), readUpTo(users.at(-2))];
  const rest = readPart(turns.slice(next));
  const all = [head, earlier, before, rest];
  if (all.reduce((sum, part) => sum + (part?.tokens ?? 0), 0) < least) return undefined;
  const hash = createHash('sha256').update(scope);
  let tokens = 0;
  const add = (part: PromptPart): Prefix => {
    hash.update(part.text);
    tokens += part.tokens;
    return { digest: hash.copy().digest('base64url'), tokens };
  };
  return {
    head: add(head),
    earlier: earlier && add(earlier),
    before: before && add(before),
    whole: add(rest),
  };
}

/** Parts that follow each other have the digest of the whole, wherever it was divided. */
interface PromptPart {
  /** Names and values, each on a line. A digest needs no escapes: JSON takes twice as long. */
  readonly text: string;
  readonly tokens: number;
}

function readPart(value: unknown): PromptPart {
  const lines: string[] = [];
  const mediaBytes = collectLines(value, lines);
  lines.push('');
  const text = lines.join('\n');
  return { text, tokens: (Buffer.byteLength(text) - mediaBytes) / bytesPerToken };
}

/** Returns the bytes of pictures and documents, which say nothing about their tokens. */
function collectLines(value: unknown, lines: string[]): number {
  let mediaBytes = 0;
  if (Array.isArray(value)) for (const one of value) mediaBytes += collectLines(one, lines);
  else if (isRecord(value)) {
    const { type, data } = value;
    if (type === 'base64' && typeof data === 'string') mediaBytes += data.length;
    for (const name in value) {
      lines.push(name);
      mediaBytes += collectLines(value[name], lines);
    }
  } else lines.push(String(value));
  return mediaBytes;
}
