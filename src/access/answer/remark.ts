/**
 * Recognises a remark before a continuation (step 6 of a request, after a break): by its words, by
 * its place (a new sentence inside another), and by what follows it. Pure.
 */

import { mayStopHere } from './anew.ts';
import { mayBeRemark, readRemark, speaksOfGoingOn } from './lead-ins.ts';

/** A remark is at most this long, in UTF-16 units. */
export const maxLineLength = 200;
/** A repetition of this length, in UTF-16 units, shows where the answer goes on. */
const repeatEvidence = 16;
/** The whole unfinished line is evidence from this length on. */
const lineEvidence = 8;
/** A continuation that equals the answer's first units begins it anew. */
const restartEvidence = 80;

/** Says where a text stopped. */
export interface Stop {
  readonly delivered: string;
  /** It is inside a line. */
  readonly isInside: boolean;
  /** The opening line of the fenced block of code in which it is. */
  readonly fence: string | undefined;
}

/** The first line of a continuation. */
export interface FirstLine extends Stop {
  /** Contains the spaces and empty lines before the first words. */
  readonly gap: string;
  /** The first line after them, as far as it has arrived. */
  readonly line: string;
  /** The line is complete. */
  readonly isWholeLine: boolean;
  /** What follows the line, as far as it has arrived. */
  readonly after: string;
  /** The continuation is complete. */
  readonly isWhole: boolean;
}

/**
 * `open`: more text must decide. `lead-in`: the line goes. `foreign`: it is a remark, but its end
 * is unclear.
 */
export type RemarkVerdict = 'open' | 'none' | 'lead-in' | 'foreign';

/** Matches what surrounds a remark: emphasis, brackets, dots. */
const wrapping = /^[*_>([\-–—…\s]*/u;
const wrappingEnd = /[*_)\]}"'`\s]+$/u;
/** After these marks the same words may be direct speech, or the announced text. */
const speech = /["“„«‘'「『:：]\s*$/u;
const sentenceEnd = /[.!:…。！：—]$/u;
/** Matches the end of an announcement or an exclamation. */
const announcementEnd = /[:!：！]$/u;

const codeMarks = /[{}=<>;_$"`|\\/*]|\S[(.[]\S/u;
/** Matches a line in which the answer may go on behind the remark. */
const hidden = /[.!:…—：][\s*_)\]]+\p{Ll}/u;

export function judgeRemark(first: FirstLine): RemarkVerdict {
  const { line, isWholeLine, isInside } = first;
  const words = line.replace(wrapping, '');
  if (words === '') return isWholeLine ? 'none' : 'open';
  const hasOpener = mayBeRemark(words);
  if (!(hasOpener || isInside) || !beginsSentence(first, words)) return 'none';
  if (!isWholeLine && line.length <= maxLineLength) return 'open';
  const remark = { ...first, words: words.replace(wrappingEnd, '') };
  const byWords = hasOpener ? judgeWords(remark) : 'none';
  return byWords === 'none' && isInside ? judgePlace(remark) : byWords;
}

function beginsSentence({ delivered, line }: FirstLine, words: string): boolean {
  const isSentence = /^[([]/.test(line) || /^[\p{Lu}\p{Lo}]/u.test(words);
  return (
    isSentence &&
    !speech.test(delivered.slice(-maxLineLength)) &&
    !delivered.trimStart().startsWith(line)
  );
}

interface RemarkLine extends FirstLine {
  /** The line without what surrounds it. */
  readonly words: string;
}

function judgeWords(remark: RemarkLine): RemarkVerdict {
  const { delivered, gap, isWholeLine, isInside, words } = remark;
  const own = isWholeLine ? readRemark(words) : undefined;
  const found = own ?? readRemark(takeFirstSentence(words));
  if (found === undefined) return 'none';
  // The text's own sentence goes on after one space, and may speak of continuing.
  if (found === 'going-on') return isInside && gap === ' ' ? 'none' : judgeEnd(remark, own);
  // After a complete sentence an interjection may be a part of the answer.
  const isBetween = /[\p{L}\p{N},;]\s*$/u.test(delivered.slice(-maxLineLength));
  const isAlone = own === 'courtesy' && !isInside;
  const end = judgeEnd(remark, own);
  return end === 'lead-in' || isBetween || isAlone ? end : 'none';
}

/** It is taken out if the line is a remark as a whole, and ends like one. */
function judgeEnd({ isInside, words }: RemarkLine, own: Own): RemarkVerdict {
  const isClear = own !== undefined && !(own === 'courtesy' && /^\p{Lo}/u.test(words));
  const isOnlyRemark = announcementEnd.test(words) && !codeMarks.test(words) && !hidden.test(words);
  return isClear && isInside && isOnlyRemark ? 'lead-in' : 'foreign';
}

type Own = ReturnType<typeof readRemark>;

/** Judges a first line inside another line by where it stands, in any words. */
function judgePlace(first: RemarkLine): RemarkVerdict {
  const { words, isWholeLine } = first;
  const isForeign = isSentenceInWord(first);
  const fit = isWholeLine && sentenceEnd.test(words) ? judgeFit(first, isForeign) : 'none';
  return fit === 'none' && isForeign && isRemarkInWord(first) ? 'foreign' : fit;
}

/** A sentence inside a word is a remark if it says so, announces something, or breaks off. */
function isRemarkInWord({ line, words, isWholeLine }: RemarkLine): boolean {
  const sentence = takeFirstSentence(words);
  const isWholePlain = isWholeLine && isPlain(words);
  if (speaksOfGoingOn(isWholePlain ? words : sentence)) return true;
  if (isWholePlain && /[:!：！—]$/u.test(words)) return true;
  const rest = line.slice(line.indexOf(sentence) + sentence.length);
  return /[.!…]$/u.test(sentence) && /^[*_)\]]* +\p{Ll}/u.test(rest) && isPlain(sentence);
}

