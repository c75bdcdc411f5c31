/**
 * Adds to the record of a failed request what a person can do, and which prompt it was. Not on the
 * path of healthy requests.
 */

import { locateSettings } from '../../config/resolved/locate-settings.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureRow } from '../../failures/row.ts';
import type { CandidateVerdict, RequestRecord } from '../../model/record.ts';
import { digestPrompt } from '../request/prompt-digest.ts';
import type { RequestContext } from '../request/request-context.ts';
import { fixKnown } from '../wording/words-fix.ts';
import { fixesOf, suggestFixes } from './fixes.ts';
import type { FixContext } from './key-fixes.ts';
import { moreTime } from './limit-fixes.ts';
import { isInTheWay } from './on-the-way.ts';
import { openScene } from './open-scene.ts';
import { leaveOutAdded, namesTier } from './tier.ts';

type Conclusion = Pick<RequestRecord, 'outcome' | 'candidates' | 'fixes'>;

export function createFailedFacts(
  context: RequestContext,
  conclusion: Conclusion,
): Pick<RequestRecord, 'fixes' | 'promptDigest'> {
  const isFailed = conclusion.outcome === 'failed' || conclusion.outcome === 'broken';
  const found = isFailed
    ? suggestFixes(context, conclusion.candidates ?? [])
    : [...fixesOf(context, listLasting(context, conclusion)), ...fixTooShort(context)];
  const located = [...(conclusion.fixes ?? []), ...found].map((fix) =>
    locateSettings(fix, context.config),
  );
  const fixes = [...new Set(located)];
  const { body, request, engine } = context;
  const promptDigest =
    request.passage === undefined ? digestPrompt(body, request.body, engine.promptKey) : undefined;
  return { fixes: fixes.length === 0 ? undefined : fixes, promptDigest };
}

/**
 * By its class, or because its words name what does not go by itself; all, if its caller left while
 * nobody was asked any more.
 */
function listLasting(
  context: RequestContext,
  { outcome }: Conclusion,
): readonly CandidateVerdict[] {
  const last = context.openRecord.attempts.at(-1);
  if (outcome === 'client-gone' && last?.failure) return listMissed(context, () => true);
  const named = new Set(
    context.openRecord.misses.flatMap(({ failure, candidate: { target, credential } }) =>
      fixKnown(failure.class, failure.message, target) ||
      namesTier(failure, target) ||
      (failure.class === 'connect' && isInTheWay(failure, target)) ||
      isOfAdded(openScene(context, { target: target.id, credential: credential?.id }))
        ? [target.id]
        : [],
    ),
  );
  return listMissed(context, ({ lasts }, { target }) => lasts === true || named.has(target));
}

/** What the configuration adds is refused next time too. */
function isOfAdded(scene: FixContext | undefined): boolean {
  return (
    scene?.failure !== undefined && leaveOutAdded(scene.failure, scene.place, scene) !== undefined
  );
}

/** A limit of the configuration cuts the next request short too. */
function fixTooShort(context: RequestContext): readonly string[] {
  const silent = listMissed(context, ({ isSilence }) => isSilence === true);
  return fixesOf(context, silent).filter((fix) => fix.startsWith(moreTime));
}

/** Lists candidates of such a cause; a candidate that finally answered needs no fix. */
function listMissed(
  { openRecord, candidates }: RequestContext,
  isSuch: (row: FailureRow, missed: Pick<CandidateVerdict, 'target'>) => boolean,
): readonly CandidateVerdict[] {
  const last = openRecord.attempts.at(-1);
  const answered = last?.failure === undefined ? last : undefined;
  const tried = openRecord.misses.map(({ candidate, failure, text }) => ({
    target: candidate.target.id,
    credential: candidate.credential?.id,
    cause: failure.class,
    speaker: failure.speaker,
    text,
  }));
  const held = [...candidates.skipped.values()].flatMap(
    ({ target, credential, heldFor, speaker, reason }) =>
      heldFor === undefined ? [] : [{ target, credential, cause: heldFor, speaker, text: reason }],
  );
  return [...tried, ...held]
    .filter((one) => isSuch(rowOfClass(one.speaker?.meant ?? one.cause), one))
    .filter(
      ({ target, credential }) => target !== answered?.target || credential !== answered.credential,
    )
    .map((one) => ({ ...one, was: 'tried', requests: 1 }));
}
