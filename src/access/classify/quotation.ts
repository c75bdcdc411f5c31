/**
 * Finds answers that repeat what a proxy was told by its own upstream, and limits what they may mean here: the proxy answered,
 * so its key, its account and its site are well, whichever rule fits the quoted words. Pure.
 */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import type { CandidateField, Failure, FailureClass } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { type ErrorBody, layersOf } from './error-body.ts';

/** The names of exceptions that a proxy prints before the words of its upstream: `litellm.RateLimitError: OpenAIException - …`. */
const exceptionName = /\blitellm\.(?:\w+\.)*[A-Z]\w+|\b\w+Exception - /;
/** JSON or a Python dict inside a sentence, even if it is escaped or cut off. */
const embeddedObject = /\{(?:\s|\\+[nrt])*\\*["']\w+\\*["']\s*:/;
/** LiteLLM passes on the headers of its upstream under this prefix, and sends them with nothing of its own. */
const upstreamHeader = /^llm_provider-/;

/** `isVendors`: it came from a vendor's own address, where JSON inside a sentence is the vendor's own. */
export function isQuotation(body: ErrorBody, headers: Headers, isVendors: boolean): boolean {
  if (Object.keys(headers).some((name) => upstreamHeader.test(name))) return true;
  return layersOf(body).some(({ sentence, raw }) => {
    if (exceptionName.test(sentence) || (raw !== undefined && raw !== null && raw !== '')) return true;
    return !isVendors && embeddedObject.test(sentence);
  });
}

/** What a refusal of the proxy's own key, or of its account, is for whoever asks the proxy. */
const meanings: Readonly<Partial<Record<FailureClass, Pick<Failure, 'class' | 'mayRetry'>>>> = {
  'auth-rejected': { class: 'server-error', mayRetry: false },
  'auth-suspect': { class: 'server-error', mayRetry: false },
  'auth-revoked': { class: 'server-error', mayRetry: false },
  'forbidden-model': { class: 'server-error', mayRetry: false },
  billing: { class: 'quota' },
};

const modelAlone: readonly CandidateField[] = ['model'];

/** The class and scope of a quoted failure: the model that was asked for, at most. */
export function limitQuoted(
  said: Pick<Failure, 'class' | 'scope'>,
): Pick<Failure, 'class' | 'scope' | 'mayRetry'> {
  const meant = { class: said.class, ...meanings[said.class] };
  const fields = markScopeOf({ ...said, ...meant });
  const isWide = fields.includes('account') || fields.includes('fingerprint') || !fields.includes('model');
  return fields.length > 0 && isWide ? { ...meant, scope: modelAlone } : meant;
}
