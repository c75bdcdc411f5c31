/**
 * Folds conversations for the strictest chat templates: one system message at the start, user and
 * assistant alternating, or no system message at all. Text of later system messages moves into user
 * turns. The result for a turn depends on earlier turns only, so that a prompt cache keeps its
 * prefix. Pure.
 */

import type { StrictRoles } from '../../model/target.ts';
import { isRecord, recordsIn, type WireObject } from '../json/is-record.ts';

export type Speaker = 'system' | 'user' | 'result' | 'assistant' | 'call' | 'other';

/** The parts of a conversation that differ between protocols. */
export interface RolesForm {
  readonly speakerOf: (turn: WireObject) => Speaker;
  readonly textType: string;
  /** Names the content field of a turn. */
  readonly contentField: (turn: WireObject) => string;
}

/** Separates the leading system messages from the conversation. */
export interface Folded {
  readonly lead: readonly WireObject[];
  readonly turns: readonly WireObject[];
}

/** Used as the first user turn if a conversation begins with an answer. */
const opening = '…';

/** `lead` are parts to put before the conversation. */
export function foldTurns(
  turns: readonly unknown[],
  { form, roles, lead = [] }: { form: RolesForm; roles: StrictRoles; lead?: readonly WireObject[] },
): Folded {
  const fold = new Fold(form, roles, lead);
  for (const turn of turns) if (isRecord(turn)) fold.push(turn);
  return fold.end();
}

class Fold {
  readonly #form: RolesForm;
  readonly #roles: StrictRoles;
  readonly #lead: WireObject[] = [];
  readonly #turns: WireObject[] = [];
  /** Collects system text since the last user turn. */
  #waiting: WireObject[] = [];
  /** The parts of the turn that grew last: copying them for each neighbour would be quadratic. */
  #grown: WireObject[] = [];

  constructor(form: RolesForm, roles: StrictRoles, lead: readonly WireObject[]) {
    this.#form = form;
    this.#roles = roles;
    if (roles === 'no-system') this.#waiting.push(...lead);
    else this.#lead.push(...lead);
  }

  push(turn: WireObject): void {
    const speaker = this.#form.speakerOf(turn);
    if (speaker === 'system') this.#pushSystem(this.#partsOf(turn).filter(hasWords));
    else if (speaker === 'user') this.#pushUser(turn);
    else if (speaker === 'result') this.#turns.push(turn);
    else this.#pushAnswer(turn, speaker);
  }

  /** If there are only system messages, the last one becomes the user turn. */
  end(): Folded {
    this.#settle();
    if (this.#turns.length === 0) {
      const asked = this.#lead.splice(-1);
      if (asked.length > 0) this.#turns.push(this.#createUser(asked));
    }
    return { lead: this.#lead, turns: this.#turns };
  }

  get #last(): Speaker | undefined {
    const last = this.#turns.at(-1);
    return last && this.#form.speakerOf(last);
  }

  #pushSystem(parts: readonly WireObject[]): void {
    const isLead =
      this.#turns.length === 0 && this.#waiting.length === 0 && this.#roles !== 'no-system';
    if (isLead) this.#lead.push(...parts);
    else if (this.#waiting.length === 0 && this.#last === 'user') this.#addToLast(parts);
    else this.#waiting.push(...parts);
  }

  #pushUser(turn: WireObject): void {
    const parts = [...this.#waiting, ...this.#partsOf(turn)];
    const whole = this.#waiting.length === 0 ? turn : this.#withContent(turn, parts);
    this.#waiting = [];
    const isJoined = this.#alternates && (this.#last === 'user' || this.#last === 'result');
    if (isJoined) this.#addToLast(parts);
    else this.#turns.push(whole);
  }

  #pushAnswer(turn: WireObject, speaker: Speaker): void {
    this.#settle();
    if (this.#turns.length === 0)
      this.#turns.push(this.#createUser(partsOfContent(opening, this.#form.textType)));
    const isJoined = this.#alternates && this.#last === 'assistant' && speaker !== 'other';
    const before = isJoined ? this.#turns.pop() : undefined;
    this.#turns.push(before === undefined ? turn : this.#grow(before, turn, this.#partsOf(turn)));
  }

  /** Without a following user turn the text becomes one of its own. */
  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#pushUser(this.#createUser(waiting));
  }

  get #alternates(): boolean {
    return this.#roles !== 'system-first';
  }

  #createUser(parts: readonly WireObject[]): WireObject {
    return this.#withContent({ role: 'user' }, parts);
  }

  #addToLast(parts: readonly WireObject[]): void {
    const last = this.#turns.pop();
    if (last !== undefined) this.#turns.push(this.#grow(last, last, parts));
  }

  /** Returns the turn with the parts of the one before, and these. */
  #grow(before: WireObject, turn: WireObject, parts: readonly WireObject[]): WireObject {
    const field = this.#form.contentField(turn);
    if (before[field] === this.#grown && Array.isArray(turn[field])) {
      for (const part of parts) this.#grown.push(part);
      return { ...turn, [field]: this.#grown };
    }
    const all = [...this.#partsOf(before), ...parts];
    const grown = this.#withContent(turn, all);
    if (grown[field] === all) this.#grown = all;
    return grown;
  }

  /** Keeps plain text, unless the turn has its content in parts. */
  #withContent(turn: WireObject, parts: readonly WireObject[]): WireObject {
    const field = this.#form.contentField(turn);
    const isPlain = !Array.isArray(turn[field]) && parts.every((part) => isPlainText(part));
    return { ...turn, [field]: isPlain ? joinTextParts(parts) : parts };
  }

  #partsOf(turn: WireObject): readonly WireObject[] {
    return partsOfContent(turn[this.#form.contentField(turn)], this.#form.textType);
  }
}

export function partsOfContent(content: unknown, type: string): readonly WireObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type, text: content }];
  return recordsIn(content);
}

/** Joins texts with a blank line between them. Adding to a text, unlike `join`, copies nothing. */
export function joinTextParts([first, ...others]: readonly WireObject[]): string {
  return others.reduce((text, part) => `${text}\n\n${part['text']}`, String(first?.['text'] ?? ''));
}

/** True if the part has only text, without a cache mark or similar. */
export function isPlainText({ text, type: _, ...more }: WireObject): boolean {
  return typeof text === 'string' && Object.keys(more).length === 0;
}

export function hasWords({ text }: WireObject): boolean {
  return typeof text !== 'string' || text.trim() !== '';
}
