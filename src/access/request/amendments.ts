/**
 * Changes a request after a target refused it: without a parameter, with fewer tokens, with a
 * repaired history. Each change is made once; a removed parameter is remembered for the target if
 * the request then succeeded. Between steps 5 and 3.
 */

import { assertNever } from '../../errors.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import type { AccessRequest, Headers } from '../../model/request.ts';
import type { Edit, StrictRoles, Target } from '../../model/target.ts';
import { outerOf } from '../../protocols/body/edits.ts';
import type { Protocol, ReadBody } from '../../protocols/contract/protocol.ts';
import { strictRolesOf } from '../../providers/signatures/strict-roles.ts';
import { saidBy } from '../classify/kept-words.ts';
import { findOutputLimit, limitFields, speaksOfOutput } from '../classify/output-limit.ts';
import { findRefusedField, speaksOfThinking, suggestRename } from '../classify/refused-field.ts';
import type { TaskJudge } from '../tasks/task-judge.ts';
import type { Engine } from './engine.ts';
import { essential, isAsked, listBetas, withoutBetas, withoutField } from './refused-betas.ts';

export interface Amendment {
  readonly edits: readonly Edit[];
  /** Describes the change: `without temperature`. */
  readonly text: string;
  /** Applies to every later request to the target. Default: to this one. */
  readonly isLasting?: true;
  /** The requested limit was above the window. Default: something else was wrong. */
  readonly isAboveWindow?: true;
}

const none: readonly never[] = [];

/** The part of a request that this needs. */
interface Amended {
  readonly request: Pick<AccessRequest, 'headers'>;
  readonly engine: Pick<Engine, 'lessons' | 'emit' | 'protocols'>;
  readonly body: ReadBody;
  /** Belongs to the client. */
  readonly protocol: Pick<Protocol, 'name'>;
  readonly task: { readonly judge: TaskJudge | undefined } | undefined;
  readonly amendments: Map<string, readonly Amendment[]>;
}

/**
 * Returns a possible change after this refusal; undefined if there is none, or it was made already.
 */
export function findAmendment(
  context: Amended,
  failure: Failure,
  target: Target,
): Amendment | undefined {
  const { engine, request, body, protocol, task, amendments } = context;
  const taken = amendments.get(target.id) ?? none;
  const isTranslated = target.protocol !== protocol.name;
  const found = propose(failure, {
    target,
    spoken: engine.protocols[target.protocol],
    headers: request.headers,
    body,
    isTranslated,
    taken,
    judge: task?.judge,
  });
  return found === undefined || taken.some(({ text }) => text === found.text) ? undefined : found;
}

/** Later attempts at this target get the change. */
export function takeAmendment(context: Amended, failure: Failure, target: Target): void {
  const found = findAmendment(context, failure, target);
  const { amendments } = context;
  if (found !== undefined)
    amendments.set(target.id, [...(amendments.get(target.id) ?? none), found]);
}

/** Returns the target with all lessons about it, and all changes of this request. */
export function amend({ engine, task, amendments }: Amended, target: Target): Target {
  const taken = amendments.get(target.id) ?? none;
  const learned = engine.lessons.edits.of(target) ?? none;
  const quiet = task?.judge?.wantsNoReasoning === true ? reasoningOff(target) : none;
  if (taken.length === 0 && learned.length === 0 && quiet.length === 0) return target;
  const edits = [
    ...quiet,
    ...learned.map(({ edit }) => edit),
    ...taken.flatMap(({ edits: own }) => own),
  ];
  const refusedBetas = edits.flatMap((edit) => (edit.kind === 'drop-beta' ? [edit.beta] : []));
  const amended = { ...target, bodyEdits: [...target.bodyEdits, ...edits] };
  return refusedBetas.length === 0 ? amended : { ...amended, refusedBetas };
}

