/**
 * Formats each step of a story as one line: the target and key, the result in the provider's own
 * words, and the end of its mark. With `-v` also each attempt, the timings and the texts. Pure.
 */

import { classOrStatus } from '../../access/wording/by-status.ts';
import { findLook } from '../../access/wording/look.ts';
import { quoteWords } from '../../access/wording/speakers.ts';
import { describeClock, nameSetter } from '../../access/wording/when.ts';
import { stateFor } from '../../credentials/health/key-state.ts';
import type {
  AttemptRecord,
  JointRecord,
  RequestContent,
  RequestRecord,
  SkipRecord,
} from '../../model/record.ts';
import type { TaleStep } from './verdict.ts';
import {
  alignColumns,
  countNoun,
  describeSpan,
  describeTokens,
  labelOf,
  nameEnd,
} from './wording.ts';

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
    const { target, skip, last } = step;
    const told = skip ? tellSkip(skip, now) : last && tellAttempts(record, { ...step, last }, now);
    const { failure, status } = last ?? {};
    // it had delivered content before it failed
    const hasBroken = failure && status === undefined && failure.rule !== 'continuation-diverged';
    const joint = hasBroken && record.joints?.find(({ from }) => from === target);
    return [
      ...(told ? [{ target, key: nameKeyOfStep(step), ...told }] : []),
      ...(joint ? [{ target, kind: 'continued', text: describeJoint(joint) }] : []),
    ];
  });
  const more = (record.unlisted ?? []).map(({ target, count: many }) => ({
    target,
    kind: 'not listed',
    text: `${countNoun(many, 'more key')}, not listed`,
  }));
  return [...lines, ...more];
}

/** Returns the label, and where the key was found. */
function nameKeyOfStep({ credential, last }: TaleStep): string | undefined {
  if (credential === undefined || credential === 'none') return undefined;
  const label = labelOf(credential);
  const place = last?.foundAt;
  return place === undefined || place === 'config' || place.endsWith(label)
    ? `key ${label}`
    : `key ${label} (${place})`;
}

type Told = Pick<TaleLine, 'kind' | 'text'>;

