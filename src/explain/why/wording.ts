/** The words that a tale is told in: what each class of failure means of a target, spans of time, lists. Pure. */

import { describeSpeaker } from '../../access/wording/speakers.ts';
import { describeWait } from '../../access/wording/when.ts';
import type { AnswerSpeaker, FailureClass } from '../../model/failure.ts';
import type { AttemptRecord, Usage } from '../../model/record.ts';

/** The rest of a sentence that begins with the name of a target. */
const happened: Readonly<Record<FailureClass, string>> = {
  'auth-missing': 'has no key',
  'auth-rejected': 'rejected its key',
  'auth-suspect': 'refused its key, which had worked before',
  'auth-revoked': 'said that its key was withdrawn',
  'forbidden-model': 'does not let its key use this model',
  'forbidden-request': 'forbade the request',
  billing: 'wanted money on its account',
  quota: 'had its quota used up',
  'too-dear': 'wanted fewer tokens than were asked for',
  'rate-limit': 'was at its rate limit',
  overloaded: 'was overloaded',
  'server-error': 'had a server error',
  connect: 'could not be reached',
  tls: 'showed a certificate that is not trusted',
  timeout: 'kept silent',
  'stream-cut': 'broke off',
  'stream-stall': 'fell silent in the middle of its answer',
  malformed: 'sent a damaged answer',
  empty: 'answered nothing',
  unfinished: 'gave an answer without a proper end',
  unusable: 'gave an answer of no use',
  'model-missing': 'does not have the model',
  'not-offered': 'does not serve this path',
  'context-overflow': 'found the conversation too long for the model',
  parameter: 'refused a parameter',
  'foreign-history': 'did not know what the conversation refers to',
  'no-images': 'sees no images',
  'no-tools': 'calls no tools',
  'content-policy': 'refused the content',
  'bad-request': 'found a mistake in the request',
  'refused-request': 'refused the request',
  'client-gone': 'was left by the caller',
  'own-deadline': 'did not answer within the time of the task',
  local: 'could not be asked, because this machine was short of something',
  unknown: 'failed',
};

/** What stands in a line in place of a status, where none came. */
const brief: Readonly<Partial<Record<FailureClass, string>>> = {
  connect: 'not reached',
  tls: 'not trusted',
  timeout: 'silent',
  'stream-cut': 'cut',
  'stream-stall': 'stalled',
  malformed: 'damaged',
  unfinished: 'unfinished',
  'own-deadline': 'out of time',
  local: 'not sent',
  unknown: 'failed',
};

/** `429`; where the trouble came without an error status, its kind: `cut`. */
export function nameEnd({ status, failure }: Pick<AttemptRecord, 'status' | 'failure'>): string {
  if (failure === undefined || (status !== undefined && status >= 400)) return String(status ?? '');
  return brief[failure.class] ?? failure.class;
}

/** `work` of `openai:config:work`, `OPENAI_API_KEY` of `openai:env:OPENAI_API_KEY`. */
export function labelOf(credential: string): string {
  const [, source = credential, ...label] = credential.split(':');
  return label.length === 0 ? source : label.join(':');
}

/** `was at its rate limit`. `key`: which of several keys is meant. */
export function describeHappened(failure: FailureClass, key?: string, speaker?: AnswerSpeaker): string {
  const foreign = describeSpeaker(speaker);
  if (foreign !== undefined) return foreign;
  return key === undefined ? happened[failure] : happened[failure].replace('its key', key);
}

/** `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `240 ms`, `2.1 s`, `3 min`. */
export function describeSpan(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : describeWait(ms);
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];

/** `second`; beyond the ninth `10th`. */
export function ordinal(count: number): string {
  return ordinals[count - 1] ?? `${count}th`;
}

/** `1 request`, `3 requests`. */
export function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}

/** `12000 → 300 tokens (92 % from a cache)`. */
export function describeTokens({ inputTokens, outputTokens, cachedTokens = 0 }: Usage): string {
  const share = inputTokens ? Math.round((100 * cachedTokens) / inputTokens) : 0;
  const cached = share === 0 ? '' : ` (${share} % from a cache)`;
  return `${inputTokens ?? '?'} → ${outputTokens ?? '?'} tokens${cached}`;
}
