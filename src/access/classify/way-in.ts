/**
 * Finds what an answer betrays of the right way in: another protocol, https, another address, a
 * password, a login; or that nobody is behind a tunnel or a platform. Its status alone would blame
 * the path, the key or the request. Pure.
 */

import type { FailureClass } from '../../model/failure.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import type { Headers } from '../../model/request.ts';
import { readEdgeCode } from '../../protocols/body/edge-codes.ts';
import { findFront, saysAbsent, siteFirewall } from '../../protocols/body/fronts.ts';
import { readSentence, readTitle } from '../../protocols/body/json-body.ts';
import { isRecord } from '../../protocols/json/is-record.ts';
import { findLogin } from './logins-in-front.ts';
import type { MatchFacts } from './match-signature.ts';

/** Begins the rule of an answer in another protocol; its name follows. */
export const speaksRule = 'speaks-';
/** The API has another address. */
export const movedRule = 'redirect-to-api';
/** The address leads elsewhere, to no API. */
export const awayRule = 'redirect-away';
/** The port wants https. */
export const plainRule = 'plain-http-to-tls';
/** The server in front of the API wants a certificate of its clients. */
export const certificateRule = 'client-certificate';

/** Something in front of the API wants a user and a password, and looks at no key. */
export const passwordRule = 'wants-password';
/** A tunnel or a platform answers in place of a server that is not there. */
export const absentRule = 'nobody-behind';

/** A firewall or a content network refuses by a page of its own. */
export const refusalRule = 'edge-refusal';

/** Begins the rule of an answer that misses a header of its own; the header's name follows. */
export const headerRule = 'wants-header-';

/** The server, or what stands in front of it, says that it is down on purpose. */
const maintenanceRule = 'under-maintenance';

export interface WayIn {
  readonly rule: string;
  readonly class: Extract<
    FailureClass,
    | 'not-offered'
    | 'tls'
    | 'connect'
    | 'forbidden-request'
    | 'forbidden-address'
    | 'forbidden-region'
    | 'blocked'
    | 'maintenance'
  >;
}

interface WayInFacts {
  readonly facts: MatchFacts;
  readonly headers: Headers;
  /** The protocol in which was asked. Default: unknown, so that no other one can be told. */
  readonly protocol?: ProtocolName | undefined;
  /** The catalogued vendor whose address it is: it has no tunnel. Default: none. */
  readonly vendor?: string | undefined;
  /** The class that its status and words have otherwise. */
  readonly meant: FailureClass | undefined;
}

/** Returns undefined if the answer says nothing of another way in. */
export function findWayIn(found: WayInFacts): WayIn | undefined {
  const { facts, headers, protocol, meant } = found;
  const { httpStatus, page } = facts;
  if (httpStatus < 300) return isRiddle(headers) ? challenge : judgeRefusal(found);
  const login = findLogin(facts, headers);
  if (login !== undefined) return { rule: login, class: 'forbidden-request' };
  if (httpStatus < 400) return judgeRedirect(headers['location'] ?? '', found.vendor);
  const inFront = judgeFront(found);
  if (inFront !== undefined || httpStatus >= 500) return inFront;
  const words = (page ?? facts.message).slice(0, wordsRead);
  const said = judgeWords(words);
  if (said !== undefined) return said;
  return page === undefined && protocol !== undefined
    ? judgeProtocol(findProtocol(facts, meant), protocol)
    : undefined;
}

/** Finds what the server says of how it wants to be asked. */
function judgeWords(words: string): WayIn | undefined {
  if (toPlain.test(words)) return { rule: plainRule, class: 'tls' };
  if (wantsCertificate.test(words)) return { rule: certificateRule, class: 'tls' };
  const wanted = wantsHeader.exec(words)?.[1]?.toLowerCase();
  return wanted === undefined
    ? undefined
    : { rule: `${headerRule}${wanted}`, class: 'forbidden-request' };
}

function judgeProtocol(spoken: ProtocolName | undefined, asked: ProtocolName): WayIn | undefined {
  return spoken === undefined || isAlike(spoken, asked)
    ? undefined
    : { rule: `${speaksRule}${spoken}`, class: 'not-offered' };
}

/** Finds who answers in place of the API. */
function judgeFront(found: WayInFacts): WayIn | undefined {
  if (isAbsent(found)) return { rule: absentRule, class: 'connect' };
  if (isMaintained(found.facts)) return { rule: maintenanceRule, class: 'maintenance' };
  const edge = judgeEdge(found);
  if (edge !== undefined) return edge;
  return wantsPassword(found) ? { rule: passwordRule, class: 'forbidden-request' } : undefined;
}

const aboutEdge: ReadonlyMap<string, WayIn['class']> = new Map([
  ['address', 'forbidden-address'],
  ['region', 'forbidden-region'],
  ['rule', 'blocked'],
]);

/** No program passes it, whatever it asks. */
export const challengeRule = 'browser-challenge';
/** Cloudflare, Vercel, AWS WAF. */
const riddles = [
  ['cf-mitigated', /^challenge$/],
  ['x-vercel-mitigated', /^challenge$/],
  ['x-amzn-waf-action', /^(challenge|captcha)$/],
] as const;

