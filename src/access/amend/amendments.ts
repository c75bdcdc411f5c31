/**
 * What a request is changed by after a target refused it as it was: a parameter less, fewer tokens, a repaired history.
 * Once each; a parameter is remembered for the target when the request went through without it. Between steps 5 and 3.
 */

import type { EventListener } from '../../model/events.ts';
import type { Failure } from '../../model/failure.ts';
import type { Edit, Target } from '../../model/target.ts';
import { outerOf } from '../../protocols/edits.ts';
import type { ReadBody } from '../../protocols/protocol.ts';
import type { Lessons } from '../lessons.ts';
import type { TaskJudge } from '../tasks/task-judge.ts';
import { findOutputLimit, speaksOfOutput } from './output-limit.ts';
import { findRefusedField, suggestRename } from './refused-field.ts';

export interface Amendment {
  readonly edits: readonly Edit[];
  /** For people: `without temperature`. */
  readonly text: string;
  /** Holds for every later request to the target. */
  readonly isLasting: boolean;
}

/** Fields without which the request would be another one. */
const essential = new Set([
  'model',
  'messages',
  'stream',
  'input',
  'prompt',
  'system',
  'instructions',
  'tools',
  'functions',
  'n',
]);

/** Fields that limit the answer, by protocol and vendor. */
const limitFields = [
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'generationConfig.maxOutputTokens',
];

const lowered = 'lowered from above its window';

const none: readonly never[] = [];

export class Amendments {
  readonly #body: ReadBody;
  readonly #learned: Lessons['edits'];
  readonly #judge: TaskJudge | undefined;
  readonly #taken = new Map<string, readonly Amendment[]>();

  constructor(body: ReadBody, learned: Lessons['edits'], judge?: TaskJudge | undefined) {
    this.#body = body;
    this.#learned = learned;
    this.#judge = judge;
  }

