/**
 * Finds answers of another speaker than the API, and limits their meaning. A proxy may repeat its
 * own upstream, and a page for browsers comes from something in front of the API: neither says
 * anything about our key, our account and the site, whichever rule matches. Pure.
 */

import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateField, FailureRow } from '../../failures/row.ts';
import type { AnswerSpeaker, Failure } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { findFront, findSayer, isOfGateway } from '../../protocols/body/fronts.ts';
import { ownKeyWords } from '../../providers/signatures/topics.ts';
import { type ErrorBody, layersOf, valuesAt } from './error-body.ts';
import type { MatchFacts } from './match-signature.ts';

/** Somebody else than the API. */
type Quoter = Exclude<AnswerSpeaker['is'], 'nobody' | 'unclear'>;

/**
 * Matches what proxies print before their upstream's words:
 * `litellm.RateLimitError: OpenAIException - …`, OpenRouter's `Provider returned error`, and what
 * the HTTP clients of Python write of an answer that they got.
 */
const introduction =
  /\b(?:Client|Server) error '\d{3} [^']{1,40}' for url '|\b\d{3} (?:Client|Server) Error: [^:]{1,60} for url: |\berror (?:occurred )?(?:when|while) calling [A-Z]|\blitellm\.(?:\w+\.)*[A-Z]\w+|\b\w+Exception - |^Provider returned error\b/;