/** The target accepted the request: its removed parameters are remembered. */
export function learnAmendments({ engine, amendments }: Amended, target: Target): void {
  const learned = engine.lessons.edits;
  for (const { edits, text, isLasting } of amendments.get(target.id) ?? none) {
    const known = learned.of(target) ?? none;
    if (isLasting !== true || known.some((one) => one.text === text)) continue;
    learned.learn(target, [...known, ...edits.map((edit) => ({ edit, text }))]);
    const said = `${target.id} accepts requests only ${text}: they go there so for the next hour`;
    engine.emit({ type: 'warning', code: 'parameter-left-out', text: said });
  }
}

/** Lists the changes for the target that answered. */
export function listAmendments(
  { engine, request, body, amendments }: Amended,
  target: Target,
): readonly string[] {
  const betas = listBetas(engine.protocols[target.protocol].betas, request.headers);
  const learned = (engine.lessons.edits.of(target) ?? none).filter(({ edit }) => {
    if (edit.kind === 'drop-beta') return betas.includes(edit.beta);
    return edit.kind === 'roles' || ('field' in edit && body.has(outerOf(edit.field)));
  });
  const taken = amendments.get(target.id) ?? none;
  return [...new Set([...learned, ...taken].map(({ text }) => `asked ${text}`))];
}

interface RefusedRequest {
  readonly target: Target;
  /** Belongs to the target. */
  readonly spoken: Pick<Protocol, 'requiresLimit' | 'bodyEditing' | 'betas'>;
  readonly headers: Headers;
  readonly body: ReadBody;
  /** The target gets a translated body. */
  readonly isTranslated: boolean;
  /** Changes already made for this target. */
  readonly taken: readonly Amendment[];
  /** Absent if this is no side task. */
  readonly judge: TaskJudge | undefined;
}

function propose(failure: Failure, asked: RefusedRequest): Amendment | undefined {
  const [by] = rowOfClass(failure.class).moves.flatMap((move) =>
    move.move === 'amend' ? [move.by] : [],
  );
  switch (by) {
    case 'parameter':
      return (
        withinLimit(failure, asked) ??
        withoutBetas(failure, asked) ??
        withoutParameter(failure, asked)
      );
    case 'output-limit':
      return withinLimit(failure, asked);
    case 'price':
      return amendOutputLimit(failure, asked.body);
    case 'longer-answer':
      return allowLongerAnswer(failure, asked);
    case 'history':
      return withStrictRoles(failure, asked) ?? withRepairedHistory(asked);
    case undefined:
      return undefined;
    default:
      return assertNever(by);
  }
}

/** In a translated body we chose the fields, so any may be removed. */
function withoutParameter(failure: Failure, asked: RefusedRequest): Amendment | undefined {
  const field = findRefusedField(failure);
  const isThere = field !== undefined && (asked.isTranslated || isAsked(asked.body, field));
  if (!isThere || essential.has(field))
    return speaksOfThinking(failure) ? amendThinking(asked) : undefined;
  const to = suggestRename(failure, field);
  if (to === undefined) return withoutField(field, asked);
  return {
    edits: [{ kind: 'rename', field, to }],
    text: `with ${to} instead of ${field}`,
    isLasting: true,
  };
}

/** Fields that ask the model to think, by vendor and protocol. */
const thinkingFields = [
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'think',
  'output_config.effort',
  'generationConfig.thinkingConfig',
  'generation_config.thinking_config',
];

function amendThinking({ body, target, isTranslated }: RefusedRequest): Amendment | undefined {
  const isWritten = thinkingFields.some((field) => body.has(outerOf(field)));
  const isCarried = isTranslated && (body.asksReasoning || body.refusesReasoning);
  if (!isWritten && !isCarried && target.reasoningEffort === undefined) return undefined;
  const edits = thinkingFields.map((field) => ({ kind: 'drop', field }) as const);
  return { edits, text: 'without asking for reasoning', isLasting: true };
}