  /** What could be changed after this refusal; undefined when nothing can, or it was changed already. */
  find(failure: Failure, target: Target): Amendment | undefined {
    const taken = this.#taken.get(target.id) ?? none;
    const found = propose(failure, { target, body: this.#body, taken, judge: this.#judge });
    return found === undefined || taken.some(({ text }) => text === found.text) ? undefined : found;
  }

  /** From now on requests to this target are changed so. */
  take(failure: Failure, target: Target): void {
    const found = this.find(failure, target);
    if (found !== undefined) this.#taken.set(target.id, [...(this.#taken.get(target.id) ?? []), found]);
  }

  /** The target with all that was learned about it, and all that was changed on this way. */
  applyTo(target: Target): Target {
    const taken = this.#taken.get(target.id) ?? none;
    const learned = this.#learned.of(target) ?? none;
    const quiet = this.#judge?.wantsNoReasoning === true ? reasoningOff(target) : none;
    if (taken.length === 0 && learned.length === 0 && quiet.length === 0) return target;
    const edits = [...quiet, ...learned.map(({ edit }) => edit), ...taken.flatMap(({ edits: own }) => own)];
    return { ...target, edits: [...target.edits, ...edits] };
  }

  /** The target took the request: what was left out for it is remembered. */
  noteSuccess(target: Target, emit: EventListener): void {
    for (const { edits, text, isLasting } of this.#taken.get(target.id) ?? none) {
      const [edit] = edits;
      const known = this.#learned.of(target) ?? none;
      if (!isLasting || edit === undefined || known.some((one) => one.text === text)) continue;
      this.#learned.learn(target, [...known, { edit, text }]);
      const said = `${target.id} accepts requests only ${text}: they go there so from now on`;
      emit({ type: 'warning', code: 'parameter-left-out', text: said });
    }
  }

  /** What was changed for the target that answered. */
  notesFor(target: Target): readonly string[] {
    const known = this.#learned.of(target) ?? none;
    if (this.#taken.size === 0 && known.length === 0) return none;
    const taken = (this.#taken.get(target.id) ?? none).map(({ text }) => text);
    const learned = known
      .filter(({ edit }) => 'field' in edit && this.#body.has(edit.field))
      .map(({ text }) => text);
    return [...new Set([...learned, ...taken])].map((text) => `asked ${text}`);
  }
}

interface RefusedRequest {
  readonly target: Target;
  readonly body: ReadBody;
  /** What was changed for this target already. */
  readonly taken: readonly Amendment[];
  /** Of a side task. */
  readonly judge: TaskJudge | undefined;
}

function propose(failure: Failure, asked: RefusedRequest): Amendment | undefined {
  const { target, body } = asked;
  switch (failure.class) {
    case 'parameter':
      return withinLimit(failure, asked) ?? withoutParameter(failure, body);
    case 'context-overflow':
      return withinLimit(failure, asked);
    case 'too-dear':
      return withFewerTokens(failure, body);
    case 'unusable':
      return withRoomToAnswer(failure, asked);
    case 'foreign-history':
      return withRepairedHistory(target, body);
    default:
      return undefined;
  }
}

function withoutParameter(failure: Failure, body: ReadBody): Amendment | undefined {
  const field = findRefusedField(failure);
  if (field === undefined || essential.has(field) || !body.has(field)) return undefined;
  const to = suggestRename(failure, field);
  if (to === undefined)
    return { edits: [{ kind: 'drop', field }], text: `without ${field}`, isLasting: true };
  return { edits: [{ kind: 'rename', field, to }], text: `with ${to} instead of ${field}`, isLasting: true };
}

/** `You requested up to 65536 tokens, but can only afford 900`. */
function withFewerTokens(failure: Failure, body: ReadBody): Amendment | undefined {
  const max = Number(/afford (?:up to )?([\d,]+)/i.exec(failure.message)?.[1]?.replaceAll(',', ''));
  if (!Number.isSafeInteger(max) || max < 1) return undefined;
  const written = limitFields.filter((field) => body.has(field));
  const clamps = written.map((field) => ({ kind: 'clamp', field, max }) as const);
  const edits: readonly Edit[] =
    clamps.length > 0 ? clamps : [{ kind: 'default', field: 'max_tokens', value: max }];
  return { edits, text: `with at most ${max} tokens to write`, isLasting: false };
}

const withoutLimit = 'without a limit of the answer';

/** What the answer may have at most was asked above all that there is; where less is refused too, the server says it itself. */
function withinLimit(failure: Failure, { target, body, taken }: RefusedRequest): Amendment | undefined {
  if (!limitFields.some((field) => body.has(outerOf(field)))) return undefined;
  if (taken.some(({ text }) => text.endsWith(lowered))) return withoutAnyLimit(failure, target);
  const max = findOutputLimit(failure.message, body.byteLength);
  if (max === undefined) return undefined;
  const edits = limitFields.map((field) => ({ kind: 'clamp', field, max }) as const);
  return { edits, text: `with at most ${max} tokens to write, ${lowered}`, isLasting: false };
}

function withoutAnyLimit(failure: Failure, { protocol }: Target): Amendment | undefined {
  if (protocol === 'anthropic-messages' || !speaksOfOutput(failure.message)) return undefined;
  const edits = limitFields.map((field) => ({ kind: 'drop', field }) as const);
  return { edits, text: withoutLimit, isLasting: false };
}

function withRepairedHistory({ historyRepairs = [] }: Target, body: ReadBody): Amendment | undefined {
  const hasSealed = historyRepairs.some(({ kind }) => kind === 'drop-sealed') && bringsSealed(body);
  const repairs = historyRepairs.filter(({ kind }) => kind !== 'drop-sealed' || hasSealed);
  if (repairs.length === 0) return undefined;
  const edits = [{ kind: 'history', repairs }] as const;
  return { edits, text: 'with its history repaired', isLasting: false };
}

/** What a model does that has thought away the room for its answer. */
const starved = new Set(['judged-empty', 'judged-only-reasoning', 'judged-cut', 'judged-think-text']);
const withoutThoughts = 'with its reasoning switched off';

/** Once for each target: without reasoning where the entry knows how, otherwise with a larger limit where the request has one. */
function withRoomToAnswer(
  { evidence }: Failure,
  { target, body, taken, judge }: RefusedRequest,
): Amendment | undefined {
  if (judge === undefined || taken.length > 0 || !starved.has(evidence.rule)) return undefined;
  const quiet = judge.wantsNoReasoning || body.asksReasoning ? none : reasoningOff(target);
  if (quiet.length > 0) return { edits: quiet, text: withoutThoughts, isLasting: false };
  const min = Math.min(judge.room, target.maxOutput ?? judge.room);
  if (judge.askedLimit === undefined || evidence.rule === 'judged-think-text') return undefined;
  const edits = limitFields.map((field) => ({ kind: 'clamp', field, min }) as const);
  return { edits, text: `with room for ${min} tokens`, isLasting: false };
}

/** Only for a model that is known to think when it is not told otherwise, and by what its config does not say already. */
function reasoningOff({ reasoningOff: off, thinks, reasoningEffort }: Target): readonly Edit[] {
  if (off === undefined || thinks !== 'optional' || reasoningEffort !== undefined) return none;
  return [{ kind: 'default', ...off }];
}

function bringsSealed(body: ReadBody): boolean {
  return (body.bound()?.sealed.length ?? 0) > 0;
}
