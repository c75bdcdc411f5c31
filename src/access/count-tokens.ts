/**
 * The number of tokens of a request, before it is made: asked of the target that would answer it, else estimated. A count
 * never waits, retries or falls back, since another model counts otherwise; and what comes of it is charged to nobody, since
 * vendors limit it apart from answers.
 */

import type { RequestRecord } from '../model/record.ts';
import { RequestBytes } from '../protocols/request-bytes.ts';
import { attempt } from './attempt.ts';
import type { Journey } from './journey.ts';
import type { Outcome } from './reply/outcome.ts';
import { inspectCandidate, judgeReading, type Place, type Ready } from './route/candidates.ts';

/** Agents ask before each turn: what takes longer is worth less than an estimate. */
const longestCountMs = 5000;

export async function countTokens(journey: Journey): Promise<RequestRecord> {
  const [first] = journey.ways.placesLeft();
  if (first?.target.countsTokens !== true) return estimate(journey, 'no target counts tokens');
  if (journey.engine.unserved.until(first.target, 'count-tokens') !== undefined)
    return estimate(journey, `${first.target.id} counts no tokens`);
  const ready = await findReady(journey, first);
  if (ready === undefined) return estimate(journey, `no key of ${first.target.id} is free`);
  const startedAt = journey.engine.host.clock.monotonic();
  const outcome = await ask(journey, ready);
  const { candidate, lease } = ready;
  const durationMs = journey.engine.host.clock.monotonic() - startedAt;
  if (outcome.kind === 'failed') {
    journey.noteMiss({ candidate, lease, outcome, durationMs });
    if (outcome.failure.class === 'not-offered')
      journey.engine.unserved.note(candidate.target, 'count-tokens');
    return estimate(journey, outcome.failure.message);
  }
  return journey.finish(outcome, { candidate, lease, durationMs });
}

/** The first key that can be read and that nothing benches. */
async function findReady(journey: Journey, place: Place): Promise<Ready | undefined> {
  for (const candidate of journey.ways.candidatesOf(place)) {
    const found = inspectCandidate(candidate, journey.inspecting());
    const { credential } = candidate;
    const settled =
      found.state === 'pending' && credential !== undefined
        ? judgeReading(
            candidate,
            await journey.engine.reader.read(credential, journey.request.signal),
            journey.inspecting(),
          )
        : found;
    if (settled.state === 'ready' && settled.standing.state === 'free') return settled;
  }
  return undefined;
}

function ask(journey: Journey, { candidate, lease, secret }: Ready): Promise<Outcome> {
  const { engine, request, protocol, body, carriage, writer } = journey;
  const { target } = candidate;
  return attempt({
    engine,
    request,
    body,
    carriage,
    protocol,
    writer,
    target: { ...target, limits: { ...target.limits, wholeMs: longestCountMs } },
    lease,
    secret,
    facts: { target: target.id, attempts: 1 },
    isLastTarget: () => true,
    freshConnection: false,
    taskTime: undefined,
    keepsText: false,
    onCommit: () => undefined,
  });
}

function estimate(journey: Journey, why: string): RequestRecord {
  const { protocol, request, writer } = journey;
  writer.replyOwn(protocol.estimateTokens?.(new RequestBytes(request.body).whole()) ?? '{}', {
    'x-holdfast-estimated': 'true',
  });
  const notes = [`estimated: ${why}`];
  return journey.finish({ kind: 'answered', status: 200, usage: undefined, notes });
}
