/**
 * Describes failures: who said what about which key or model. *Expired* and *invalid* appear only
 * in quotes.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Lease } from '../../model/credential.ts';
import type { Decision } from '../../model/decision.ts';
import type { Failure } from '../../model/failure.ts';
import type { Operation } from '../../model/protocol.ts';
import type { CandidateVerdict, UnlistedKeys } from '../../model/record.ts';
import type { Target } from '../../model/target.ts';
import { describeSpeaker, isGuess, isSaid, quoteWords } from './speakers.ts';
import { describePast, describeWait } from './when.ts';

export interface FailureContext {
  readonly failure: Failure;
  readonly target: Target;
  readonly lease: Lease;
  /** When the key last worked here, epoch ms. */
  readonly provenAt: number | undefined;
  /** Repeats so far. */
  readonly repeats: number;
  readonly now: number;
}

/** Names an operation in a sentence. */
export const operationNouns: Readonly<Record<Operation, string>> = {
  generate: 'answers',
  embed: 'embeddings',
  'count-tokens': 'counts of tokens',
  images: 'images',
  audio: 'speech or transcriptions',
  files: 'files',
  batches: 'batches',
  responses: 'stored answers',
  rerank: 'reranking',
};

const modelElsewhere = 'ask for a model of another provider as "provider/model"';
const providerElsewhere = 'name another provider in the header x-holdfast-provider';

/** The fix if the provider does not offer the operation at all. */
export const askElsewhere: Readonly<Record<Exclude<Operation, 'generate'>, string>> = {
  embed: 'ask for a model that makes vectors, or name one in auxiliary.embeddings',
  'count-tokens': modelElsewhere,
  images: modelElsewhere,
  audio: modelElsewhere,
  files: providerElsewhere,
  batches: providerElsewhere,
  responses: providerElsewhere,
  rerank: modelElsewhere,
};

/** Returns one sentence; the provider's own reason follows in quotation marks. */
export function describeFailedAttempt(context: FailureContext): string {
  const { failure, target } = context;
  const said = failure.message === '' ? '' : `; ${describeSaid(failure)}`;
  const { speaker } = failure;
  const foreign = describeSpeaker(speaker);
  if (foreign === undefined) return describeOwn(context, said);
  if (speaker !== undefined && isGuess(speaker))
    return `${target.id} ${foreign}${describeAskedKey(context)}${said}`;
  return `${target.provider} ${foreign} (${failure.status ?? failure.class})${said}`;
}

/** Names the key where its status may be about it: whatever it was for, it came with that key. */
function describeAskedKey({ failure, lease, ...context }: FailureContext): string {
  const { WHEN, TIMES } = wordsOf({ failure, lease, ...context });
  if (failure.class === 'request-blocked') return `; it let others through ${WHEN}`;
  if (rowOfClass(failure.class).heldAgainst === undefined) return '';
  if (lease.fingerprint === 'none') return ' to a request without a key';
  const key = ` to ${nameLeasedKey(lease)}`;
  if (failure.class !== 'auth-suspect') return key;
  return `${key}, which worked ${WHEN}; rechecked ${TIMES}`;
}

/** Returns `it said: "…"`, or our own description of what nobody said. */
function describeSaid({ class: cause, message, ...said }: Failure): string {
  return isSaid({ cause, ...said }) ? `it said: "${message}"` : `what came: ${message}`;
}

/** Uses the phrase of the class. */
function describeOwn(context: FailureContext, said: string): string {
  const { failure, target, lease } = context;
  switch (failure.class) {
    case 'auth-rejected':
    case 'auth-unseen':
      if (lease.fingerprint === 'none')
        return `${target.provider} wants a key, and none is ${target.authStyle === 'none' ? 'sent (auth: none)' : 'set'}${said}`;
      break;
    case 'not-offered':
      return describeUnserved(context);
    case 'connect':
      return describeUnreachedTarget(failure, target);
    default:
  }
  const { attempt } = rowOfClass(failure.class).phrases;
  if (attempt === undefined)
    return `${target.id} answered ${failure.status ?? 'with a fault'} (${failure.class})${said}`;
  const isQuoted = !attempt.includes('MESSAGE');
  return `${fillPhrase(attempt, wordsOf(context))}${isQuoted ? said : ''}`;
}

function wordsOf({ failure, target, lease, repeats, now, provenAt }: FailureContext): PhraseWords {
  return {
    PROVIDER: target.provider,
    TARGET: target.id,
    MODEL: target.model,
    KEY: lease.fingerprint === 'none' ? 'a request without a key' : nameLeasedKey(lease),
    WHEN: provenAt === undefined ? 'before' : describePast(provenAt, now),
    TIMES: repeats === 1 ? 'once' : `${repeats} times`,
    MESSAGE: failure.message,
  };
}

type PhraseWords = Readonly<Record<string, string>>;

/** Fills the words in capitals of a class's phrase; inserted text is not searched again. */
export function fillPhrase(phrase: string, words: PhraseWords): string {
  return phrase.replaceAll(/[A-Z]{3,}/g, (place) => words[place] ?? place);
}

