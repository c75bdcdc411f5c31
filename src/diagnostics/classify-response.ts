/**
 * Builds the report of `holdfast classify`: what an answer means, which rule says so, and how
 * Holdfast would react. Pure.
 */

import { adviceOn } from '../access/classify/advice.ts';
import { findOutputLimit } from '../access/classify/output-limit.ts';
import { decide, movesFor, type Situation } from '../access/decide/decide.ts';
import { markScopeOf } from '../credentials/health/mark-policy.ts';
import { openMark } from '../credentials/health/marks.ts';
import { rowOfClass } from '../failures/classes.ts';
import type { CandidateField, FailureRow, Move } from '../failures/row.ts';
import type { Decision } from '../model/decision.ts';
import type { Evidence, Failure, FailureClass, Mark } from '../model/failure.ts';
import { builtinSignatures } from '../providers/signatures/builtin.ts';
import { judgeResponse, type ResponseToJudge, type Transcript } from './judge-response.ts';

/** The mark that a failure leaves on its candidate. */
export interface MarkForecast extends Pick<Mark, 'until' | 'endSetBy' | 'namedUntil'> {
  readonly scope: readonly CandidateField[];
  /** A mark follows only after this many failures in a row, per process. */
  readonly afterInARow: number;
}

/** The meaning of the answer for a key with one kind of history. */
export interface ResponseVerdict extends Pick<FailureRow, 'meaning' | 'blame' | 'advice'> {
  readonly class: FailureClass;
  /** Absent: nothing is marked. */
  readonly mark?: MarkForecast | undefined;
  /** The steps, in order, while the same answer repeats and other keys and targets are free. */
  readonly plan: readonly string[];
  /** The steps when nothing else is free. */
  readonly planAlone: readonly string[];
}

export interface ClassifyReport {
  readonly provider: string;
  readonly status: number;
  /** Absent: the answer is no failure. */
  readonly failure?:
    | {
        readonly evidence: Evidence;
        /** The source of the rule; absent for the built-in rules of statuses and streams. */
        readonly source?: string | undefined;
        /** The provider said this; secrets are redacted. */
        readonly said: string;
        readonly code?: string | undefined;
        readonly retryAfter?:
          | { readonly ms: number; readonly until: number; readonly from: string }
          | undefined;
        readonly newKey: ResponseVerdict;
        readonly provenKey: ResponseVerdict;
      }
    | undefined;
  readonly stream?: Transcript | undefined;
}

export function classifyResponse(response: Omit<ResponseToJudge, 'isProven'>): ClassifyReport {
  const { provider, status, now } = response;
  const { failure, transcript } = judgeResponse({ ...response, isProven: false });
  const proven = judgeResponse({ ...response, isProven: true }).failure;
  return {
    provider,
    status,
    failure: failure && reportFailure(failure, proven ?? failure, now),
    stream: transcript,
  };
}

function reportFailure(
  failure: Failure,
  proven: Failure,
  now: number,
): NonNullable<ClassifyReport['failure']> {
  const source = builtinSignatures.find(({ id }) => id === failure.evidence.rule)?.source;
  const { retryAfterMs: ms, retryAfterFrom: from = '' } = failure;
  return {
    evidence: failure.evidence,
    source,
    said: failure.message,
    code: failure.code,
    retryAfter: ms === undefined ? undefined : { ms, until: now + ms, from },
    newKey: createVerdict(failure, now),
    provenKey: createVerdict(proven, now),
  };
}

/** Returns the meaning of a failure, and the reaction at the beginning of a request. */
export function createVerdict(failure: Failure, now: number): ResponseVerdict {
  const { meaning, blame } = rowOfClass(failure.class);
  return {
    class: failure.class,
    meaning,
    blame,
    advice: adviceOn(failure),
    mark: forecastMark(failure, now),
    plan: walkPlan(failure, openSituation(failure, true)),
    planAlone: walkPlan(failure, openSituation(failure, false)),
  };
}

