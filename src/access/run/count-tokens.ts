/**
 * Counts the tokens of a request before it is made: asks the target that would answer it, else
 * estimates. A count never waits, retries or falls back, because another model counts differently;
 * and its result is charged to nobody, because vendors limit it separately.
 */

import type { RequestRecord } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { RequestBytes } from '../../protocols/json/request-bytes.ts';
import type { Outcome } from '../answer/outcome.ts';
import { addAnswer, addMiss, finishGone, finishRecord } from '../report/record.ts';
import type { RequestContext } from '../request/request-context.ts';
import { findUsable, type Usable } from '../select/verdict.ts';
import { attempt } from './attempt.ts';

/** Agents ask before each turn: a slower count is worth less than an estimate. */
const longestCountMs = 5000;

export async function answerTokenCount(context: RequestContext): Promise<RequestRecord> {
  const { engine, candidates } = context;
  const [first] = candidates.placesLeft();
  if (first === undefined || !mayCount(context, first.target))
    return estimate(context, 'no target counts tokens');
  if (engine.lessons.unserved.of({ target: first.target, operation: 'count-tokens' }) === true)
    return estimate(context, `${first.target.id} counts no tokens`);
  const free = await findUsable(
    context,
    candidates.inOrder(first),
    ({ standing }) => standing.state === 'free',
  );
  if (free === undefined) return estimate(context, `no key of ${first.target.id} is free`);
  const startedAt = engine.host.clock.monotonic();
  const outcome = await askForCount(context, free);
  const { candidate, lease } = free;
  const attempted = {
    candidate,
    lease,
    startedAt,
    durationMs: engine.host.clock.monotonic() - startedAt,
  };
  if (outcome.kind === 'client-gone') {
    context.openRecord.addAttempt(attempted, outcome);
    return finishGone(context);
  }
  if (outcome.kind === 'failed') {
    addMiss(context, attempted, outcome);
    if (outcome.failure.class === 'not-offered')
      engine.lessons.unserved.learn({ target: candidate.target, operation: 'count-tokens' }, true);
    return estimate(context, outcome.failure.message);
  }
  addAnswer(context, attempted, outcome);
  return finishRecord(context, outcome.kind, { answeredBy: candidate.target.id });
}

/** Some protocols cannot count. */
function mayCount({ engine }: RequestContext, { countsTokens, protocol }: Target): boolean {
  return countsTokens === true && engine.protocols[protocol].paths['count-tokens'] !== undefined;
}

function askForCount(
  context: RequestContext,
  { candidate, lease, secret, login }: Usable,
): Promise<Outcome> {
  const { engine, request, protocol, body, writer } = context;
  const { target } = candidate;
  return attempt({
    engine,
    request,
    body,
    protocol,
    writer,
    target: { ...target, limits: { ...target.limits, wholeMs: longestCountMs } },
    lease,
    secret,
    login,
    facts: { target: target.id, attempts: 1 },
  });
}

function estimate(context: RequestContext, why: string): RequestRecord {
  const { protocol, request, writer } = context;
  const estimated = new RequestBytes(request).use((whole) => protocol.estimateTokens?.(whole));
  writer.replyOwn(estimated ?? '{}', {
    'x-holdfast-estimated': 'true',
  });
  context.openRecord.notes.push(`estimated: ${why}`);
  return finishRecord(context, 'answered');
}