/** Matches an object inside a sentence, as JSON, Python or Go prints it, escaped or cut off. */
const embeddedObject =
  /\{(?:\s|\\+[nrt])*(?:\\*["']|&quot;|&#34;)\w+(?:\\*["']|&quot;|&#34;)\s*:|\bmap\[\w+:/;
/** No server calls itself so: it speaks of the one behind it. */
const upstreamWords = /\bupstream\b|\bfrom (?:the )?provider\b/i;
const upstreamCode = /^(?:upstream|provider|bad_response)_/;
/** one-api and its forks append it to every message; what they say themselves has their type. */
const relayId = /\(request id: \w+\)/;
const relaysOwnType = /\w_api_error$/;
/** LiteLLM forwards its upstream's headers with this prefix, and never uses it for its own. */
const upstreamHeader = /^llm_provider-/;

/**
 * Returns the speaker; undefined for the API itself. `isVendors`: it came from a vendor's own
 * address, where JSON inside a sentence is the vendor's own.
 */
export function findSpeaker(facts: MatchFacts, isVendors: boolean): Quoter | undefined {
  if (facts.page !== undefined) return refusesKey(facts, isVendors) ? undefined : 'page';
  if (speaksItself(facts)) return 'page';
  return isQuotation(facts, facts.headers, isVendors) ? 'upstream' : undefined;
}

/** A sentence of what stands in front, which needs no page for it. */
function speaksItself({ headers, message }: MatchFacts): boolean {
  return findSayer(headers, message) !== undefined;
}

/** Names who stands in front, where it says that the server behind it fails or is full. */
export function nameFront(
  speaker: AnswerSpeaker,
  { headers, page, message, httpStatus }: MatchFacts,
): AnswerSpeaker {
  const isOfServer = isOfGateway(httpStatus) || httpStatus === 429;
  const mayBe = isOfServer && (speaker.is === 'page' || speaker.is === 'nobody');
  const found = mayBe ? (findSayer(headers, message) ?? findFront(headers, page)) : undefined;
  const isOwn = speaker.is === 'page' || page !== undefined || found?.isTerse === true;
  const front = isOwn ? found : undefined;
  return front === undefined ? speaker : { ...speaker, is: 'page', name: front.name };
}

/**
 * A 401 is the API's own at a vendor's address, and where it asks for a bearer token (RFC 6750):
 * the page is only how the server in front writes it.
 */
function refusesKey({ httpStatus, headers }: MatchFacts, isVendors: boolean): boolean {
  return httpStatus === 401 && (isVendors || /^Bearer\b/i.test(headers['www-authenticate'] ?? ''));
}

function isQuotation(body: ErrorBody, headers: Headers, isVendors: boolean): boolean {
  if (Object.keys(headers).some((name) => upstreamHeader.test(name))) return true;
  return layersOf(body).some(
    (layer) => namesProvider(layer) || (!isVendors && speaksOfUpstream(layer)),
  );
}

/** OpenRouter, Bifrost and Portkey say beside an error whose it is. */
function namesProvider({ sentence, raw, body, error }: ErrorBody): boolean {
  const named = [raw, ...(body === error ? [] : valuesAt(body, 'provider'))];
  return (
    introduction.test(sentence) ||
    [...named, ...valuesAt(body, 'extra_fields.provider'), ...valuesAt(error, 'param.url')].some(
      (name) => name !== undefined && name !== null && name !== '',
    )
  );
}

/** A name, and nothing that a page or a request could be. */
const upstreamName = /^[A-Z][\w.-]{1,30}( [\w.-]{1,30}){0,2}$/i;

/** Adds the upstream, as the proxy names it beside the error or in its metadata. */
export function nameUpstream(
  speaker: AnswerSpeaker | undefined,
  facts: ErrorBody,
): AnswerSpeaker | undefined {
  if (speaker?.is !== 'upstream') return speaker;
  const name = layersOf(facts)
    .flatMap(({ body, error }) => [
      ...valuesAt(error, 'metadata.provider_name'),
      ...(body === error ? [] : valuesAt(body, 'provider')),
    ])
    .find((one): one is string => typeof one === 'string' && upstreamName.test(one));
  return name === undefined ? speaker : { ...speaker, name };
}

function speaksOfUpstream({ sentence, error }: ErrorBody): boolean {
  // LiteLLM writes its own refusals of a key as an object too
  if (error['type'] === 'auth_error') return upstreamWords.test(sentence) || relayId.test(sentence);
  if ([embeddedObject, upstreamWords, ownKeyWords].some((words) => words.test(sentence)))
    return true;
  const type = String(error['type']);
  if ([type, String(error['code'])].some((name) => upstreamCode.test(name))) return true;
  const relays = [...sentence.matchAll(new RegExp(relayId, 'g'))].length;
  return relays > (relaysOwnType.test(type) ? 1 : 0);
}

type LimitedMeaning = Pick<Failure, 'class' | 'mayRetry'>;

const broken: LimitedMeaning = { class: 'server-error', mayRetry: false };
const shut: LimitedMeaning = { class: 'forbidden-request' };

/** The class that replaces a class about our key or our money. */
const meanings: Readonly<
  Record<Quoter, Readonly<Record<NonNullable<FailureRow['heldAgainst']>, LimitedMeaning>>>
> = {
  upstream: { key: broken, money: { class: 'quota' } },
  page: { key: shut, money: shut },
};

const modelAlone: readonly CandidateField[] = ['model'];

/** Returns the class and scope of another speaker's words: at most the requested model. */
export function limitSaid(
  said: Pick<Failure, 'class' | 'scope'>,
  is: Quoter,
  status: number,
): Pick<Failure, 'class' | 'scope' | 'mayRetry' | 'speaker'> {
  const speaker = { is, meant: said.class };
  const { heldAgainst, isRequestFault } = rowOfClass(said.class);
  // Clients shorten what is too large, whoever says so; no other page is about the request.
  const isShut = is === 'page' && isRequestFault === true && status !== 413;
  const limit = isShut ? shut : heldAgainst && meanings[is][heldAgainst];
  const meant = { class: said.class, ...limit, speaker };
  const fields = markScopeOf({ ...said, ...meant });
  const isWide =
    fields.includes('account') || fields.includes('fingerprint') || !fields.includes('model');
  return fields.length > 0 && isWide ? { ...meant, scope: modelAlone } : meant;
}
