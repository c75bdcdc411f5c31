/**
 * Finds answers whose words are not those of the API that was asked, and limits what they may mean
 * here. A proxy that repeats what its own upstream said has answered, and a page for browsers was
 * written by something that stands before the API: neither says anything of our key, our account
 * and the site, whichever rule fits the words. Pure.
 */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateField, FailureRow } from '../../failures/row.ts';
import type { AnswerSpeaker, Failure } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { type ErrorBody, layersOf } from './error-body.ts';

/**
 * The names of exceptions that a proxy prints before the words of its upstream:
 * `litellm.RateLimitError: OpenAIException - …`.
 */
const exceptionName = /\blitellm\.(?:\w+\.)*[A-Z]\w+|\b\w+Exception - /;
/** JSON or a Python dict inside a sentence, even if it is escaped or cut off. */
const embeddedObject = /\{(?:\s|\\+[nrt])*\\*["']\w+\\*["']\s*:/;
/**
 * LiteLLM passes on the headers of its upstream under this prefix, and sends them with nothing of
 * its own.
 */
const upstreamHeader = /^llm_provider-/;

/**
 * Who speaks; undefined for the API itself. `isVendors`: it came from a vendor's own address, where
 * JSON inside a sentence is the vendor's own.
 */
export function findSpeaker(
  body: ErrorBody,
  headers: Headers,
  isVendors: boolean,
): AnswerSpeaker['is'] | undefined {
  if (body.page !== undefined) return 'page';
  return isQuotation(body, headers, isVendors) ? 'upstream' : undefined;
}

function isQuotation(body: ErrorBody, headers: Headers, isVendors: boolean): boolean {
  if (Object.keys(headers).some((name) => upstreamHeader.test(name))) return true;
  return layersOf(body).some(({ sentence, raw }) => {
    if (exceptionName.test(sentence) || (raw !== undefined && raw !== null && raw !== ''))
      return true;
    return !isVendors && embeddedObject.test(sentence);
  });
}

type LimitedMeaning = Pick<Failure, 'class' | 'mayRetry'>;

const broken: LimitedMeaning = { class: 'server-error', mayRetry: false };
const shut: LimitedMeaning = { class: 'forbidden-request' };

/** What words that accuse our key or our money mean here. */
const meanings: Readonly<
  Record<AnswerSpeaker['is'], Readonly<Record<NonNullable<FailureRow['accuses']>, LimitedMeaning>>>
> = {
  upstream: { key: broken, money: { class: 'quota' } },
  page: { key: shut, money: shut },
};

const modelAlone: readonly CandidateField[] = ['model'];

/** The class and scope of what somebody else said: the model that was asked for, at most. */
export function limitSaid(
  said: Pick<Failure, 'class' | 'scope'>,
  is: AnswerSpeaker['is'],
): Pick<Failure, 'class' | 'scope' | 'mayRetry' | 'speaker'> {
  const speaker = { is, meant: said.class };
  const { accuses } = rowOfClass(said.class);
  const meant = { class: said.class, ...(accuses && meanings[is][accuses]), speaker };
  const fields = markScopeOf({ ...said, ...meant });
  const isWide =
    fields.includes('account') || fields.includes('fingerprint') || !fields.includes('model');
  return fields.length > 0 && isWide ? { ...meant, scope: modelAlone } : meant;
}
