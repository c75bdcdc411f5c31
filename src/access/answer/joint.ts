/**
 * Joins a continuation to the delivered text (step 6 of a request, after a break): removes what
 * would be repeated, and nothing else. A push decoder, pure: it takes text deltas and returns text
 * to send; it holds text back only while a rule may still apply.
 */

import type { JointRecord } from '../../model/record.ts';
import type { ContinuationWay } from '../../protocols/contract/protocol.ts';
import { judgeNewness } from './anew.ts';
import { findBorders, firstPlace, longestSuffix } from './borders.ts';
import { describeStop, emptyLines, isNextLine, judgePreamble } from './preamble.ts';
import type { Stop } from './remark.ts';

/**
 * `diverged`: the continuation began anew with other content, or its beginning does not belong to
 * the answer.
 */
export type JointFinding = JointRecord['finding'] | 'open' | 'diverged';

/** A continuation that equals this many code points of the delivered beginning is a restart. */
const restartEvidence = 80;
/** Shorter repetition, in code points, may be intended; a run of spaces counts as one. */
const overlapEvidence = 16;
/** A repetition of the whole last line counts from this length on. */
const lineEvidence = 4;
/**
 * Held text above this length is judged again only after it has grown by an eighth: judging each
 * piece would take too long.
 */
const lookedAtAlways = 256;
/** Overlaps are searched this far back, in UTF-16 units. */
const overlapReach = 8192;

export class Joint {
  readonly #seam: Omit<Seam, 'held' | 'isWhole'>;
  #held: string[] = [];
  #heldLength = 0;
  #nextLook = 0;
  /**
   * True while the continuation equals the delivered beginning: a long restart is followed piece by
   * piece.
   */
  #isAlike = true;
  /** Where the text stopped, while a preamble may precede its continuation. */
  #stop: Stop | undefined;
  #lines = '';
  /** The preamble that was found. */
  #preamble: 'lead-in' | 'fence' | undefined;
  finding: JointFinding = 'open';
  /** Counts removed code points. */
  removed = 0;

  constructor(delivered: string, way: ContinuationWay) {
    const body = delivered.trimEnd();
    if (way === 'instruct') this.#stop = describeStop(delivered);
    this.#seam = { delivered, body, way, unsent: delivered.slice(sentPart(delivered, way).length) };
  }

