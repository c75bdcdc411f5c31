/** What each class means for people: in words, who is to blame, and what is best done about it. Data, and its reading; `holdfast classify`, `explain` and the corpus tell it. */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import type { Failure, FailureClass } from '../../model/failure.ts';

/** Whose fault a failure is. `unclear`: the answer does not say. */
export type Blame = 'key' | 'account' | 'provider' | 'network' | 'request' | 'ourselves' | 'unclear';

/** What whoever got this answer best does next, with or without Holdfast. */
export type Advice =
  /** The same request again, after a short backoff. */
  | 'retry'
  /** The same request after the time the provider named, or after a minute. */
  | 'wait'
  /** The same key again after a second or three, for it has worked before; then another. */
  | 'recheck-key'
  | 'other-key'
  /** A key of another account: those of the same one share the limit. */
  | 'other-account'
  | 'other-target'
  /** A model with a larger context window, or a shorter request. */
  | 'larger-window'
  /** The request as it is will be refused again. */
  | 'change-request'
  | 'stop';

export interface ClassMeaning {
  readonly meaning: string;
  readonly blame: Blame;
  readonly advice: Advice;
}

function row(meaning: string, blame: Blame, advice: Advice): ClassMeaning {
  return { meaning, blame, advice };
}

export const classMeanings: Readonly<Record<FailureClass, ClassMeaning>> = {
  'auth-missing': row('no key could be read', 'key', 'other-key'),
  'auth-rejected': row('the key is refused, and has never worked here', 'key', 'other-key'),
  'auth-suspect': row('a key that has worked is refused; often momentary', 'unclear', 'recheck-key'),
  'auth-revoked': row('the key is withdrawn, by the provider’s own word', 'key', 'other-key'),
  'forbidden-model': row('this key or plan may not use this model', 'account', 'other-key'),
  'forbidden-request': row(
    'refused for where the request comes from, not for its key',
    'network',
    'other-target',
  ),
  billing: row('the balance is empty, or a spend limit is reached', 'account', 'other-account'),
  quota: row('a window of the plan is used up', 'account', 'other-account'),
  'too-dear': row('the balance does not cover a request of this size', 'request', 'change-request'),
  'rate-limit': row('too many requests or tokens for a moment', 'account', 'wait'),
  overloaded: row('the provider is overloaded', 'provider', 'retry'),
  'server-error': row('the provider broke', 'provider', 'retry'),
  connect: row('no connection to the provider', 'network', 'retry'),
  tls: row('the certificate is not trusted', 'network', 'other-target'),
  timeout: row('no answer in time', 'provider', 'other-target'),
  'stream-cut': row('the stream ended before its answer did', 'provider', 'retry'),
  'stream-stall': row('the stream fell silent', 'provider', 'other-target'),
  malformed: row('what came is not an answer', 'provider', 'retry'),
  empty: row('the answer has no content', 'provider', 'retry'),
  unfinished: row(
    'the answer ended with a word that means failure, or without a finish',
    'provider',
    'retry',
  ),
  unusable: row('the answer of a side task is of no use', 'provider', 'other-target'),
  'model-missing': row('the model is not there', 'request', 'other-target'),
  'not-offered': row('the path is not served here', 'request', 'other-target'),
  'context-overflow': row('the request is longer than the model’s window', 'request', 'larger-window'),
  parameter: row('an optional parameter is refused', 'request', 'change-request'),
  'foreign-history': row('the conversation is refused as it stands', 'request', 'change-request'),
  'no-images': row('the model sees no images, and the request has some', 'request', 'other-target'),
  'no-tools': row('the model calls no tools, and the request has some', 'request', 'other-target'),
  'content-policy': row('refused by policy', 'request', 'stop'),
  'bad-request': row('the request is wrong', 'request', 'change-request'),
  'refused-request': row('the request is refused without a reason that is known', 'request', 'other-target'),
  'client-gone': row('the caller went away', 'ourselves', 'stop'),
  'own-deadline': row('our own time was used up', 'ourselves', 'stop'),
  local: row('a fault on our side', 'ourselves', 'stop'),
  unknown: row('nothing known matches', 'unclear', 'other-target'),
};

/** The class's advice, but where the provider asks not to be asked again, or the limit is the key's own. */
export function adviceOn(failure: Failure): Advice {
  const { advice } = classMeanings[failure.class];
  if (failure.mayRetry === false && (advice === 'retry' || advice === 'wait')) return 'other-target';
  if (advice === 'other-account' && !markScopeOf(failure).includes('account')) return 'other-key';
  return advice;
}
