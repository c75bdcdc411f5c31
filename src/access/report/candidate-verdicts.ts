/** Each candidate of a request that nobody answered, with its cause, its end and its words. */

import { stateFor } from '../../credentials/health/key-state.ts';
import { isFailureClass, rowOfClass } from '../../failures/classes.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { CandidateVerdict, SkipRecord } from '../../model/record.ts';
import type { Engine } from '../request/engine.ts';
import type { Miss } from '../request/open-record.ts';
import type { RequestContext } from '../request/request-context.ts';
import { findLook } from '../wording/look.ts';
import {
  describeClock,
  describeLook,
  describeWhen,
  isCapped,
  type SetEnd,
} from '../wording/when.ts';
import { fillPhrase, nameLeasedKey } from '../wording/wording.ts';
import { namedEndOf } from './comes-back.ts';

export function describeTriedCandidate(
  context: RequestContext,
  { candidate, lease, failure, text }: Miss,
): CandidateVerdict {
  const { engine, openRecord } = context;
  const standing = engine.health.standing(lease);
  const isHeld = standing.state === 'held-back';
  const until = isHeld ? standing.until : namedEndOf(context, candidate);
  const namedUntil = isHeld ? standing.mark.namedUntil : undefined;
  const endSetBy = isHeld ? standing.mark.endSetBy : 'provider';
  return {
    target: candidate.target.id,
    credential: candidate.credential?.id,
    was: 'tried',
    requests: openRecord.misses.filter((other) => other.candidate.key === candidate.key).length,
    cause: failure.class,
    ...(failure.speaker && { speaker: failure.speaker }),
    until,
    text: `${text}${againAt(engine, { until, namedUntil, endSetBy, ...failure, cause: failure.class })}`,
  };
}

export function describeSkippedCandidate(
  context: RequestContext,
  skip: SkipRecord,
): CandidateVerdict {
  const { target, credential, cause, heldFor, speaker, until } = skip;
  const text = wordsForSkip(context.engine, skip, nameOfSkipped(context, skip));
  return {
    target,
    credential,
    was: 'skipped',
    requests: 0,
    cause,
    heldFor,
    ...(speaker && { speaker }),
    until,
    text,
  };
}

/** Names the target, with its key. */
function nameOfSkipped(
  { candidates, engine }: RequestContext,
  { target, credential: id = '' }: SkipRecord,
): string {
  const credential = candidates.places.find((place) => place.target.id === target)?.pool?.find(id);
  if (credential === undefined) return target;
  const reading = engine.reader.peek(credential);
  const { label } = credential;
  const key = reading.state === 'ok' ? nameLeasedKey({ ...reading, label }) : `the key ${label}`;
  return `${target} with ${key}`;
}

interface AskedEnd extends SetEnd {
  readonly cause: FailureClass | undefined;
  readonly speaker?: AnswerSpeaker | undefined;
}

/** Returns, for example, ` – asked again in 15 min (14:03)`, and whose estimate that is. */
function againAt({ host }: Engine, end: AskedEnd): string {
  const now = host.clock.now();
  const { until, namedUntil = 0, endSetBy, cause, speaker } = end;
  if (until === undefined) return '';
  const isOurs = endSetBy !== 'provider';
  const isGuess = speaker?.byStatus !== undefined;
  if (findLook(end) !== undefined) return ` – waiting does not help; ${describeLook(until, now)}`;
  // by then it may be as it was
  if (isOurs && (isGuess || (cause && rowOfClass(cause).lasts)))
    return ` – asked again ${describeWhen(until, now)}, by our estimate`;
  const later = isCapped(end) ? `; it named ${describeClock(namedUntil, now)}` : '';
  return ` – asked again ${describeWhen(until, now)}${later}`;
}

function wordsForSkip(
  engine: Engine,
  { target, cause, heldFor, reason, ...end }: SkipRecord,
  name: string,
): string {
  const [provider = target] = target.split('/');
  const skipped = isFailureClass(cause) ? rowOfClass(cause).phrases.skipped : undefined;
  if (skipped !== undefined) return fillPhrase(skipped, { PROVIDER: provider, WHY: reason });
  // None of its keys can change what the target cannot do.
  if (cause === 'protocol' || cause === 'budget') return `${target} was passed over: ${reason}`;
  if (cause !== 'held-back') return `${name} was passed over: ${reason}`;
  const held = heldFor !== undefined && stateFor(heldFor) === 'out' ? 'is out' : 'rests';
  return `${name} ${held} (${reason})${againAt(engine, { ...end, cause: heldFor })}`;
}
