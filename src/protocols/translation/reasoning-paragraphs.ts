/**
 * Reasoning in several pieces is told as one: an empty line stands between them (translate leg).
 */

import type { NeutralPart } from './neutral.ts';

export class ReasoningParagraphs {
  /** The piece under way; undefined where the next one is the first of its block. */
  #id: string | undefined;

  /** The part as it is told. */
  next(part: NeutralPart): NeutralPart {
    if (part.type === 'text-delta' || part.type === 'tool-input-start') this.#id = undefined;
    if (part.type !== 'reasoning-delta' || part.delta === '') return part;
    const isAnother = this.#id !== undefined && this.#id !== part.id;
    this.#id = part.id;
    return isAnother ? { ...part, delta: `\n\n${part.delta}` } : part;
  }
}
