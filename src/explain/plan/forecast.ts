/**
 * Predicts what would happen if the first target failed, from the engine's own classes and
 * decisions. It sends nothing.
 */

import { classifyAnswer } from '../../access/classify/classify.ts';
import { createFailure, withCutWords } from '../../access/classify/kept-failure.ts';
import type { RequestContext } from '../../access/request/request-context.ts';
import { assessSituation } from '../../access/run/situation.ts';
import type { Usable } from '../../access/select/verdict.ts';
import { forecastMark, walkPlan } from '../../diagnostics/classify-response.ts';
import type { Failure } from '../../model/failure.ts';
import type { FailurePlan } from './plan.ts';

/** Statuses without a body: the provider's words may lead to other classes. */
const statuses = [401, 402, 403, 404, 429, 500, 503];

const broken: readonly (readonly [met: string, failure: Failure])[] = [
  ['unreachable', createFailure('connect', 'exception-ECONNREFUSED', '')],
  ['cut', createFailure('stream-cut', 'end-without-finish', '')],
  ['silence', createFailure('timeout', 'limit-response-head', '')],
];

export function forecastFailures(opened: RequestContext, asked: Usable): readonly FailurePlan[] {
  const read = statuses.map(
    (status) => [String(status), classifyStatus(opened, asked, status)] as const,
  );
  return [...read, ...broken].map(([met, failure]) => forecast(opened, asked, { met, failure }));
}

function classifyStatus(
  { engine }: RequestContext,
  { candidate, lease }: Usable,
  status: number,
): Failure {
  const { target } = candidate;
  const { health, host } = engine;
  const answer = {
    provider: target.provider,
    vendor: target.vendor,
    model: target.model,
    status,
    headers: {},
    body: '',
    isProven: health.provenAt(lease) !== undefined,
    isProvenWithModel: health.hasWorkedWith(lease),
    now: host.clock.now(),
    redact: (text: string) => text,
  };
  return classifyAnswer(answer);
}

function forecast(
  opened: RequestContext,
  { candidate, lease }: Usable,
  { met, failure: forecast }: { readonly met: string; readonly failure: Failure },
): FailurePlan {
  const now = opened.engine.host.clock.now();
  // Nothing was asked, so nothing is quoted.
  const failure = withCutWords(forecast, { message: '' });
  const situation = assessSituation(opened, { candidate, lease, failure, text: '' });
  const mark = forecastMark(failure, now);
  return {
    met,
    class: failure.class,
    rule: failure.evidence.rule,
    steps: walkPlan(failure, situation),
    mark: mark && { scope: mark.scope, forMs: mark.until - now, afterInARow: mark.afterInARow },
  };
}
