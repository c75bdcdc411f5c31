/**
 * What the record of a request in trouble says beyond its attempts: what a person can do, and which
 * prompt it was. Off the path of healthy requests.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateVerdict, RequestRecord } from '../../model/record.ts';
import type { Journey } from '../request/journey.ts';
import { digestPrompt } from '../request/prompt-digest.ts';
import { listMends, mendsOf } from './mends.ts';

type Told = Pick<RequestRecord, 'outcome' | 'candidates'>;

export function tellTrouble(
  journey: Journey,
  told: Told,
): Pick<RequestRecord, 'mends' | 'promptDigest'> {
  const isFailed = told.outcome === 'failed' || told.outcome === 'broken';
  const mends = isFailed
    ? listMends(journey, told.candidates ?? [])
    : mendsOf(journey, listLasting(journey));
  const { body, request, engine } = journey;
  const promptDigest =
    request.passage === undefined ? digestPrompt(body, request.body, engine.promptKey) : undefined;
  return { mends: mends.length === 0 ? undefined : mends, promptDigest };
}

/** Who failed for a reason that lasts; whoever has answered after all needs nothing. */
function listLasting({ story, candidates }: Journey): readonly CandidateVerdict[] {
  const last = story.attempts.at(-1);
  const answered = last?.failure === undefined ? last : undefined;
  const tried = story.misses.map(({ candidate, failure, text }) => ({
    target: candidate.target.id,
    credential: candidate.credential?.id,
    cause: failure.class,
    speaker: failure.speaker,
    text,
  }));
  const held = candidates
    .skipped()
    .flatMap(({ target, credential, heldFor, speaker, reason }) =>
      heldFor === undefined ? [] : [{ target, credential, cause: heldFor, speaker, text: reason }],
    );
  return [...tried, ...held]
    .filter(({ cause, speaker }) => rowOfClass(speaker?.meant ?? cause).lasts === true)
    .filter(
      ({ target, credential }) => target !== answered?.target || credential !== answered.credential,
    )
    .map((one) => ({ ...one, was: 'tried', requests: 1 }));
}