function tellAttempts(
  record: RequestRecord,
  { attempts, last }: Pick<TaleStep, 'attempts'> & { readonly last: AttemptRecord },
  now: number,
): Told {
  if (last.failure === undefined) return { kind: 'answered', text: describeAnswer(record, last) };
  const kind = nameEnd(last);
  const spent = describeSpan(attempts.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const { length } = attempts;
  const miss =
    length === 1 ? `${kind} after ${spent}` : `${kind}, ${length} times, ${spent} together`;
  const parts = [miss, quoteProvider(last), describeRests(last, now)];
  return { kind, text: parts.filter((part) => part !== '').join('  ') };
}

function describeAnswer(
  record: RequestRecord,
  { durationMs, isProbe, startedAt }: AttemptRecord,
): string {
  const { outcome } = record;
  if (outcome === 'client-gone' || outcome === 'failed') {
    const end = outcome === 'failed' ? 'it was cut off' : 'the caller left';
    return `asked for ${describeSpan(durationMs)}, until ${end}`;
  }
  const { firstEventMs, joints = [], usage, unmetered } = record;
  // The wall clock and the monotonic clock differ by a millisecond or two.
  const firstMs = Math.min(durationMs, Math.max(0, record.at + (firstEventMs ?? 0) - startedAt));
  const first =
    firstEventMs === undefined || joints.length > 0
      ? ''
      : `first word after ${describeSpan(firstMs)}, `;
  const role = joints.length > 0 ? 'sent the rest' : 'answered';
  const probe = isProbe === true ? ', which showed that it is back' : '';
  const tokens = usage ? `, ${describeTokens(usage)}` : '';
  const unsaid = unmetered
    ? `; ${countNoun(unmetered, 'attempt')} before it may be billed and did not say for how much`
    : '';
  return `${role}: ${first}${describeSpan(durationMs)} in all${tokens}${describeCost(record)}${unsaid}${probe}`;
}

/** Formats the cost of all attempts together: `, $0.014`. */
function describeCost({ cost }: RequestRecord): string {
  if (cost === undefined || cost.billing === 'free') return '';
  if (cost.billing === 'plan') return ', paid by a plan';
  return cost.usd === 0 ? '' : `, ${describeUsd(cost.usd)}`;
}

function quoteProvider({ status, failure }: AttemptRecord): string {
  if (failure === undefined) return '';
  return quoteWords(failure.message, { status, cause: failure.class, speaker: failure.speaker });
}

const pastWords = { rests: 'rested', out: 'was out' } as const;

function describeRests({ target, failure, heldBack }: AttemptRecord, now: number): string {
  if (heldBack === undefined || failure === undefined) return '';
  const state = stateFor(failure.class);
  const look = findLook({ ...heldBack, ...failure, cause: failure.class });
  if (look) return `${state}, looked at again at ${describeClock(look, now)}`;
  const verb = heldBack.until > now ? state : pastWords[state];
  return `${verb} until ${describeClock(heldBack.until, now)} (${nameSetter(target, heldBack, now)})`;
}

function tellSkip(skip: SkipRecord, now: number): Told {
  const { target, cause, heldFor, reason, summary = reason, since, until } = skip;
  if (cause === 'not-needed' && !heldFor)
    return { kind: 'not needed', text: `not needed: ${reason}` };
  const named = heldFor && classOrStatus(heldFor, skip.speaker);
  const kind = `not asked (${named ?? cause})`;
  if (!heldFor) return { kind, text: `not asked: ${reason}` };
  const from = since === undefined ? '' : ` since ${describeClock(since, now)}`;
  const isLook = findLook({ ...skip, cause: heldFor });
  const at = until === undefined ? '' : describeClock(until, now);
  const to = at && `, ${isLook ? 'looked at again at' : 'until'} ${at}`;
  const by = isLook || skip.endSetBy === undefined ? '' : ` (${nameSetter(target, skip, now)})`;
  const words = quoteWords(summary, { cause: heldFor, speaker: skip.speaker });
  return { kind, text: `not asked: ${stateFor(heldFor)} (${named})${from}${to}${by}  ${words}` };
}

const ways: Readonly<Record<JointRecord['way'], string>> = {
  prefill: 'as the continuation of its own message',
  instruct: 'by an instruction to continue',
  afresh: 'again from the start, since no text had been sent',
};

function describeJoint({ at, to, way, finding, removed }: JointRecord): string {
  const isPreamble = finding === 'lead-in' || finding === 'fence';
  const what = isPreamble ? 'characters before it' : 'repeated characters';
  const twice = removed === 0 ? 'nothing was repeated' : `${removed} ${what} were removed`;
  return `continued at character ${at} by ${to}, asked ${ways[way]}; ${twice}`;
}

/**
 * `content` is absent if it was not recorded; `mayKeep` then says whether the configuration records
 * it today.
 */
export function describeInFull(
  record: RequestRecord,
  content: RequestContent | undefined,
  mayKeep: boolean,
): string {
  const { attempts, at } = record;
  const rows = attempts.map((attempt, index) => [`${index + 1}`, ...describeAttempt(attempt, at)]);
  const lines = [`asked: ${describeAsked(record)}`, ...alignColumns(rows), ...listTimes(record)];
  return [...lines.map((line) => `  ${line}\n`), ...describeContent(content, mayKeep)].join('');
}

function describeAsked({
  model,
  task,
  protocol,
  operation,
  streamed,
  session,
  agent,
}: RequestRecord): string {
  const how = streamed ? 'as a stream' : 'as a whole answer';
  const inSession = session === undefined ? '' : `, session ${session}`;
  const byAgent = agent === undefined ? '' : `, agent ${agent}`;
  return `${model} (task ${task}), ${operation} in ${protocol}, ${how}${inSession}${byAgent}`;
}

/** Describes one attempt: its offset, its target and key, and its result. */
function describeAttempt(
  { target, credential, fingerprint, foundAt, startedAt, durationMs, ...came }: AttemptRecord,
  at: number,
): readonly string[] {
  const place = foundAt === undefined ? '' : ` (${foundAt}, ${fingerprint})`;
  const { status, failure, decision, usage, usd, isProbe } = came;
  const parts = [
    `${status ?? (failure === undefined ? 'answered' : 'no answer')} after ${describeSpan(durationMs)}`,
    failure && `${failure.class} by the rule ${failure.rule}: ${failure.message}`,
    isProbe && 'a probe',
    usage && describeTokens(usage),
    usd && describeUsd(usd),
    decision && `then ${decision.kind}: ${decision.reason}`,
  ];
  const key = credential === 'none' ? '' : `key ${labelOf(credential)}`;
  const begun = `+${describeSpan(Math.max(0, startedAt - at))}`;
  return [begun, target, `${key}${place}`, parts.filter(Boolean).join('; ')];
}

function describeUsd(usd: number): string {
  return `$${Number(usd.toPrecision(2))}`;
}

function listTimes({ times, durationMs }: RequestRecord): readonly string[] {
  if (times === undefined) return [];
  const { beforeMs, atMs, betweenMs, afterMs } = times;
  const [before, at, between, after, whole] = [beforeMs, atMs, betweenMs, afterMs, durationMs].map(
    describeSpan,
  );
  return [
    `time: ${before} before the first attempt + ${at} at providers + ${between} between attempts + ${after} after the last = ${whole}`,
  ];
}

function describeContent(content: RequestContent | undefined, mayKeep: boolean): readonly string[] {
  if (content === undefined)
    return [`  What was asked and answered is not kept${mayKeep ? gone : off}\n`];
  return [`asked:\n${endLine(content.asked)}`, `answered:\n${endLine(content.answered)}`];
}

const off = '; records.content keeps it: holdfast config set records.content true';
const gone =
  ' of this request: it is older than records.content, or was erased (holdfast records clear, records.days)';

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
