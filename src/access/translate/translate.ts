/**
 * The request side of the translate leg (step 3 of a request, where the target speaks another protocol): the client's body
 * in neutral words, written again in the target's protocol.
 */

import type { Headers } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import type { AnswerFacts, NeutralRequest, ReadingHints, Translation } from '../../protocols/neutral.ts';
import { pick } from '../../protocols/pick.ts';
import { writeFor } from '../../protocols/read-body.ts';
import { parseEffort } from '../../protocols/translation/reasoning-effort.ts';
import type { AttemptPlan } from '../reply/outcome.ts';
import { Carriage } from './carriage.ts';

/** A request as a target is sent it. */
export interface TranslatedRequest {
  readonly body: Buffer;
  /** Sent beside it. */
  readonly headers: Headers;
  readonly call: TranslatedCall;
}

/** What is kept of it while its answer is awaited. */
export interface TranslatedCall {
  /** What was left out on the way, there and back. */
  readonly notes: readonly string[];
  /** The client's side. */
  readonly client: Translation;
  /** The target's side. */
  readonly spoken: Translation;
  readonly facts: AnswerFacts;
  readonly hints: ReadingHints | undefined;
}

/** Throws `RequestError` for what cannot be said. */
export function beginTranslation(plan: AttemptPlan): TranslatedRequest {
  const { engine, target, body, continuation, request } = plan;
  const client = engine.protocols[request.protocol].translation;
  const spoken = engine.protocols[target.protocol].translation;
  const carriage = plan.carriage ?? new Carriage(engine, request, body);
  const { asked, neutral } = carriage.take(client, continuation, target);
  const encoded = spoken.encodeRequest(withEffort(neutral, target), target, body.stream);
  const notes = [...neutral.notes, ...encoded.notes];
  return {
    body: writeFor(withoutEffort(target), encoded.body),
    headers: encoded.headers ?? {},
    call: {
      notes,
      client,
      spoken,
      facts: {
        id: request.id,
        model: target.model,
        createdAt: Math.floor(engine.host.clock.now() / 1000),
        request: pick(asked, client.repeats),
        textTools: new Set(neutral.textTools),
        notes,
      },
      hints: encoded.hints,
    },
  };
}

/** What the task says of reasoning holds, whatever the request says. */
function withEffort(request: NeutralRequest, { reasoningEffort }: Target): NeutralRequest {
  const reasoning = parseEffort(reasoningEffort);
  return reasoning === undefined ? request : { ...request, reasoning };
}

/** The target for a body in which its effort stands already. */
function withoutEffort({ reasoningEffort: _, ...target }: Target): Target {
  return target;
}
