/**
 * Describes the state of a target and its key: which key, the cause, since when, until when, and
 * who set that end; and each task by its last outcome. Pure.
 */

import { classOrStatus } from '../../access/wording/by-status.ts';
import { findLook } from '../../access/wording/look.ts';
import { describeSpeaker, isGuess, quoteWords } from '../../access/wording/speakers.ts';
import {
  describeLook,
  describePast,
  describeSetter,
  describeWhen,
} from '../../access/wording/when.ts';
import { fillPhrase } from '../../access/wording/wording.ts';
import type { AnswerSpeaker } from '../../model/failure.ts';
import { causeOf, rowOf } from '../plan/outcomes.ts';
import type {
  KeyPlan,
  Plan,
  RoutePlan,
  StandingPlan,
  TargetPlan,
  TaskOutcome,
} from '../plan/plan.ts';

const signs = {
  works: '✓',
  untried: '?',
  due: '?',
  brought: '?',
  rests: '–',
  out: '✗',
  missing: '✗',
  barred: '✗',
} as const;

/** ✓ has worked, ✗ is unusable, ? is untried, – ends by itself. */
export function signOfStanding({ state }: StandingPlan): '✓' | '✗' | '?' | '–' {
  return signs[state];
}

/** Returns `worked 3 min ago`, or `out: billing, until …`. */
export function describeKeyStanding(standing: StandingPlan, now: number): string {
  const { state, cause, provenAt, detail } = standing;
  const worked = provenAt === undefined ? '' : `worked ${describePast(provenAt, now)}`;
  switch (state) {
    case 'works':
      return worked;
    case 'untried':
      return 'not tried yet';
    case 'due':
      return `was held back (${classOrStatus(cause ?? 'unknown', standing.speaker)}); the next request finds out whether it still is`;
    case 'brought':
      return 'each caller brings its own with its request';
    case 'missing':
      return `missing: ${detail ?? 'nothing found'}`;
    case 'barred':
      return `not used here: ${detail ?? 'it is for something else'}`;
    default:
      return `${state}: ${describeCause(standing, now)}`;
  }
}

function describeCause(standing: StandingPlan, now: number): string {
  const { cause = 'unknown', detail = '' } = standing;
  if (cause === 'budget') return detail;
  const end = describeEnd(standing, now);
  const said = quoteWords(standing.evidence ?? '', standing);
  return `${classOrStatus(cause, standing.speaker)}${end && `, ${end}`}${said && `: ${said}`}`;
}

type StandingEnd = Pick<
  StandingPlan,
  'cause' | 'speaker' | 'since' | 'until' | 'endSetBy' | 'namedUntil'
>;

/** The words of a refusal, and how long it holds. */
export interface RefusalWords extends StandingEnd, Pick<StandingPlan, 'evidence'> {
  readonly status?: number | undefined;
}

/** Tells what `who` said, and until when it holds, each if it is known. */
export function listEvidence(refusal: RefusalWords, now: number, who = 'it'): readonly string[] {
  const { status = '', evidence = '' } = refusal;
  const words = quoteWords(evidence, refusal);
  const said = words === evidence ? words : `${who} said: ${`${status} ${words}`.trimStart()}`;
  return [said, describeEnd(refusal, now)].filter((text) => text !== '');
}

/**
 * Formats `asked again in 5 min (14:03), as the provider says`. Empty if it is over, or the end is
 * unknown.
 */
function describeEnd(end: StandingEnd, now: number): string {
  const { until } = end;
  if (until === undefined || end.endSetBy === undefined || until <= now) return '';
  if (findLook(end)) return describeLook(until, now);
  return `asked again ${describeWhen(until, now)}, ${describeSetter(end, { theirs: 'as the provider says' }, now)}`;
}

/** Returns `the key in .env:3 (sha256:ab12…)`. */
export function namePlannedKey({
  foundAt,
  fingerprint,
}: Pick<KeyPlan, 'foundAt' | 'fingerprint'>): string {
  return `the key in ${foundAt}${fingerprint === undefined ? '' : ` (${fingerprint})`}`;
}

/** Describes what is wrong with this target, as half a sentence that names it. */
export function describeHindrance(
  target: TargetPlan,
  key: KeyPlan | undefined,
  now: number,
): string {
  const { provider, id } = target;
  const { cause, state, provenAt, detail, speaker } = key ?? target.standing;
  if (state === 'missing') return `${provider} has no key: ${detail ?? 'none was found'}`;
  if (state === 'brought')
    return `${provider} has no key of its own here, only the logins that callers bring`;
  if (state === 'barred') return `${id}: ${detail ?? 'no key is for it'}`;
  const who = key === undefined ? 'a request without a key' : namePlannedKey(key);
  const past =
    provenAt === undefined ? 'has never worked here' : `worked ${describePast(provenAt, now)}`;
  const phrase = phraseOf(cause, speaker);
  if (phrase === undefined)
    return `${id} ${state === 'rests' ? 'rests' : 'is held back'} (${cause ?? 'unknown'})`;
  const words = { PROVIDER: provider, TARGET: id, KEY: who, PAST: past, WHY: `${detail}` };
  return fillPhrase(phrase, words);
}

function phraseOf(
  cause: StandingPlan['cause'],
  speaker: AnswerSpeaker | undefined,
): string | undefined {
  const foreign = describeSpeaker(speaker);
  if (speaker && isGuess(speaker))
    return `TARGET ${foreign}${rowOf(cause)?.heldAgainst === undefined ? '' : ' to KEY'}`;
  if (foreign !== undefined) return `PROVIDER ${foreign}`;
  return cause === 'budget' ? 'TARGET rests: WHY' : rowOf(cause)?.phrases.standing;
}

export function outcomeOf({ outcomes }: Plan, task: string): TaskOutcome | undefined {
  return outcomes?.find((outcome) => outcome.task === task);
}

/** Says how a task stands: ✓ was answered, ✗ cannot be or was not, ? unknown, – rests. */
export function signOfTask(
  { targets, isUsable, next }: RoutePlan,
  outcome: TaskOutcome | undefined,
): string {
  if (!isUsable || outcome?.state === 'failed') return '✗';
  const asked = targets.find(({ id }) => id === next?.target);
  if (asked === undefined) return '–';
  if (outcome?.state === 'answered') return '✓';
  const { provenAt = 0 } = asked.standing;
  const isOpen =
    outcome?.last !== undefined && provenAt <= outcome.last.at + outcome.last.durationMs;
  return isOpen ? '?' : signOfStanding(asked.standing);
}

/** Returns the cause of the last outcome in one word; undefined if nothing went wrong. */
export function nameCause({ last }: Pick<TaskOutcome, 'last'>): string | undefined {
  if (last === undefined) return undefined;
  return (
    causeOf(last) ?? last.attempts.find(({ failure }) => failure !== undefined)?.failure?.class
  );
}