/** Returns `the key in config.yaml:6`, or its label if it is not in a file. */
export function nameLeasedKey({
  label,
  namedAt,
  heldAt,
  variable,
}: Pick<Lease, 'label' | 'namedAt' | 'heldAt' | 'variable'>): string {
  const held = variable === undefined ? heldAt : `the environment (${variable})`;
  if (held === undefined) return `the key \`${label}\` (given config)`;
  return `the key in ${namedAt === undefined ? held : `${namedAt} → ${held}`}`;
}

/** Describes the system's error for a connection that was never made. */
function describeUnreachedTarget(failure: Failure, { id, origin }: Target): string {
  const { code, message, class: cause, ...more } = failure;
  if (code === 'ECONNREFUSED') return `no server answers at ${origin} (${id})`;
  if (code === 'ENOTFOUND') return `there is no host ${new URL(origin).hostname} (${id})`;
  const { name = '' } = more.speaker ?? {};
  const who = name === '' || message.includes(name) ? '' : `${name} in front of it says `;
  return `${id} cannot be reached: ${who}${quoteWords(message, { ...more, cause })}`;
}

/** Names the address, because a person can fix that. */
function describeUnserved({ failure, target, lease, provenAt, now }: FailureContext): string {
  const { message, class: cause, evidence, ...more } = failure;
  const said = message === '' ? '' : `: ${quoteWords(message, { ...more, cause })}`;
  const hasServed = evidence.adjustedBy === 'others-passed' && provenAt !== undefined;
  const what = hasServed
    ? `, which answered ${describePast(provenAt, now)}, now serves no`
    : ' serves no';
  return `${target.id}: ${target.baseUrl}${what} ${operationNouns[lease.operation]} (${failure.status ?? 'refused'}${said})`;
}

/**
 * Describes the next step while the request goes on: `xiaomi refused the key momentarily, retry 1/2
 * in 1.1 s`. `what` happened comes from `shortReason`.
 */
export function describeRescue(what: string, decision: Decision): string {
  if (decision.kind === 'stop') return `${what}; ${decision.reason}`;
  if (decision.kind !== 'retry') return `${what}, ${nextSteps[decision.kind]}`;
  if (decision.isAmended === true) return `${what}, asking again with the request amended`;
  const { times } = decision;
  const retry = times === undefined ? 'retry' : `retry ${times.number}/${times.of}`;
  return `${what}, ${retry} in ${(decision.delayMs / 1000).toFixed(1)} s`;
}

const nextSteps: Readonly<Record<Exclude<Decision['kind'], 'retry' | 'stop'>, string>> = {
  reread: 'reading its source again',
  rotate: 'taking another key',
  'next-target': 'going on to the next target',
  wait: 'waiting until it is back',
};

/** The rule of an invalid continuation, and what its target did. */
export const divergedRule = 'continuation-diverged';
export const begunAnew = 'began the answer anew, or with words that are not part of it';

/** Names this many of a long list, and the first of each target anyway. */
const namedLimit = 6;

/**
 * Names every candidate that did not answer, in one short line with each text once; undefined if
 * there was none.
 */
export function describeCandidates(
  {
    candidates,
    unlisted,
  }: {
    readonly candidates: readonly CandidateVerdict[];
    readonly unlisted: readonly UnlistedKeys[];
  },
  now: number,
): string | undefined {
  const said = candidates.filter(
    ({ text }, index) => candidates.findIndex((other) => other.text === text) === index,
  );
  const isNamed = ({ target }: CandidateVerdict, index: number): boolean =>
    index < namedLimit || said.findIndex((other) => other.target === target) === index;
  const named = said.filter(isNamed);
  const rest = [
    ...said
      .filter((candidate, index) => !isNamed(candidate, index))
      .map((one) => ({ ...one, count: 1 })),
    ...unlisted,
  ];
  const groups = [...Map.groupBy(rest, ({ target }) => target)].map(([target, members]) => {
    const count = members.reduce((sum, member) => sum + member.count, 0);
    const who = named.some((one) => one.target === target)
      ? `${count} more ${count === 1 ? 'key' : 'keys'} of ${target}`
      : target;
    return `and ${who}${describeNext(members, now, count)}`;
  });
  return named.length + groups.length === 0
    ? undefined
    : [...named.map(({ text }) => text), ...groups].join('; ');
}

/** Returns when the first of them may be used; one that is free now was only not reached. */
function describeNext(
  members: readonly { readonly until?: number | undefined }[],
  now: number,
  count: number,
): string {
  const ends = members.flatMap(({ until }) => (until === undefined ? [] : [until]));
  if (ends.length === 0) return '';
  const waitMs = Math.min(...ends) - now;
  return waitMs <= 0
    ? `, ${count === 1 ? '' : 'next '}free now: this request has used up its attempts or its time`
    : `, next free in ${describeWait(waitMs)}`;
}

/** Says what happened, without a provider's own words. */
export function shortReason(
  { class: failureClass, status, code, message, speaker }: Failure,
  target: Target,
): string {
  if (speaker !== undefined && isGuess(speaker)) return `${target.id} ${describeSpeaker(speaker)}`;
  const { rescue } = rowOfClass(failureClass).phrases;
  if (rescue !== undefined)
    return fillPhrase(rescue, { PROVIDER: target.provider, CODE: code ?? message });
  return `${target.id}: ${failureClass}${status === undefined ? '' : ` (${status})`}`;
}
