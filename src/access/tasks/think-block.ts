/**
 * Finds reasoning inside the text, between `<think>` tags (some models and local servers), and
 * treats it as reasoning when an answer is continued. A push decoder, pure; it runs before the
 * joint.
 */

import type { TextFilter } from '../../protocols/contract/splicer.ts';

const opening = '<think>';
const closing = '</think>';

/** A text without the block of reasoning at its start. */
export interface Thought {
  /** Contains the text after the block; without a block, all of it. */
  readonly visible: string;
  /** The tag that would end the block; empty if it has ended, or there is none. */
  readonly missing: string;
}

export function splitThought(text: string): Thought {
  const start = text.trimStart();
  if (start !== '' && opening.startsWith(start))
    return { visible: '', missing: opening.slice(start.length) + closing };
  if (!start.startsWith(opening)) return { visible: text, missing: '' };
  const end = start.indexOf(closing);
  return end < 0
    ? { visible: '', missing: closing.slice(countBegun(start)) }
    : { visible: start.slice(end + closing.length).trimStart(), missing: '' };
}

/** Returns how many characters of the closing tag end the text. */
function countBegun(text: string): number {
  let count = closing.length - 1;
  while (!text.endsWith(closing.slice(0, count))) count -= 1;
  return count;
}

/** `gap`: the block has ended, and nothing visible has come yet. */
type ThinkState = 'undecided' | 'dropping' | 'gap' | 'passing';

/**
 * Drops the block of reasoning at the start of a continuation; closes the caller's block if it is
 * open.
 */
export class ThinkFilter implements TextFilter {
  readonly #missing: string;
  #held = '';
  #state: ThinkState = 'undecided';

  /** `missing`: the tag that would end the block in which the delivered text stopped. */
  constructor(missing: string) {
    this.#missing = missing;
  }

  push(text: string): string {
    if (this.#state === 'passing') return text;
    this.#held += text;
    if (this.#state === 'undecided') this.#state = this.#decide();
    if (this.#state === 'dropping') this.#state = this.#drop();
    if (this.#state === 'gap') this.#state = this.#skipLines();
    return this.#state === 'passing' ? this.#passOn() : '';
  }

  end(): string {
    return this.#state === 'undecided' && this.#held !== '' ? this.#passOn() : '';
  }

  #decide(): ThinkState {
    const start = this.#held.trimStart();
    if (!start.startsWith(opening)) return opening.startsWith(start) ? 'undecided' : 'passing';
    this.#held = start.slice(opening.length);
    return 'dropping';
  }

  /** Remembers only the possible beginning of a closing tag. */
  #drop(): ThinkState {
    const end = this.#held.indexOf(closing);
    this.#held =
      end < 0 ? this.#held.slice(1 - closing.length) : this.#held.slice(end + closing.length);
    return end < 0 ? 'dropping' : 'gap';
  }

  /** Empty lines after the block belong to it; spaces may belong to the text. */
  #skipLines(): ThinkState {
    if (this.#held.trim() === '') return 'gap';
    this.#held = this.#held.replace(/^\s*\n/, '');
    return 'passing';
  }

  #passOn(): string {
    const held = this.#held;
    this.#held = '';
    return this.#missing === '' ? held : `${this.#missing}\n\n${held.trimStart()}`;
  }
}