/** A page without a code. */
const blockedByCloudflare = /<title>Attention Required! \| Cloudflare<\/title>/i;

/** A challenge that only a browser passes; it may come with a status of success. */
export function isRiddle(headers: Headers): boolean {
  return riddles.some(([name, said]) => said.test(headers[name] ?? ''));
}

/** A content network that refuses in its own name, or wants a browser to solve a riddle. */
function judgeEdge({ facts, headers }: WayInFacts): WayIn | undefined {
  const { page, body, httpStatus } = facts;
  if (isRiddle(headers)) return challenge;
  const { code, about = 'unknown' } = readEdgeCode(page ?? body) ?? {};
  const meant = aboutEdge.get(about);
  if (meant !== undefined) return { rule: `cloudflare-${code}`, class: meant };
  if (mitigated.test(headers['x-vercel-mitigated'] ?? '')) return edgeRefusal;
  if (httpStatus !== 403 || page === undefined) return judgeRefusal({ facts, headers });
  return findFront(headers, page)?.guards === 'site' || blockedByCloudflare.test(page)
    ? edgeRefusal
    : undefined;
}

const challenge: WayIn = { rule: challengeRule, class: 'blocked' };
const edgeRefusal: WayIn = { rule: refusalRule, class: 'blocked' };
const mitigated = /^deny$/;
/** With these a firewall sends its own page too. */
const oddStatuses = [400, 405, 406];
const refusalWords =
  /\b(request|url|page|access|connection|traffic)\b[^.]{0,60}\b(rejected|blocked|denied|forbidden)\b/i;

/** A page of a firewall; with a status that says nothing, one that refuses in its first words. */
function judgeRefusal({
  facts: { page, httpStatus },
  headers,
}: Pick<WayInFacts, 'facts' | 'headers'>): WayIn | undefined {
  if (page === undefined) return undefined;
  const isRefusal =
    httpStatus < 300
      ? refusalWords.test(`${readTitle(page)}. ${readSentence(page)}`)
      : oddStatuses.includes(httpStatus) && findFront(headers, page)?.name === siteFirewall;
  return isRefusal ? edgeRefusal : undefined;
}

const absentWords =
  /\berror (code: ?)?1033\b|\btunnel (is )?(unavailable|offline|not (found|connected))\b|\btunnel error\b|configured as a Cloudflare Tunnel|\bno such app\b|^application not found\b|\b(app|application|deployment|endpoint|space|instance|machine)\b[^.]{0,60} (is|was) (stopped|offline|asleep|sleeping|paused|hibernated)\b|\bdeployment could not be found on\b|^default backend - 404|\bservice suspended\b|\bdial tcp \S+ connect: connection refused|\bconnect ECONNREFUSED \S/i;

/**
 * Said with 400 by a platform of a server that it has stopped: these words alone, as a request may
 * quote them. [I] https://github.com/elastic/elasticsearch/issues/112033
 */
const pausedWords =
  /^(bad request:? )?((the |this |your )?(inference )?(app|application|deployment|endpoint|space|instance|machine) (is|was) (stopped|offline|asleep|sleeping|paused|hibernated|scaled to zero)(?=[.,;!]|$)|invalid state$)/i;

function isAbsent({ facts, headers, vendor }: WayInFacts): boolean {
  if (vendor !== undefined) return false;
  const { page, body, message } = facts;
  const front = findFront(headers, page);
  if (front !== undefined && saysAbsent(front, headers, page ?? message)) return true;
  const edge = readEdgeCode(page ?? body)?.about;
  return edge === 'nobody' || edge === 'behind' || isSaidAbsent(facts) || isPaused(facts);
}

/** Of a page only its title counts, or the code that it has alone. */
function isSaidAbsent({ httpStatus, page, message }: MatchFacts): boolean {
  const mayBe = httpStatus >= 500 || httpStatus === 404 || httpStatus === 410;
  const words = page === undefined || page.startsWith('error') ? page : readTitle(page);
  return mayBe && absentWords.test(words ?? message);
}

function isPaused({ httpStatus, page, message }: MatchFacts): boolean {
  return httpStatus === 400 && page === undefined && pausedWords.test(message);
}

const maintained =
  /\b(scheduled|planned|routine|emergency|ongoing|under(going)?|down for|in) (\w+ )?maintenance\b|\bmaintenance (mode|window|break|in progress|is (in progress|under ?way))\b|^\W*((site|server|service|system) )?maintenance\W*$|维护中|メンテナンス中|\bWartungsarbeiten\b/i;

/** Of a page only its title counts: the rest may be anything. */
function isMaintained({ httpStatus, page, message }: MatchFacts): boolean {
  const words = page === undefined ? message : readTitle(page);
  return httpStatus >= 502 && httpStatus <= 504 && maintained.test(words);
}

/** An API that asks for a password says so in its own form. */
function wantsPassword({ facts, headers }: WayInFacts): boolean {
  const { httpStatus, body } = facts;
  return (
    httpStatus === 401 && !isRecord(body) && /^Basic\b/i.test(headers['www-authenticate'] ?? '')
  );
}