/** Reads `You requested up to 65536 tokens, but can only afford 900`. */
function amendOutputLimit(failure: Failure, body: ReadBody): Amendment | undefined {
  const max = Number(/afford (?:up to )?([\d,]+)/i.exec(saidBy(failure))?.[1]?.replaceAll(',', ''));
  if (!Number.isSafeInteger(max) || max < 1) return undefined;
  const written = limitFields.filter((field) => body.has(field));
  const clamps = written.map((field) => ({ kind: 'clamp', field, max }) as const);
  const edits: readonly Edit[] =
    clamps.length > 0 ? clamps : [{ kind: 'set-if-absent', field: 'max_tokens', value: max }];
  return { edits, text: `with at most ${max} tokens to write` };
}

/**
 * The requested limit was above the allowed one; if the lower one is refused too, the server says
 * so itself.
 */
function withinLimit(
  failure: Failure,
  { spoken, body, taken }: RefusedRequest,
): Amendment | undefined {
  if (!limitFields.some((field) => body.has(outerOf(field)))) return undefined;
  if (taken.some(({ isAboveWindow }) => isAboveWindow)) return withoutAnyLimit(failure, spoken);
  const max = findOutputLimit(saidBy(failure), body.byteLength);
  if (max === undefined) return undefined;
  const edits = limitFields.map((field) => ({ kind: 'clamp', field, max }) as const);
  return {
    edits,
    text: `with at most ${max} tokens to write, lowered from above its window`,
    isAboveWindow: true,
  };
}

function withoutAnyLimit(
  failure: Failure,
  { requiresLimit }: RefusedRequest['spoken'],
): Amendment | undefined {
  if (requiresLimit === true || !speaksOfOutput(saidBy(failure))) return undefined;
  const edits = limitFields.map((field) => ({ kind: 'drop', field }) as const);
  return { edits, text: 'without a limit of the answer' };
}

const orders: Readonly<Record<StrictRoles, string>> = {
  'system-first': 'with one system message, at the start',
  alternating: 'with user and assistant in turn',
  'no-system': 'with what the system says as the words of the user',
};

/** The model's chat template requires an order of roles from every client, so it is remembered. */
function withStrictRoles({ evidence }: Failure, { spoken }: RefusedRequest): Amendment | undefined {
  const roles = strictRolesOf(evidence.rule);
  if (roles === undefined || spoken.bodyEditing.foldRoles === undefined) return undefined;
  return {
    edits: [{ kind: 'roles', roles }],
    text: orders[roles],
    isLasting: true,
  };
}

function withRepairedHistory({ target, body }: RefusedRequest): Amendment | undefined {
  const repairs = (target.historyRepairs ?? []).filter(
    ({ kind }) => kind !== 'drop-sealed' || (body.bound()?.sealed.length ?? 0) > 0,
  );
  if (repairs.length === 0) return undefined;
  const edits = [{ kind: 'history', repairs }] as const;
  return { edits, text: 'with its history repaired' };
}

/** Fields of reasoning that used up the room for an answer. */
const starved = new Set([
  'judged-empty',
  'judged-only-reasoning',
  'judged-cut',
  'judged-think-text',
]);

/**
 * Once for each target: without reasoning if the entry knows how, otherwise with a larger limit if
 * the request has one.
 */
function allowLongerAnswer(
  { evidence }: Failure,
  { target, body, taken, judge }: RefusedRequest,
): Amendment | undefined {
  if (judge === undefined || taken.length > 0 || !starved.has(evidence.rule)) return undefined;
  const quiet = judge.wantsNoReasoning || body.asksReasoning ? none : reasoningOff(target);
  if (quiet.length > 0) return { edits: quiet, text: 'with its reasoning switched off' };
  const min = Math.min(judge.longerLimit, target.maxOutput ?? judge.longerLimit);
  if (judge.askedLimit === undefined || evidence.rule === 'judged-think-text') return undefined;
  const edits = limitFields.map((field) => ({ kind: 'clamp', field, min }) as const);
  return { edits, text: `with at least ${min} tokens to write` };
}

/** Only for a model that thinks by default, and unless its config already sets an effort. */
function reasoningOff({ reasoningOff: off, thinks, reasoningEffort }: Target): readonly Edit[] {
  if (off === undefined || thinks !== 'optional' || reasoningEffort !== undefined) return none;
  return [{ kind: 'set-if-absent', ...off }];
}
