/** Joins several pieces of reasoning into one text, separated by empty lines (translate leg). */

import type { NeutralPart } from './neutral.ts';

export class ReasoningParagraphs {
  /** Is the current piece; undefined before the first of a block. */
  #id: string | undefined;

  /** Returns the part with a separator if needed. */
  next(part: NeutralPart): NeutralPart {
    if (part.type === 'text-delta' || part.type === 'tool-input-start') this.#id = undefined;
    if (part.type !== 'reasoning-delta' || part.delta === '') return part;
    const isAnother = this.#id !== undefined && this.#id !== part.id;
    this.#id = part.id;
    return isAnother ? { ...part, delta: `\n\n${part.delta}` } : part;
  }
}
