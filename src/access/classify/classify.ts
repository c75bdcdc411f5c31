/**
 * Classifies the answer of an attempt (step 4 of a request). Only this and `classify-exception`
 * interpret the status, headers, body or exception of an error; everything after reads the
 * `Failure`.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Failure, FailureClass, ProviderAnswer } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { findSayer } from '../../protocols/body/fronts.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { adjust } from './adjust.ts';
import { guessedBy } from './certainty.ts';
import {
  nameException,
  parseErrorBody,
  withHeaderWords,
  withLimitHeaders,
  withoutAnswer,
} from './error-body.ts';
import type { AnswerToClassify, Evidenced } from './evidenced.ts';
import { hideLinks } from './links.ts';
import { loginOf } from './logins-in-front.ts';
import { fieldMatched, type MatchFacts, matchSignature, statusOf } from './match-signature.ts';
import { narrowScope, pathWords } from './named-things.ts';
import { blameProxy, isOfProxy } from './of-proxy.ts';
import { findSpeaker, limitSaid, nameFront, nameUpstream } from './quotation.ts';
import { findQuotedVendor } from './quoted-vendor.ts';
import { findRetryAfter, nameZone } from './retry-after.ts';
import {
  absentRule,
  challengeRule,
  findWayIn,
  headerRule,
  passwordRule,
  type WayIn,
} from './way-in.ts';
import { describeWordless, findPlace, isRedirect } from './wordless.ts';

/** In characters. The rest of an error's body is ignored: no reason is longer. */
export const errorBodyLimit = 256 * 1024;
/** The provider's message is cut to this length, because the rest helps nobody. */
const messageLimit = 500;

/** Classifies an answer that is an error, whatever its status says. */
export function classifyAnswer(answer: AnswerToClassify): Failure {
  const facts = factsOfAnswer(answer);
  const { proxy } = answer;
  if (proxy !== undefined && isOfProxy(facts)) return blameProxy(proxy, answer, facts);
  const row = matchSignature(facts);
  const retryAfter =
    row?.ignoreRetryAfter === true
      ? undefined
      : findRetryAfter({ ...answer, provider: facts.provider, body: facts });
  const found = { row, facts, answer, hasReset: retryAfter !== undefined };
  const verdict = judgeOthers(judgeEvidence(found), found);
  const leadsTo = findPlace(answer, facts.page);
  const said = withoutLinks(verdict.class, withoutAnswer(facts), answer.origin);
  const words = nameZone(toLine(answer.redact(said)), retryAfter?.from);
  return {
    message: words === '' ? describeWordless(answer, facts.page, leadsTo) : words,
    ...(leadsTo === undefined ? {} : { leadsTo }),
    status: answer.status,
    ...readCode(facts, answer),
    ...(retryAfter === undefined
      ? {}
      : { retryAfterMs: retryAfter.ms, retryAfterFrom: retryAfter.from }),
    ...(answer.headers['x-should-retry'] === 'false' || row?.permanent === true
      ? { mayRetry: false }
      : {}),
    ...verdict,
    ...tellSpeaker({
      verdict,
      row,
      facts,
      isWordless: words === '',
    }),
    answer: toRefusal(answer, facts),
  };
}

interface SpeakingAnswer {
  readonly verdict: Meaning;
  readonly row: Signature | undefined;
  readonly facts: MatchFacts;
  readonly isWordless: boolean;
}

/** Whose words they are, and whether the class is only a guess by the status. */
function tellSpeaker({
  verdict,
  row,
  facts,
  isWordless,
}: SpeakingAnswer): Pick<Failure, 'speaker'> {
  const meant = verdict.class;
  const isOfPath = meant === 'not-offered' && (isWordless || pathWords.test(facts.message));
  const byStatus = isOfPath ? undefined : guessedBy(row, verdict, facts);
  const isTold = !isWordless && byStatus === undefined;
  const own = { is: isWordless ? 'nobody' : 'unclear', meant } as const;
  const said = nameUpstream(verdict.speaker, facts) ?? (isTold ? undefined : own);
  const speaker = said && nameFront(said, facts);
  if (speaker === undefined) return {};
  return { speaker: byStatus === undefined ? speaker : { ...speaker, byStatus } };
}

function readCode({ error }: MatchFacts, { redact }: AnswerToClassify): Pick<Failure, 'code'> {
  const code = error['code'] ?? error['type'];
  return typeof code === 'string' || typeof code === 'number' ? { code: redact(String(code)) } : {};
}

/**
 * Builds the caller's copy (law 15): an error inside a 200 or a stream gets an error's status, and
 * a 5xx, which clients would retry, becomes a 400.
 */