  /** Returns the text to send now; empty while a rule may still apply, and after `diverged`. */
  push(text: string): string {
    if (this.finding !== 'open') return this.finding === 'diverged' ? '' : text;
    this.#isAlike &&= this.#seam.delivered.startsWith(text, this.#heldLength);
    this.#held.push(text);
    this.#heldLength += text.length;
    if (this.#mayBeRestart || this.#heldLength < this.#nextLook) return '';
    if (this.#takePreamble(this.#stop, false) && !this.#mayStillApply()) return this.#settle(false);
    if (this.#heldLength > lookedAtAlways) this.#nextLook = this.#heldLength * 1.125;
    return '';
  }

  /** Returns the held text at the end. */
  end(): string {
    return this.finding === 'open' && this.#takePreamble(this.#stop, true)
      ? this.#settle(true)
      : '';
  }

  get #mayBeRestart(): boolean {
    return this.#isAlike && this.#heldLength < this.#seam.delivered.length;
  }

  /** True when the preamble is known and removed. */
  #takePreamble(stop: Stop | undefined, isWhole: boolean): boolean {
    while (stop !== undefined) {
      const held = this.#held.join('');
      const found = judgePreamble(stop, held, isWhole);
      if (found.kind === 'open') return false;
      if (found.kind === 'foreign') this.finding = 'diverged';
      if (!('length' in found)) {
        if (this.#preamble !== undefined) this.#setLinesAside(stop, held);
        break;
      }
      this.#preamble ??= found.kind;
      this.#drop(held, found.length);
      if (held.length > found.length && this.#mayBeRestart && !isWhole) return false;
    }
    this.#stop = undefined;
    return this.finding === 'open';
  }

  /**
   * Sets aside empty lines after a remark: they are sent if the rest begins a line of its own, and
   * if nothing is repeated.
   */
  #setLinesAside(stop: Stop, held: string): void {
    const lines = emptyLines(held);
    this.#drop(held, lines.length);
    if (isNextLine(stop, held.slice(lines.length))) this.#lines = lines;
  }

  #drop(held: string, length: number): void {
    const rest = held.slice(length);
    this.removed += countCodePoints(held.slice(0, length));
    this.#held = [rest];
    this.#heldLength = rest.length;
    this.#isAlike = this.#seam.delivered.startsWith(rest);
  }

  #mayStillApply(): boolean {
    const { delivered, unsent, way } = this.#seam;
    if (this.#mayBeRestart) return true;
    if (this.#heldLength > overlapReach) return false;
    const held = this.#held.join('');
    if (held.length < unsent.length && unsent.startsWith(held)) return true;
    if (judgeNewness(delivered, held, false) === 'open') return true;
    return (
      way === 'instruct' &&
      (mayOverlap(delivered, held) ||
        mayRepeatLine(this.#seam, held) ||
        mayRepeatWord(delivered, held))
    );
  }

  #settle(isWhole: boolean): string {
    const held = this.#held.join('');
    const { finding, length } = judgeSeam({ ...this.#seam, held, isWhole });
    this.#held = [];
    this.finding = finding === 'clean' ? (this.#preamble ?? finding) : finding;
    if (finding === 'diverged') return '';
    if (finding !== 'clean') this.#lines = '';
    this.removed += countCodePoints(held.slice(0, length)) - this.#lines.length;
    return this.#lines + held.slice(length);
  }
}

/**
 * Returns the part of the delivered text that a target sees: a prefill ends at its last non-space
 * character, and never in half a character.
 */
export function sentPart(delivered: string, way: ContinuationWay): string {
  const whole = /[\ud800-\udbff]$/.test(delivered) ? delivered.slice(0, -1) : delivered;
  return way === 'instruct' ? whole : whole.trimEnd();
}

/** Counts code points. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

interface Seam {
  readonly delivered: string;
  /** `delivered` up to its last non-space character. */
  readonly body: string;
  /** The end of `delivered` that the target has not seen. */
  readonly unsent: string;
  readonly way: ContinuationWay;
  /** Contains the continuation so far. */
  readonly held: string;
  /** The continuation is complete. */
  readonly isWhole: boolean;
}

interface JointVerdict {
  readonly finding: JointFinding;
  /** The number of UTF-16 units to remove. */
  readonly length: number;
}

/** True when the delivered text contains the continuation so far, and goes on after it. */
function mayOverlap(delivered: string, held: string): boolean {
  const end = delivered.slice(-overlapReach);
  const found = firstPlace(end, held);
  return found >= 0 && end.length - found >= Math.max(held.length + 1, overlapEvidence);
}

/** True while the last line may be repeating. */
function mayRepeatLine(
  { delivered, body }: Pick<Seam, 'delivered' | 'body'>,
  held: string,
): boolean {
  const line = lastLine({ delivered, body });
  const start = held.replace(/^[ \t]+/, '');
  const whole = line === undefined ? '' : line + delivered.slice(body.length);
  return start.length < whole.length && whole.startsWith(start);
}

/**
 * Returns the last line without the spaces around it; undefined if the text stopped after a line,
 * or the line is too short.
 */
function lastLine({ delivered, body }: Pick<Seam, 'delivered' | 'body'>): string | undefined {
  if (delivered.includes('\n', body.length)) return undefined;
  const line = body.slice(body.lastIndexOf('\n') + 1).trimStart();
  return line.length >= lineEvidence && countCodePoints(line) >= lineEvidence && /\D/.test(line)
    ? line
    : undefined;
}

/** Needs one whole unit after the word. */
function mayRepeatWord(delivered: string, held: string): boolean {
  const word = partialWord(delivered);
  if (word === undefined) return false;
  if (held.length <= word.length) return word.startsWith(held);
  return held.length === word.length + 1 && held.startsWith(word) && /[\ud800-\udbff]$/.test(held);
}

function judgeSeam(seam: Seam): JointVerdict {
  const found =
    findRestart(seam) ??
    findLine(seam) ??
    findOverlap(seam) ??
    findDivergence(seam) ??
    findNewness(seam) ??
    findPartialWord(seam);
  return found ?? { finding: 'clean', length: commonStart(seam.held, seam.unsent) };
}

/**
 * All of the delivered text repeats. Its last spaces may differ after enough text, or if the target
 * has not seen them.
 */
function findRestart({ delivered, body, way, held }: Seam): JointVerdict | undefined {
  if (delivered === '') return undefined;
  if (held.startsWith(delivered)) return { finding: 'restart', length: delivered.length };
  const isEnough = way === 'prefill' || countCodePoints(body) >= overlapEvidence;
  if (body === '' || !isEnough || !held.startsWith(body)) return undefined;
  const spaces = commonStart(held.slice(body.length), delivered.slice(body.length));
  return { finding: 'restart', length: body.length + spaces };
}

/** The whole last line repeats, possibly after other spaces. */
function findLine(seam: Seam): JointVerdict | undefined {
  const { delivered, body, way, held } = seam;
  const line = way === 'instruct' ? lastLine(seam) : undefined;
  const indent = /^[ \t]*/.exec(held)?.[0].length ?? 0;
  if (line === undefined || !held.startsWith(line, indent)) return undefined;
  const end = indent + line.length;
  const length = end + commonStart(held.slice(end), delivered.slice(body.length));
  if (isRefrain(held.slice(indent, length), body.slice(0, body.length - line.length)))
    return undefined;
  return { finding: 'overlap', length };
}

/** The end of the delivered text repeats: finds the longest passage that is evidence. */
function findOverlap({ delivered, body, way, held }: Seam): JointVerdict | undefined {
  if (way !== 'instruct') return undefined;
  const pattern = held.slice(0, overlapReach);
  const borders = findBorders(pattern);
  const spaces = delivered.slice(body.length);
  const end = body.slice(-overlapReach);
  for (
    let length = longestSuffix(end, pattern, borders);
    length > 0;
    length = borders[length - 1] ?? 0
  ) {
    const passage = held.slice(0, length + commonStart(held.slice(length), spaces));
    if (countEvidence(passage) < overlapEvidence) return undefined;
    if (!isRefrain(passage, delivered.slice(0, body.length - length)))
      return { finding: 'overlap', length: passage.length };
  }
  return undefined;
}

/** True for intended repetition: the passage consists of repeats, or already occurred twice. */
function isRefrain(passage: string, before: string): boolean {
  const period = passage.length - (findBorders(passage).at(-1) ?? 0);
  return 2 * period <= passage.length || before.endsWith(passage.slice(0, period));
}

/** It began anew and then differed: the two cannot be joined. */
function findDivergence({ body, held }: Seam): JointVerdict | undefined {
  const equal = commonStart(held, body);
  if (equal === body.length) return undefined;
  const start = held.slice(0, equal);
  if (countCodePoints(start) < restartEvidence) return undefined;
  const period = equal - (findBorders(start)[equal - 1] ?? 0);
  return 2 * period <= equal ? undefined : { finding: 'diverged', length: 0 };
}

/** The continuation says the same in other words. */
function findNewness({ delivered, held, isWhole }: Seam): JointVerdict | undefined {
  return judgeNewness(delivered, held, isWhole) === 'anew'
    ? { finding: 'diverged', length: 0 }
    : undefined;
}

/** The cut was inside a word, which is repeated from its first letter. */
function findPartialWord({ delivered, way, held }: Seam): JointVerdict | undefined {
  const word = way === 'instruct' ? partialWord(delivered) : undefined;
  if (word === undefined || !held.startsWith(word)) return undefined;
  const rest = held.slice(word.length);
  const goesOn = /^[\p{L}\p{N}\p{M}_]/u.test(rest);
  return goesOn && !rest.startsWith(word)
    ? { finding: 'partial-word', length: word.length }
    : undefined;
}

/** In scripts without spaces between words, a cut inside a word cannot be detected. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * Returns the letters at the very end; none if there is only one (`o` of `oops`), or they are a
 * number or repeat (`haha`).
 */
function partialWord(text: string): string | undefined {
  const [word = ''] = /[\p{L}\p{N}\p{M}_]+$/u.exec(text.slice(-200)) ?? [];
  if (countCodePoints(word) < 2 || !/\p{L}/u.test(word) || unspaced.test(word)) return undefined;
  const period = word.length - (findBorders(word).at(-1) ?? 0);
  return 2 * period <= word.length ? undefined : word;
}

function countEvidence(text: string): number {
  return countCodePoints(text.replace(/\s+/g, ' '));
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
