/**
 * Conversations for the strictest readers: chat templates that take one system message at the
 * start, user and assistant in turn, or no system message at all. What later system messages say
 * goes into user turns. A place depends on earlier turns alone, so that a prompt cache keeps its
 * prefix. Pure.
 */

import type { StrictRoles } from '../../model/target.ts';
import { isRecord, listIn, type WireObject } from '../json/is-record.ts';

export type Speaker = 'system' | 'user' | 'result' | 'assistant' | 'call' | 'other';

/** What of a conversation differs between protocols. */
export interface RolesForm {
  readonly speakerOf: (turn: WireObject) => Speaker;
  /** The type of a part that is text. */
  readonly textType: string;
  /** Where a turn has its content. */
  readonly contentField: (turn: WireObject) => string;
}

/** A conversation without its leading system messages, and what they say. */
export interface Folded {
  readonly lead: readonly WireObject[];
  readonly turns: readonly WireObject[];
}

/** In place of a first user turn, where a conversation begins with an answer. */
const opening = '…';

/** `lead`: parts that are said before the conversation. */
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
  /** What the system has said since the last user turn. */
  #waiting: WireObject[] = [];

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

  /** With nothing but system messages, the last one is what is asked. */
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
    if (this.#turns.length === 0) this.#turns.push(this.#createUser([this.#text(opening)]));
    const isJoined = this.#alternates && this.#last === 'assistant' && speaker !== 'other';
    const before = isJoined ? this.#turns.pop() : undefined;
    if (before === undefined) this.#turns.push(turn);
    else
      this.#turns.push(this.#withContent(turn, [...this.#partsOf(before), ...this.#partsOf(turn)]));
  }

  /** No user turn has followed: it becomes one of its own. */
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
    if (last !== undefined)
      this.#turns.push(this.#withContent(last, [...this.#partsOf(last), ...parts]));
  }

  /** Plain text stays plain, unless the turn has its content in parts. */
  #withContent(turn: WireObject, parts: readonly WireObject[]): WireObject {
    const field = this.#form.contentField(turn);
    const isPlain = !Array.isArray(turn[field]) && parts.every((part) => isPlainText(part));
    return { ...turn, [field]: isPlain ? joinTextParts(parts) : parts };
  }

  #partsOf(turn: WireObject): readonly WireObject[] {
    const content = turn[this.#form.contentField(turn)];
    if (typeof content === 'string') return content === '' ? [] : [this.#text(content)];
    return listIn(content).filter(isRecord);
  }

  #text(text: string): WireObject {
    return { type: this.#form.textType, text };
  }
}

/** One text of several, with a blank line between two. */
export function joinTextParts(parts: readonly WireObject[]): string {
  return parts.map(({ text }) => String(text)).join('\n\n');
}

/** Nothing beside its text is said of it, as that a cache is to end here. */
export function isPlainText({ text, type: _, ...more }: WireObject): boolean {
  return typeof text === 'string' && Object.keys(more).length === 0;
}

function hasWords({ text }: WireObject): boolean {
  return typeof text !== 'string' || text.trim() !== '';
}