/**
 * True when a sentence begins right behind a word in small letters, or in another script. No text
 * goes on so, only names such as `getElement`.
 */
function isSentenceInWord({ delivered, gap, line }: FirstLine): boolean {
  const end = delivered.slice(-2 * maxLineLength);
  const [word] = /(?<![\p{L}\p{N}_])\p{Ll}{2,}$/u.exec(end) ?? [];
  if (gap !== '' || isBrokenWrap(line)) return false;
  if (word === undefined)
    return /\p{Lo}$/u.test(end) && !/\p{Lo}/u.test(line) && line.split(' ').length > 2;
  const [begin] = /^(?:[*_]{0,3}|[[(])\p{Lu}(?!\p{Lu})\p{L}*/u.exec(line) ?? [];
  if (begin !== undefined) return !delivered.includes(word + begin);
  return /^\p{Lo}/u.test(line) && !/\p{Lo}/u.test(end);
}

/** True for a bracket that does not hold one plain line, as in `call(Name, …`. */
function isBrokenWrap(line: string): boolean {
  const close = { '(': ')', '[': ']' }[line.charAt(0)];
  return close !== undefined && !(line.endsWith(close) && isPlain(line.slice(1, -1)));
}

/** True for words without the marks of code; a single one only if it is an exclamation. */
function isPlain(sentence: string): boolean {
  return (
    !codeMarks.test(sentence) && /^(?:\p{Lo}|[\p{L}\p{M}’']+(?:\s?[!！]$|[,.!]? ))/u.test(sentence)
  );
}

/** Judges by what follows: where it fits the unfinished line, the line before it is a remark. */
function judgeFit(first: RemarkLine, isForeign: boolean): RemarkVerdict {
  const { after, isWhole, words } = first;
  const rest = after.replace(/^(?:[ \t]*\r?\n)+/, '');
  if (!isPlain(words)) return 'none';
  if (rest.trim() === '') return isWhole ? 'none' : 'open';
  const found = [judgeRepeat(first, rest.trimStart()), judgeFenceAfter(first, rest)];
  if (found.includes('lead-in')) return 'lead-in';
  if (found.includes('open') && !isWhole) return 'open';
  return goesOn(first, rest, isForeign) ? 'lead-in' : 'none';
}

/** True when a paragraph goes on with the sentence in which the text stopped. */
function goesOn(first: RemarkLine, rest: string, isForeign: boolean): boolean {
  const { delivered, gap, after, fence, words } = first;
  if (fence !== undefined || !/^(?: ?\p{Ll}|[,;)] | \S)/u.test(rest)) return false;
  if (isForeign && speaksOfGoingOn(words)) return true;
  const isParagraph = /\n[ \t]*\r?\n/.test(after.slice(0, after.length - rest.length));
  const isApart = gap === '' ? /[\p{L},] $|,$/u.test(delivered) : gap !== ' ';
  const isInSentence = isForeign || (isApart && !mayStopHere(delivered));
  return isParagraph && isInSentence && announcementEnd.test(words);
}

/** The end of the delivered text is told again, or its beginning. */
function judgeRepeat({ delivered, fence }: RemarkLine, rest: string): RemarkVerdict {
  if (fence === undefined && mayStopHere(delivered)) return 'none';
  const body = delivered.trimEnd();
  const line = body.slice(body.lastIndexOf('\n') + 1).trimStart();
  const end = body.slice(-2 * maxLineLength);
  const found = end.lastIndexOf(rest.slice(0, repeatEvidence));
  const repeats = [line, end.slice(found)].filter(
    (repeat) => repeat.length >= (repeat === line ? lineEvidence : repeatEvidence) && isNew(repeat),
  );
  if (body.length >= restartEvidence) repeats.push(body.trimStart().slice(0, restartEvidence));
  if (repeats.some((repeat) => rest.startsWith(repeat))) return 'lead-in';
  return repeats.some((repeat) => repeat.startsWith(rest)) ? 'open' : 'none';

  /** What the text has said before may come again. */
  function isNew(repeat: string): boolean {
    return body.indexOf(repeat) === body.length - repeat.length;
  }
}

/** The open fence is opened again. */
function judgeFenceAfter({ fence }: RemarkLine, rest: string): RemarkVerdict {
  if (fence === undefined || !/[^\s`~]/.test(fence)) return 'none';
  if (!/^[ \t]*[`~]/.test(rest)) return 'none';
  const [again] = /^[^\n]*(?=\n)/.exec(rest) ?? [];
  if (again !== undefined) return again.trim() === fence ? 'lead-in' : 'none';
  return fence.startsWith(rest.trim()) ? 'open' : 'none';
}

function takeFirstSentence(words: string): string {
  const [sentence = words] =
    /^[^\n]*?[.!:…。！：](?=[\s*_)\]}]|$|(?<=[。！：]))/u.exec(words) ?? [];
  return sentence.replace(wrappingEnd, '');
}