/** In characters: a server says it in its first sentence. */
const wordsRead = 2000;
/** nginx, Go, Apache, Jetty and Tomcat, in this order. */
const toPlain =
  /plain HTTP request was sent to (an )?HTTPS port|sent an HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled|combination of host and port requires TLS|\bcan only be accessed over HTTPS\b/i;
const wantsCertificate =
  /\bno required SSL certificate was sent|\bclient certificate (is )?required/i;

/**
 * A header of the server's own, such as `Either x-portkey-config or x-portkey-provider header is
 * required`: not that of a key, nor one that every request of a protocol has.
 */
const wantsHeader =
  /^(?:either x-[a-z-]{3,40} or )?(x-(?!api-key|goog-api-key)[a-z][a-z-]{2,40}) (?:header )?(?:is|are) (?:required|missing)\b/i;

/**
 * A redirect that keeps the path of an API leads to it, whatever slashes stand behind; any other
 * leads to a page.
 */
const apiPath =
  /\/((chat\/)?completions|messages(\/count_tokens)?|responses|embeddings|rerank|models|(images|audio)\/\w+|models\/[^/]+:\w+)\/*$/;
/** Stands for the server that was asked, where only the path counts. */
const anyServer = 'http://asked.invalid';

/** A login that wants to be seen first: of a network, of a proxy, or of a company. */
const loginPlace =
  /\b(log-?in|sign-?in|sso|saml2?|oauth2?|authorize|auth|idp|portal|captive|hotspot|wifi|welcome|guest|splash)\b/i;

/** From a vendor's own address only something on the way leads to a page: a login, or a filter. */
function judgeRedirect(location: string, vendor: string | undefined): WayIn | undefined {
  if (leadsToApi(location)) return { rule: movedRule, class: 'not-offered' };
  const to = describeRedirect(location);
  return to === undefined || vendor !== undefined || loginPlace.test(to)
    ? undefined
    : { rule: awayRule, class: 'not-offered' };
}

function leadsToApi(location: string): boolean {
  return apiPath.test(URL.parse(location, anyServer)?.pathname ?? '');
}

/**
 * Returns where a redirect leads, without its query: its address, or on the same server its path.
 * Undefined if it leads nowhere.
 */
export function describeRedirect(location: string): string | undefined {
  const to = URL.parse(location, anyServer);
  if (location === '' || to === null) return undefined;
  if (to.origin === anyServer) return to.pathname;
  if (leadsToApi(location)) return `${to.origin}${to.pathname}`;
  return loginPlace.test(to.host) || to.pathname === '/' ? to.host : `${to.host}${to.pathname}`;
}

/** Returns the base URL that such a redirect of the server at `baseUrl` leads to. */
export function readMovedTo(text: string, baseUrl: string): string | undefined {
  const to = URL.parse(text, baseUrl);
  return to === null ? undefined : `${to.origin}${to.pathname.replace(apiPath, '')}`;
}

/**
 * Words about the API that should have been asked, whatever the shape. A parameter that only
 * another API has can be left out.
 */
const byWords: readonly (readonly [RegExp, ProtocolName])[] = [
  [
    /^(?!.*\bparameters?\b).*\bmodels?\b.{0,200}\b(only (supported|available|served) (in|by|through|via|with)|use) (the )?(v1\/responses|responses (api|endpoint))\b/is,
    'openai-responses',
  ],
  // Copilot, Azure and OpenAI of models that only the other API has
  [
    /\bmodel\b.{0,200}\bnot (accessible|supported) (via|in|by|through|with|at) the (v1)?\/?chat\/completions\b|\bchatcompletion operation does not work with the specified model\b/is,
    'openai-responses',
  ],
  [/\banthropic-version\b.{0,20}\b(required|missing)\b/i, 'anthropic-messages'],
];

function findProtocol(
  facts: MatchFacts,
  meant: FailureClass | undefined,
): ProtocolName | undefined {
  const said = byWords.find(([words]) => words.test(facts.message))?.[1];
  if (said !== undefined) return said;
  const shape = findShape(facts);
  // others look for a key in that header too
  const isOfKey = shape === 'anthropic-messages' && /\bx-api-key\b/i.test(facts.message);
  return meant === 'not-offered' || isOfKey ? shape : undefined;
}

/** Each protocol has errors of its own shape. */
function findShape({ body, error }: MatchFacts): ProtocolName | undefined {
  if (!isRecord(body) || !isRecord(body['error']) || typeof error['message'] !== 'string')
    return undefined;
  const { code, type, status } = error;
  if (body['type'] === 'error' && typeof type === 'string') return 'anthropic-messages';
  if (typeof code === 'number' && /^[A-Z_]+$/.test(String(status ?? '-')))
    return 'google-generate-content';
  return body['type'] === undefined && typeof type === 'string' && 'param' in error
    ? 'openai-chat'
    : undefined;
}

/** Both of OpenAI's protocols have the same errors. */
function isAlike(spoken: ProtocolName, asked: ProtocolName): boolean {
  return spoken === asked || (spoken === 'openai-chat' && asked === 'openai-responses');
}