function toRefusal(
  { status, headers, body, redact }: AnswerToClassify,
  { status: named = 400 }: MatchFacts,
): ProviderAnswer {
  const clean = redactHeaders(headers, redact);
  if (status >= 400) return { status: toClientFault(status), headers: clean, body: redact(body) };
  const json = { ...clean, 'content-type': 'application/json' };
  return { status: toClientFault(named), headers: json, body: redact(body) };
}

function toClientFault(status: number): number {
  return status >= 500 ? 400 : status;
}

/** Some gateways repeat what they received in a header of their refusal. */
function redactHeaders(headers: Headers, redact: (text: string) => string): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value)]));
}

/** Returns the facts that signatures are compared with. */
export function factsOfAnswer({
  provider,
  vendor = provider,
  status,
  headers,
  body,
}: Pick<AnswerToClassify, 'provider' | 'vendor' | 'status' | 'headers' | 'body'>): MatchFacts {
  const facts = nameException(
    withLimitHeaders(withHeaderWords(parseErrorBody(body), headers), headers, status),
    headers,
  );
  return {
    ...facts,
    provider: vendor,
    quoted: findQuotedVendor(facts),
    httpStatus: status,
    headers,
  };
}

type Meaning = Pick<Failure, 'class' | 'evidence' | 'scope' | 'mayRetry' | 'speaker' | 'isUnsent'>;

/** Returns the row's class, adjusted for the key's past, a named end, or another speaker. */
function judgeEvidence(found: Evidenced): Meaning {
  const { row, facts, answer } = found;
  const speaker = findSpeaker(facts, answer.vendor !== undefined);
  const wayIn = findWayIn({ ...answer, facts, meant: row?.class });
  if (wayIn !== undefined && !isForProxy(wayIn, speaker)) return judgeWayIn(wayIn, facts);
  if (row === undefined) {
    const status = statusOf(facts);
    const meant = classByStatus(status);
    return {
      class: meant,
      evidence: { rule: `status-${status}`, kind: 'status' },
      ...(isRedirect(status) && { speaker: { is: 'page', meant } }),
    };
  }
  const own = { class: row.class, ...narrowScope(row, facts.message, answer.model) };
  const evidence = { rule: row.id, kind: fieldMatched(row) };
  const [adjusted, adjustedBy] = adjust(row, found, speaker === undefined) ?? [];
  const said = adjusted === undefined ? own : { ...own, class: adjusted };
  const verdict = speaker === undefined ? said : limitSaid(said, speaker, statusOf(facts));
  const by = verdict.class === said.class ? adjustedBy : limits[speaker ?? 'upstream'];
  return { ...verdict, evidence: by === undefined ? evidence : { ...evidence, adjustedBy: by } };
}

/** With a key that has worked with the model, what shuts a request out is mostly about it. */
function judgeOthers(verdict: Meaning, { answer, facts }: Evidenced): Meaning {
  const { class: meant, evidence, speaker } = verdict;
  const isShut =
    meant === 'blocked' ||
    (meant === 'forbidden-request' && speaker?.is === 'page' && evidence.kind === 'status');
  const isOfAsker = evidence.rule === challengeRule || facts.httpStatus === 401;
  if (!isShut || !answer.isProvenWithModel || isOfAsker) return verdict;
  return {
    ...verdict,
    class: 'request-blocked',
    evidence: { ...evidence, adjustedBy: 'others-passed' },
    ...(speaker && { speaker: { ...speaker, meant: 'request-blocked' } }),
  };
}

/** A header that its upstream wants is the proxy's to send. */
function isForProxy({ rule }: WayIn, speaker: ReturnType<typeof findSpeaker>): boolean {
  return speaker === 'upstream' && rule.startsWith(headerRule);
}

function judgeWayIn({ rule, class: meant }: WayIn, facts: MatchFacts): Meaning {
  const { page, httpStatus, headers, message } = facts;
  const isPage =
    page !== undefined ||
    rule === passwordRule ||
    (rule === absentRule && findSayer(headers, message) !== undefined) ||
    loginOf(rule) !== undefined ||
    isRedirect(httpStatus);
  return {
    class: meant,
    evidence: { rule, kind: 'text' },
    ...(rule === absentRule && { isUnsent: true }),
    ...(isPage && { speaker: { is: 'page', meant } }),
  };
}

const limits = { upstream: 'quoted', page: 'page' } as const;

function classByStatus(status: number): FailureClass {
  return status >= 500 ? 'server-error' : 'unknown';
}

/**
 * Removes links from errors about money, but those of known vendors and of the place that was
 * asked: others may lead anywhere.
 */
function withoutLinks(failureClass: FailureClass, message: string, origin?: string): string {
  if (rowOfClass(failureClass).heldAgainst !== 'money') return message;
  return hideLinks(message, origin);
}

/** Returns one line without control characters, for terminals, logs and headers. */
function toLine(message: string): string {
  const text = message.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return text.length > messageLimit ? `${text.slice(0, messageLimit)}…` : text;
}
