/**
 * Formats each step of a story as one line: the target and key, the result in the provider's own
 * words, and the end of its mark. Pure.
 */

import { describeClock } from '../../access/wording/when.ts';
import { stateFor } from '../../credentials/health/key-state.ts';
import type { Mark } from '../../model/failure.ts';
import type {
  AttemptRecord,
  JointRecord,
  RequestCost,
  RequestRecord,
  Usage,
} from '../../model/record.ts';
import type { SkippedStep, TaleStep, TriedStep } from './steps.ts';
import { countNoun, describeSpan, describeTokens, labelOf, nameEnd } from './wording.ts';

export interface TaleLine {
  readonly target: string;
  /** Formatted as `key work (.env:3)`. Absent if no key is needed, and for a target as a whole. */
  readonly key?: string | undefined;
  /** What became of it, in a word or two: `429`, `not needed`, `answered`. */
  readonly kind: string;
  readonly text: string;
}

export function describeSteps(
  record: RequestRecord,
  steps: readonly TaleStep[],
  now: number,
): readonly TaleLine[] {
  const lines = steps.flatMap((step) => {
    const { target } = step;
    const text =
      step.kind === 'tried' ? describeTriedStep(record, step, now) : describeSkippedStep(step, now);
    const joint = step.kind === 'tried' ? findJoint(record, step) : undefined;
    return [
      { target, key: nameKeyOfStep(step), kind: kindOfStep(step), text },
      ...(joint === undefined ? [] : [{ target, kind: 'continued', text: describeJoint(joint) }]),
    ];
  });
  const more = (record.unlisted ?? []).map(({ target, count: many }) => ({
    target,
    kind: 'not listed',
    text: `${countNoun(many, 'more key')}, not listed`,
  }));
  return [...lines, ...more];
}

function kindOfStep(step: TaleStep): string {
  if (step.kind === 'skipped')
    return step.cause === 'not-needed' ? 'not needed' : `not asked (${step.heldFor ?? step.cause})`;
  return step.last.failure === undefined ? 'answered' : nameEnd(step.last);
}

/** Returns the label, and where the key was found. */
function nameKeyOfStep(step: TaleStep): string | undefined {
  const { credential } = step;
  if (credential === undefined || credential === 'none') return undefined;
  const label = labelOf(credential);
  const place = step.kind === 'tried' ? step.last.foundAt : undefined;
  return place === undefined || place === 'config' || place.endsWith(label)
    ? `key ${label}`
    : `key ${label} (${place})`;
}

function describeTriedStep(record: RequestRecord, step: TriedStep, now: number): string {
  const { last } = step;
  if (last.failure === undefined) return describeAnswerStep(record, last);
  const parts = [describeMiss(step), quoteProvider(last), describeRests(last, now)];
  return parts.filter((part) => part !== '').join('  ');
}

function describeAnswerStep(
  record: RequestRecord,
  { durationMs, isProbe, startedAt }: AttemptRecord,
): string {
  if (record.outcome === 'client-gone')
    return `asked for ${describeSpan(durationMs)}, until the caller left`;
  const { firstEventMs, joints = [] } = record;
  // The wall clock and the monotonic clock differ by a millisecond or two.
  const firstMs = Math.min(durationMs, Math.max(0, record.at + (firstEventMs ?? 0) - startedAt));
  const first =
    firstEventMs === undefined || joints.length > 0
      ? ''
      : `first word after ${describeSpan(firstMs)}, `;
  const role = joints.length > 0 ? 'sent the rest' : 'answered';
  const probe = isProbe === true ? ', which showed that it is back' : '';
  return `${role}: ${first}${describeSpan(durationMs)} in all${usagePhrase(record.usage)}${describeCost(record.cost)}${describeUnmetered(record)}${probe}`;
}

/** Returns the tokens of all attempts together: `, 512 → 830 tokens`. */
function usagePhrase(usage: Usage | undefined): string {
  if (usage === undefined) return '';
  return `, ${describeTokens(usage)}`;
}

/** Formats the cost of all attempts together: `, $0.014`. */
function describeCost(cost: RequestCost | undefined): string {
  if (cost === undefined || cost.billing === 'free') return '';
  if (cost.billing === 'plan') return ', paid by a plan';
  return cost.usd === 0 ? '' : `, $${Number(cost.usd.toPrecision(2))}`;
}

function describeUnmetered({ unmetered }: RequestRecord): string {
  return unmetered === undefined
    ? ''
    : `; ${countNoun(unmetered, 'attempt')} before it may be billed and did not say for how much`;
}

/** Returns `429 after 0.2 s`, or `503, 3 times, 1.2 s together`. */
function describeMiss({ attempts, last }: TriedStep): string {
  const what = nameEnd(last);
  if (attempts.length === 1) return `${what} after ${describeSpan(last.durationMs)}`;
  const spentMs = attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  return `${what}, ${attempts.length} times, ${describeSpan(spentMs)} together`;
}

/** Quotes a provider's words; our own findings have no quotation marks. */
function quoteProvider({ status, failure }: AttemptRecord): string {
  const said = failure?.message ?? '';
  if (said === '') return '';
  return status === undefined ? said : `"${said}"`;
}

const pastWords = { rests: 'rested', out: 'was out' } as const;

function describeRests({ target, failure, heldBack }: AttemptRecord, now: number): string {
  if (heldBack === undefined || failure === undefined) return '';
  const state = stateFor(failure.class);
  const verb = heldBack.until > now ? state : pastWords[state];
  return `${verb} until ${describeClock(heldBack.until, now)} (${nameSetter(target, heldBack.endSetBy)})`;
}

function nameSetter(target: string, endSetBy: Mark['endSetBy']): string {
  return endSetBy === 'provider'
    ? `set by ${target.slice(0, target.indexOf('/'))}`
    : 'our estimate';
}

function describeSkippedStep(step: SkippedStep, now: number): string {
  const { target, cause, heldFor, reason, summary = reason, since, until, endSetBy } = step;
  if (cause === 'not-needed') return `not needed: ${reason}`;
  if (cause !== 'held-back') return `not asked: ${reason}`;
  const from = since === undefined ? '' : ` since ${describeClock(since, now)}`;
  const to = until === undefined ? '' : `, until ${describeClock(until, now)}`;
  const by = endSetBy === undefined ? '' : ` (${nameSetter(target, endSetBy)})`;
  const held = heldFor === undefined ? 'held back' : `${stateFor(heldFor)} (${heldFor})`;
  return `not asked: ${held}${from}${to}${by}  "${summary}"`;
}

const ways: Readonly<Record<JointRecord['way'], string>> = {
  prefill: 'as the continuation of its own message',
  instruct: 'by an instruction to continue',
  afresh: 'again from the start, since no text had been sent',
};

/** Finds the attempt of a target that had delivered content before it failed. */
function findJoint(
  { joints = [] }: RequestRecord,
  { target, last }: TriedStep,
): JointRecord | undefined {
  const { failure, status } = last;
  const hasBroken =
    failure !== undefined && status === undefined && failure.rule !== 'continuation-diverged';
  return hasBroken ? joints.find(({ from }) => from === target) : undefined;
}

function describeJoint({ at, to, way, finding, removed }: JointRecord): string {
  const isPreamble = finding === 'lead-in' || finding === 'fence';
  const what = isPreamble ? 'characters before it' : 'repeated characters';
  const twice = removed === 0 ? 'nothing was repeated' : `${removed} ${what} were removed`;
  return `continued at character ${at} by ${to}, asked ${ways[way]}; ${twice}`;
}
