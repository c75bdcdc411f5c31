/**
 * Whether what comes as a continuation is the answer begun anew in other words (step 6 of a
 * request, after a break): behind the delivered text it would tell everything twice. Judged by
 * words: characters differ with the first of them. Pure.
 */

/** So many words of the delivered beginning are compared. */
const mostWords = 30;
/** A new beginning may have a few words of its own: `Sure! Here is …`. */
const ownWords = 6;
/** Enough of a longer word to know it again: `jumps`, `jumped`. */
const stemLength = 4;
/**
 * Where the text stopped inside a sentence, what begins like one and says so much of the same again
 * is a new beginning.
 */
const insideSentence = { leastWords: 4, share: 0.6 } as const;
/** Behind a sentence or a line the next one may rightly be much like it. */
const behindSentence = { leastWords: 6, share: 0.8 } as const;
/** Where a text may stop for good: after a sentence, a closing mark, a line. */
const endOfText = /[.!?…)\]}>"'”’»`*_|。！？）」』】\n]\s*$/u;

/** `open`: the words that would decide have not all come. */
type Newness = 'anew' | 'open' | 'none';

export function mayStopHere(text: string): boolean {
  return endOfText.test(text);
}

/**
 * The continuation so far; `isWhole` when nothing more of it comes. What is decided stays decided,
 * however it goes on.
 */
export function judgeNewness(delivered: string, held: string, isWhole: boolean): Newness {
  const old = stemsOf(delivered.slice(0, 50 * mostWords), false).slice(0, mostWords);
  if (old.length < 2) return 'none';
  const isInside = !mayStopHere(delivered);
  const counted = old.length + ownWords;
  const fresh = stemsOf(held, isWhole).slice(0, counted);
  const compared = { old, fresh, left: isWhole ? 0 : counted - fresh.length, isInside };
  const point = pointOf(delivered);
  const beginning = point === undefined ? judgeBeginning(held, compared) : judgePoint(held, point);
  if (beginning !== 'anew') return compared.left > 0 ? beginning : 'none';
  const found = [judgeShare(compared), judgeStart(compared)];
  return found.find((one) => one === 'anew') ?? found.find((one) => one === 'open') ?? 'none';
}

interface Compared {
  readonly old: readonly string[];
  readonly fresh: readonly string[];
  /** How many more words count. */
  readonly left: number;
  /** The text stopped inside a sentence. */
  readonly isInside: boolean;
}

/**
 * Words in small letters, cut to their stems, but for those that are counted (`word40`); the last
 * only when it cannot go on.
 */
function stemsOf(text: string, isWhole: boolean): readonly string[] {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  if (!isWhole && /[\p{L}\p{N}\p{M}]$/u.test(text)) words.pop();
  return words.map((word) => {
    const small = word.toLowerCase();
    return /\p{N}/u.test(small) ? small : [...small].slice(0, stemLength).join('');
  });
}

/** `1.` of a list that begins the text. */
function pointOf(text: string): string | undefined {
  return /^\s*(\d+)[.):]\s/.exec(text)?.[1];
}

/** A list begins anew with its first point. */
function judgePoint(held: string, point: string): Newness {
  if (/^\s*(?:\d+[.):]?)?$/.test(held)) return 'open';
  return pointOf(held) === point ? 'anew' : 'none';
}

/** It begins as sentences do, or on the same line with the word with which the answer did. */
function judgeBeginning(held: string, { old: [first = ''], fresh, isInside }: Compared): Newness {
  const [letter] = /[\p{L}\p{N}]/u.exec(held) ?? [];
  if (letter === undefined) return 'open';
  if (/\p{Lu}/u.test(letter)) return 'anew';
  if (!isInside || /^\s/.test(held)) return 'none';
  const [word = stemsOf(held, true)[0] ?? ''] = fresh;
  if (fresh.length > 0) return word === first ? 'anew' : 'none';
  return first.startsWith(word) ? 'open' : 'none';
}

/** The first words again, and then others: were they all the same, it would be a restart. */
function judgeStart({ old, fresh, left, isInside }: Compared): Newness {
  if (!isInside) return 'none';
  const needed = Math.min(3, Math.max(2, old.length - 1));
  const same = fresh.slice(0, needed).filter((word, index) => word === old[index]).length;
  if (same === needed) return 'anew';
  return left > 0 && same === Math.min(fresh.length, needed) ? 'open' : 'none';
}

/** Most of the words again, in any order. */
function judgeShare({ old, fresh, left, isInside }: Compared): Newness {
  const { leastWords, share } = isInside ? insideSentence : behindSentence;
  const expected = new Set(old);
  if (expected.size < leastWords) return 'none';
  const needed = Math.ceil(share * expected.size);
  const found = new Set(fresh.filter((word) => expected.has(word))).size;
  if (found >= needed) return 'anew';
  return found + left >= needed ? 'open' : 'none';
}
