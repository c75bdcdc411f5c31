/**
 * Reasoning that stands inside the text, between `<think>` tags (some models and local servers):
 * where an answer is continued it is treated as reasoning. A push decoder, pure; it stands before
 * the joint.
 */

import type { TextFilter } from '../../protocols/contract/protocol.ts';

const opening = '<think>';
const closing = '</think>';

/** A text without the block of reasoning that it begins with. */
export interface Thought {
  /** What stands behind the block; all of a text without one. */
  readonly visible: string;
  /** What would end the block; empty where it has ended, or where there is none. */
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

/** How much of the closing tag stands at the end of the text. */
function countBegun(text: string): number {
  let count = closing.length - 1;
  while (!text.endsWith(closing.slice(0, count))) count -= 1;
  return count;
}

/** `gap`: the block has ended, and nothing visible has come yet. */
type ThinkState = 'undecided' | 'dropping' | 'gap' | 'passing';

/**
 * Drops the block of reasoning with which a continuation begins; ends the one that the caller has
 * when it is open.
 */
export class ThinkFilter implements TextFilter {
  readonly #missing: string;
  #held = '';
  #state: ThinkState = 'undecided';

  /** `missing`: what would end the block in which the delivered text stopped. */
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

  /** Of what is dropped only the beginning of a closing tag must be remembered. */
  #drop(): ThinkState {
    const end = this.#held.indexOf(closing);
    this.#held =
      end < 0 ? this.#held.slice(1 - closing.length) : this.#held.slice(end + closing.length);
    return end < 0 ? 'dropping' : 'gap';
  }

  /**
   * Empty lines between the block and the text belong to the block; spaces may belong to the text.
   */
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
