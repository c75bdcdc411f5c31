/**
 * What a failed attempt is told as (step 4 of a request): an answer classified, a limit that ran
 * out, and words without quotations and keys. A healthy request does not come here.
 */

import { findProxyHost } from '../../host/proxies.ts';
import type { Failure, ProviderAnswer } from '../../model/failure.ts';
import type { LimitName } from '../../transport/deadlines.ts';
import { toClientRefusal } from '../answer/client-refusal.ts';
import type { AnswerReader, AttemptPlan, Outcome } from '../answer/outcome.ts';
import { classifyAnswer, errorBodyLimit } from '../classify/classify.ts';
import { asStall, formatSeconds } from '../classify/classify-exception.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { keepMore, redactFailure } from '../classify/kept-words.ts';

/** A login's refusal stays as its vendor wrote it. */
export function classifyOf(plan: AttemptPlan, answer: ProviderAnswer): Failure {
  const { engine, request, protocol, target, lease, body, login } = plan;
  const failure = classifyAnswer({
    ...answer,
    body: answer.body.slice(0, errorBodyLimit),
    provider: target.provider,
    vendor: target.vendor,
    protocol: request.passage === undefined ? target.protocol : undefined,
    model: target.model,
    object: request.passage && body.bound()?.references[0]?.name,
    added: target.headers,
    origin: target.origin,
    isProven: engine.health.provenAt(lease) !== undefined,
    isProvenWithModel: engine.health.hasWorkedWith(lease),
    isPathProven: engine.health.hasServed(lease),
    proxy: target.origin.startsWith('http:')
      ? findProxyHost(engine.host.environment, target.origin)
      : undefined,
    now: engine.host.clock.now(),
    redact: (text) => engine.redactor.redact(text),
  });
  if (login !== undefined) return { ...failure, answer };
  const isRelayed = target.protocol === protocol.name;
  return toClientRefusal(failure, protocol, { requestId: request.id, isRelayed });
}

/** One of our limits ran out before the provider had answered. */
export function lateFailure(limit: LimitName, provider: string, afterMs: number): CutFailure {
  const message = `${provider} gave no ${limit} within ${formatSeconds(afterMs)}`;
  const failureClass = limit === 'idle' || limit === 'content' ? 'stream-stall' : 'timeout';
  return createFailure(failureClass, `limit-${limit.replace(' ', '-')}`, message);
}

/**
 * Errors of the wire and of decoders quote their input, and a provider may repeat the key that it
 * received (law 20). `silentMs`: before the connection was closed.
 */
export async function withoutSecrets<Failed extends Extract<Outcome, { failure: CutFailure }>>(
  outcome: Failed,
  plan: AttemptPlan,
  { answer, silentMs }: { readonly answer: AnswerReader | undefined; readonly silentMs: number },
): Promise<Failed> {
  const { engine, target } = plan;
  const failure = asStall(outcome.failure, target.provider, silentMs);
  const pause = (): Promise<void> => new Promise((resolve) => engine.host.clock.afterTurn(resolve));
  const kept = await keepMore(failure, plan, { answer, pause });
  return { ...outcome, failure: redactFailure(kept, engine.redactor) };
}
