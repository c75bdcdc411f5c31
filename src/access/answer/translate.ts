/**
 * Translates a request for a target of another protocol (step 3 of a request): the client's body in
 * neutral words, written in the target's protocol.
 */

import type { Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { Protocol } from '../../protocols/contract/protocol.ts';
import type { WireObject } from '../../protocols/json/is-record.ts';
import { pickFields } from '../../protocols/json/pick.ts';
import { notCarried } from '../../protocols/translation/field-fates.ts';
import type {
  AnswerFacts,
  NeutralAnswer,
  NeutralRequest,
  ReadingHints,
} from '../../protocols/translation/neutral.ts';
import { parseEffort } from '../../protocols/translation/reasoning-effort.ts';
import { listUncarried } from '../../protocols/translation/uncarried.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { DecodedRequest } from './decoded-request.ts';
import type { AttemptPlan } from './outcome.ts';
import type { NoteCached } from './prompt-cache.ts';

interface TranslatedRequest {
  readonly body: Buffer;
  /** Are sent in addition. */
  readonly headers: Headers;
  readonly call: TranslatedCall;
}

/** The part of the translation that is kept while the answer is awaited. */
export interface TranslatedCall {
  /** Belongs to the target. */
  readonly spoken: Protocol;
  readonly facts: AnswerFacts;
  readonly hints: ReadingHints | undefined;
  /** Called once it is answered; absent if no prompt cache is involved. */
  readonly noteCached?: NoteCached | undefined;
}

/** Throws `RequestError` for what cannot be translated. */
export function beginTranslation(plan: AttemptPlan): TranslatedRequest {
  const { engine, protocol, target, body, continuation, request, lease, taskTime } = plan;
  const spoken = engine.protocols[target.protocol];
  const decoded = plan.decoded ?? new DecodedRequest(protocol, body);
  const { asked, neutral } = decoded.take(continuation, target);
  const encoded = spoken.translation.encodeRequest(
    withEffort(neutral, target),
    target,
    body.stream,
  );
  const caller = request.caller ?? request.headers['user-agent'] ?? '';
  const marks = spoken.cacheMarks;
  const sender = { target, marks, lease, caller, isTask: taskTime !== undefined };
  const cached = engine.promptCache.mark(encoded.body, sender);
  return {
    body: body.write(withoutEffort(target), cached?.body ?? encoded.body, spoken.bodyEditing),
    headers: encoded.headers ?? {},
    call: {
      spoken,
      facts: {
        id: request.id,
        model: target.model,
        createdAt: Math.floor(engine.host.clock.now() / 1000),
        request: pickFields(asked, protocol.translation.repeats),
        textTools: new Set(neutral.textTools),
        notes: [...neutral.notes, ...encoded.notes],
      },
      hints: encoded.hints,
      noteCached: cached?.note,
    },
  };
}

/** Puts the task's reasoning effort over that of the request. */
function withEffort(request: NeutralRequest, { reasoningEffort }: Target): NeutralRequest {
  const reasoning = parseEffort(reasoningEffort);
  return reasoning === undefined ? request : { ...request, reasoning };
}

/** Removes the effort, which the body already has. */
function withoutEffort({ reasoningEffort: _, ...target }: Target): Target {
  return target;
}

/** Reads a target's whole answer. Fields that no other protocol has are noted. */
export function readWhole(
  { spoken, facts, hints }: TranslatedCall,
  body: WireObject,
): NeutralAnswer {
  const { decodeAnswer, answerFields } = spoken.translation;
  facts.notes.push(...notCarried([...new Set(listUncarried(body, answerFields))]));
  return decodeAnswer(body, hints);
}

/** An answer that would lose a word in translation counts as failed. */
export function createUntranslatable({ protocol }: Target, error: unknown): CutFailure {
  const message = `the answer could not be read as ${protocol}: ${describeThrown(error)}`;
  return createFailure('malformed', 'untranslatable', message);
}

/**
 * Says why a translation failed, for people. JavaScript's parsers quote the text that they could
 * not read.
 */
export function describeThrown(error: unknown): string {
  if (error instanceof SyntaxError) return 'a part of it cannot be parsed';
  return error instanceof Error ? error.message : String(error);
}