/** Returns the first mark of such a failure; undefined if it leaves none. */
export function forecastMark(failure: Failure, now: number): MarkForecast | undefined {
  const fresh = { scope: {}, previous: undefined, random: 0, knownFingerprints: [] };
  const mark = openMark({ ...fresh, failure, now, outage: { strikes: 0, ageMs: 0 } });
  if (mark === undefined) return undefined;
  const { until, endSetBy, namedUntil } = mark;
  const afterInARow = rowOfClass(failure.class).mark?.afterInARow ?? 1;
  return { scope: markScopeOf(failure), until, endSetBy, namedUntil, afterInARow };
}

/** Starts with everything that a request may spend. */
function openSituation(failure: Failure, isOtherFree: boolean): Situation {
  // a smaller answer helps against an overflow only if the answer's limit is the sole cause
  const isAmendable =
    failure.class !== 'context-overflow' || findOutputLimit(failure.message, 0) !== undefined;
  return {
    repeats: 0,
    amendment: isAmendable ? 'changed as the refusal asks' : undefined,
    hasReread: false,
    hasOtherCredential: isOtherFree,
    isOtherRefused: false,
    hasOtherTarget: isOtherFree,
    hasLargerWindow: isOtherFree,
    hasOtherProvider: isOtherFree,
    hasRefusedElsewhere: false,
    isProbe: false,
    attemptsLeft: 12,
    repeatsLeftMs: 120_000,
    leftMs: 600_000,
    mayWait: true,
    hasWorkedLately: true,
    retriesAllowed: true,
    random: 0.5,
  };
}

const lastSteps: ReadonlySet<Decision['kind']> = new Set(['stop', 'next-target', 'wait']);

/**
 * Calls `decide` repeatedly, like a request that meets the same failure each time, and describes
 * the steps.
 */
export function walkPlan(failure: Failure, begun: Situation): readonly string[] {
  const plan: string[] = [];
  let situation = begun;
  for (;;) {
    const decision = decide(failure, situation);
    plan.push(describeStep(decision, failure));
    if (lastSteps.has(decision.kind)) return plan;
    situation = goOn(situation, decision);
  }
}

function goOn(situation: Situation, decision: Decision): Situation {
  const attemptsLeft = situation.attemptsLeft - 1;
  switch (decision.kind) {
    case 'reread':
      return { ...situation, hasReread: true };
    case 'rotate':
      return { ...situation, attemptsLeft, hasOtherCredential: false };
    case 'retry': {
      if (decision.isAmended) return { ...situation, attemptsLeft, amendment: undefined };
      const repeatsLeftMs = situation.repeatsLeftMs - decision.delayMs;
      return { ...situation, attemptsLeft, repeatsLeftMs, repeats: situation.repeats + 1 };
    }
    default:
      return { ...situation, attemptsLeft: 0 };
  }
}

function describeStep(decision: Decision, failure: Failure): string {
  switch (decision.kind) {
    case 'reread':
      return "reads the key's source again";
    case 'retry':
      if (decision.isAmended) return `asks ${decision.reason}`;
      return `asks again after ${(decision.delayMs / 1000).toFixed(1)} s`;
    case 'wait':
      return 'waits with all others until it is back';
    case 'rotate':
      return markScopeOf(failure).includes('account')
        ? 'takes a key of another account'
        : 'takes another key';
    case 'next-target': {
      const [words] = movesFor(failure).flatMap(({ move }) => targetWords[move] ?? []);
      return words ?? 'goes to the next target';
    }
    default:
      return `ends: ${decision.reason}`;
  }
}

/** Used if only some targets help. */
const targetWords: Readonly<Partial<Record<Move['move'], string>>> = {
  'next-target-with-larger-window':
    'goes to the next target, unless its context window is known to be no larger',
  'other-provider-once': 'asks one target of another provider',
};
