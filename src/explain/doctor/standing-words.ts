/**
 * Describes the state of a target and its key: which key, the cause, since when, until when, and
 * who set that end. Pure.
 */

import { describeSpeaker, quoteWords } from '../../access/wording/speakers.ts';
import { describeClock, describePast, describeWhen } from '../../access/wording/when.ts';
import { fillPhrase } from '../../access/wording/wording.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { LimitLeft } from '../../model/credential.ts';
import type { AnswerSpeaker } from '../../model/failure.ts';
import type { KeyPlan, StandingPlan, TargetPlan } from '../plan/plan.ts';

/** ✓ has worked, ✗ is unusable, ? is untried, – ends by itself. */
export function signOfStanding({ state }: StandingPlan): '✓' | '✗' | '?' | '–' {
  switch (state) {
    case 'works':
      return '✓';
    case 'untried':
    case 'due':
    case 'brought':
      return '?';
    case 'rests':
      return '–';
    default:
      return '✗';
  }
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
      return `was held back (${cause ?? 'unknown'}); the next request finds out whether it still is`;
    case 'brought':
      return 'each caller brings its own with its request';
    case 'missing':
      return `missing: ${detail ?? 'nothing found'}`;
    case 'barred':
      return `not used here: ${detail ?? 'it is for something else'}`;
    default:
      return `${state === 'rests' ? 'rests' : 'out'}: ${describeCause(standing, now)}`;
  }
}

function describeCause(standing: StandingPlan, now: number): string {
  const { cause = 'unknown', detail = '' } = standing;
  if (cause === 'budget') return detail;
  const end = describeStandingEnd(standing, now);
  return [end === '' ? cause : `${cause}, ${end}`, quoteEvidence(standing)]
    .filter((part) => part !== '')
    .join(': ');
}

/**
 * Formats `asked again in 5 min (14:03), as the provider says`. Empty if it is over, or the end is
 * unknown.
 */
export function describeStandingEnd(
  { until, endSetBy }: Pick<StandingPlan, 'until' | 'endSetBy'>,
  now: number,
): string {
  if (until === undefined || endSetBy === undefined) return '';
  const by = endSetBy === 'provider' ? 'as the provider says' : 'our estimate';
  return until <= now ? '' : `asked again ${describeWhen(until, now)}, ${by}`;
}

/** Only what somebody said is quoted. */
export function quoteEvidence({ evidence = '', cause, speaker }: StandingPlan): string {
  return quoteWords(evidence, { cause, speaker });
}

/** Returns `12 % of its tokens are left until 14:03, said at 13:58:02`. */
export function describeLeft({ of, share, renewsAt, asOf }: LimitLeft, now: number): string {
  const percent = share > 0 && share < 0.01 ? 'less than 1' : Math.floor(share * 100);
  return `${percent} % of its ${of} are left until ${describeClock(renewsAt, now)}, said at ${describeClock(asOf, now)}`;
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
  if (state === 'barred') return `${id}: ${detail ?? 'no key is for it'}`;
  const who = key === undefined ? 'a request without a key' : namePlannedKey(key);
  const past =
    provenAt === undefined ? 'has never worked here' : `worked ${describePast(provenAt, now)}`;
  const phrase = phraseOf(cause, speaker);
  if (phrase === undefined)
    return `${id} ${state === 'rests' ? 'rests' : 'is held back'} (${cause ?? 'unknown'})`;
  const names: Readonly<Record<string, string>> = {
    PROVIDER: provider,
    TARGET: id,
    KEY: who,
    PAST: past,
    WHY: `${detail}`,
  };
  return fillPhrase(phrase, names);
}

function phraseOf(
  cause: StandingPlan['cause'],
  speaker: AnswerSpeaker | undefined,
): string | undefined {
  const foreign = describeSpeaker(speaker);
  if (foreign !== undefined) return `PROVIDER ${foreign}`;
  return cause === 'budget' ? 'TARGET rests: WHY' : cause && rowOfClass(cause).phrases.standing;
}
