/**
 * Detects a continuation that begins the answer anew in other words (step 6 of a request, after a
 * break): appended to the delivered text it would repeat everything. It compares words, because
 * characters differ from the first new word on. Pure.
 */

/** The delivered beginning counts up to this many words. */
const maxWords = 30;
/** A new beginning may add a few words: `Sure! Here is …`. */
const ownWords = 6;
/** A stem of this length is enough to know a longer word: `jumps`, `jumped`. */
const stemLength = 4;
/**
 * If the text stopped inside a sentence, a continuation that starts a sentence and repeats this
 * much begins anew.
 */
const insideSentence = { leastWords: 4, share: 0.6 } as const;
/** After a complete sentence or line, the next one may legitimately be similar. */
const behindSentence = { leastWords: 6, share: 0.8 } as const;
/** Matches a place where a text may end: after a sentence, a closing mark, a line. */
const endOfText = /[.!?…)\]}>"'”’»`*_|。！？）」』】\n]\s*$/u;

/** `open`: the deciding words have not all arrived. */
type Newness = 'anew' | 'open' | 'none';

export function mayStopHere(text: string): boolean {
  return endOfText.test(text);
}

/**
 * Judges the continuation so far; `isWhole` when it is complete. Later text never changes a
 * decision.
 */
export function judgeNewness(delivered: string, held: string, isWhole: boolean): Newness {
  const old = stemsOf(delivered.slice(0, 50 * maxWords), false).slice(0, maxWords);
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
  /** This many more words count. */
  readonly left: number;
  /** True when the text stopped inside a sentence. */
  readonly isInside: boolean;
}

/**
 * Returns words in small letters, cut to their stems, except numbered ones (`word40`); the last
 * word only if it is complete.
 */
function stemsOf(text: string, isWhole: boolean): readonly string[] {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  if (!isWhole && /[\p{L}\p{N}\p{M}]$/u.test(text)) words.pop();
  return words.map((word) => {
    const small = word.toLowerCase();
    return /\p{N}/u.test(small) ? small : [...small].slice(0, stemLength).join('');
  });
}

/** Returns the first point of a list that begins the text, such as `1.`. */
function pointOf(text: string): string | undefined {
  return /^\s*(\d+)[.):]\s/.exec(text)?.[1];
}

/** A list begins anew with its first point. */
function judgePoint(held: string, point: string): Newness {
  if (/^\s*(?:\d+[.):]?)?$/.test(held)) return 'open';
  return pointOf(held) === point ? 'anew' : 'none';
}

/** A new beginning starts like a sentence, or on the same line with the answer's first word. */
function judgeBeginning(held: string, { old: [first = ''], fresh, isInside }: Compared): Newness {
  const [letter] = /[\p{L}\p{N}]/u.exec(held) ?? [];
  if (letter === undefined) return 'open';
  if (/\p{Lu}/u.test(letter)) return 'anew';
  if (!isInside || /^\s/.test(held)) return 'none';
  const [word = stemsOf(held, true)[0] ?? ''] = fresh;
  if (fresh.length > 0) return word === first ? 'anew' : 'none';
  return first.startsWith(word) ? 'open' : 'none';
}

/** The first words repeat, and then differ: if all were the same, it would be a restart. */
function judgeStart({ old, fresh, left, isInside }: Compared): Newness {
  if (!isInside) return 'none';
  const needed = Math.min(3, Math.max(2, old.length - 1));
  const same = fresh.slice(0, needed).filter((word, index) => word === old[index]).length;
  if (same === needed) return 'anew';
  return left > 0 && same === Math.min(fresh.length, needed) ? 'open' : 'none';
}

/** True when most of the words repeat, in any order. */
function judgeShare({ old, fresh, left, isInside }: Compared): Newness {
  const { leastWords, share } = isInside ? insideSentence : behindSentence;
  const expected = new Set(old);
  if (expected.size < leastWords) return 'none';
  const needed = Math.ceil(share * expected.size);
  const found = new Set(fresh.filter((word) => expected.has(word))).size;
  if (found >= needed) return 'anew';
  return found + left >= needed ? 'open' : 'none';
}
