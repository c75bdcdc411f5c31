/**
 * Step 4 of a request: what an attempt's answer means. With `classify-exception` the only place
 * that says what an error's status, headers, body or exception mean; everything after reads the
 * `Failure`.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { Evidence, Failure, FailureClass, ProviderAnswer } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { describePage } from '../../protocols/body/json-body.ts';
import type { Signature } from '../../providers/signatures/signature.ts';
import { parseErrorBody, withoutAnswer } from './error-body.ts';
import { fieldMatched, type MatchFacts, type SignatureTable } from './match-signature.ts';
import { findSpeaker, limitSaid } from './quotation.ts';
import { findRetryAfter } from './retry-after.ts';

/** Characters of an error's body, whose rest is not looked at: nobody's reason is longer. */
export const errorBodyLimit = 256 * 1024;
/** The provider's words are kept this long; the rest helps nobody. */
const messageLimit = 500;
/** A shorter name stands in too many words by chance. */
const shortestId = 3;

export interface AnswerToClassify {
  readonly provider: string;
  /**
   * The catalogued vendor whose own address answered: its rules are asked, whatever the provider is
   * called. Default: none.
   */
  readonly vendor?: string | undefined;
  /** The model that was asked for; where it is not known, only the word `model` names one. */
  readonly model?: string;
  /**
   * The id of a file or a batch that a passage names, in its path or its body. Default: it names
   * none.
   */
  readonly object?: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The key has worked at this site before (law 6). */
  readonly isProven: boolean;
  /** It has worked there with this model. */
  readonly isProvenWithModel: boolean;
  readonly now: number;
  readonly redact: (text: string) => string;
}

/** Classifies an answer that is an error, whatever its status says. */
export function classifyAnswer(answer: AnswerToClassify, table: SignatureTable): Failure {
  const facts = factsOfAnswer(answer);
  const row = table.match(facts);
  const retryAfter =
    row?.ignoreRetryAfter === true
      ? undefined
      : findRetryAfter({ ...answer, provider: facts.provider, body: facts }, table.resetHints);
  const verdict = judgeEvidence({ row, facts, answer, hasReset: retryAfter !== undefined });
  const code = facts.error['code'] ?? facts.error['type'];
  return {
    message:
      facts.page === undefined
        ? quoteAnswer(answer, answer.redact(withoutLinks(verdict.class, withoutAnswer(facts))))
        : `HTTP ${answer.status} with ${describePage(facts.page, answer.headers['server'])}`,
    status: answer.status,
    ...(typeof code === 'string' || typeof code === 'number'
      ? { code: answer.redact(String(code)) }
      : {}),
    ...(retryAfter === undefined
      ? {}
      : { retryAfterMs: retryAfter.ms, retryAfterFrom: retryAfter.from }),
    ...(answer.headers['x-should-retry'] === 'false' || row?.permanent === true
      ? { mayRetry: false }
      : {}),
    ...verdict,
    answer: toRefusal(answer, facts),
  };
}

/**
 * As the caller may get it (law 15): what stood inside a 200, or in a stream, is an error with an
 * error's status there, and a 5xx, which clients would send again, is a 400.
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

/** Some gateways repeat what they were sent in a header of their refusal. */
function redactHeaders(headers: Headers, redact: (text: string) => string): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value)]));
}

/** What a signature is held against. */
export function factsOfAnswer(
  answer: Pick<AnswerToClassify, 'provider' | 'vendor' | 'status' | 'headers' | 'body'>,
): MatchFacts {
  return {
    ...parseErrorBody(answer.body),
    provider: answer.vendor ?? answer.provider,
    httpStatus: answer.status,
    headers: answer.headers,
  };
}

interface Evidenced {
  readonly row: Signature | undefined;
  readonly facts: MatchFacts;
  readonly answer: AnswerToClassify;
  readonly hasReset: boolean;
}

type Meaning = Pick<Failure, 'class' | 'evidence' | 'scope' | 'mayRetry' | 'speaker'>;

/** The row's class, but for what the key's past, a named end or who speaks make of it. */
function judgeEvidence(found: Evidenced): Meaning {
  const { row, facts, answer } = found;
  if (row === undefined) {
    const status = statusOf(facts);
    return { class: classByStatus(status), evidence: { rule: `status-${status}`, kind: 'status' } };
  }
  const own = { class: row.class, ...(row.scope === undefined ? {} : { scope: row.scope }) };
  const evidence = { rule: row.id, kind: fieldMatched(row) };
  const speaker = findSpeaker(facts, answer.headers, answer.vendor !== undefined);
  const [adjusted, adjustedBy] = adjust(row, found, speaker === undefined) ?? [];
  const said = adjusted === undefined ? own : { ...own, class: adjusted };
  const verdict = speaker === undefined ? said : limitSaid(said, speaker);
  const by = verdict.class === said.class ? adjustedBy : limits[speaker ?? 'upstream'];
  return { ...verdict, evidence: by === undefined ? evidence : { ...evidence, adjustedBy: by } };
}

const limits = { upstream: 'quoted', page: 'page' } as const;

type Adjusted = readonly [FailureClass, NonNullable<Evidence['adjustedBy']>];

function adjust(
  row: Signature,
  { facts, answer, hasReset }: Evidenced,
  isOwn: boolean,
): Adjusted | undefined {
  if (answer.object !== undefined && speaksOfObject(row, facts))
    return ['bad-request', 'object-named'];
  switch (row.class) {
    case 'auth-rejected':
      return answer.isProven && isOwn ? ['auth-suspect', 'proven-key'] : undefined;
    case 'billing': {
      const isWindow = statusOf(facts) === 402 && hasReset && row.permanent !== true;
      return isWindow ? ['quota', '402-with-reset'] : undefined;
    }
    case 'forbidden-model':
    case 'not-offered':
      return fieldMatched(row) === 'status'
        ? adjustUnnamed(row.class, facts.message, answer)
        : undefined;
    default:
      return undefined;
  }
}

/**
 * A status alone names no cause, unless what was asked for stands beside it: a 404 that repeats
 * that does not speak of the path.
 */
function adjustUnnamed(
  failureClass: 'forbidden-model' | 'not-offered',
  message: string,
  { model, isProvenWithModel }: AnswerToClassify,
): Adjusted | undefined {
  const isModelNamed = names(message, model);
  if (failureClass === 'forbidden-model')
    return isProvenWithModel && !isModelNamed ? ['auth-suspect', 'proven-key'] : undefined;
  if (namesId(message) && !pathWords.test(message)) return ['foreign-history', 'object-named'];
  return isModelNamed ? ['model-missing', 'model-named'] : undefined;
}

/** What servers say of a path that they do not know. */
const pathWords =
  /^\W*(404\W+)?((page|file|url|route|path|endpoint|resource) )?not found\W*$|(invalid|unknown|unrecogni[sz]ed) (request )?(url|path|route|endpoint)|no (such )?(route|endpoint)|cannot (get|post|put|delete) |method not allowed/i;

/**
 * Where a file or a batch was asked for, the provider's own 404 speaks of that, unless its words
 * are those of an unknown path.
 */
function speaksOfObject(
  { class: cause }: Signature,
  { httpStatus, error, message }: MatchFacts,
): boolean {
  if (httpStatus !== 404 || (cause !== 'not-offered' && cause !== 'model-missing')) return false;
  return typeof error['message'] === 'string' && !pathWords.test(message);
}

/**
 * Of a response, an item or a file that the request refers to, in the words of whoever keeps them.
 */
function namesId(message: string): boolean {
  return /\bwith id\b|\b(resp|msg|rs|item|conv|file|batch|fc|vs|asst|thread)[_-](?=\w*\d)\w{4,}/.test(
    message,
  );
}

/** A 404 that repeats an id speaks of what bears it, even where it does not say the word. */
function names(message: string, id = ''): boolean {
  return id.length >= shortestId && message.toLowerCase().includes(id.toLowerCase());
}

/** An error inside a 200 has only the status that its body names. */
function statusOf({ httpStatus, status }: MatchFacts): number {
  return httpStatus < 400 ? (status ?? httpStatus) : httpStatus;
}

function classByStatus(status: number): FailureClass {
  return status >= 500 ? 'server-error' : 'unknown';
}

/**
 * Where money is asked for, the link in the body may be anybody's; the entry knows the vendor's own
 * pages.
 */
function withoutLinks(failureClass: FailureClass, message: string): string {
  if (rowOfClass(failureClass).accuses !== 'money') return message;
  return message.replaceAll(/https?:\/\/[^\s"'<>]+[^\s"'<>.,;:)]/g, '[link]');
}

/** One line without escapes: it is shown in terminals and logs, and travels in headers. */
function quoteAnswer({ status }: AnswerToClassify, message: string): string {
  const text = message.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (text === '') return `HTTP ${status} with an empty body`;
  return text.length > messageLimit ? `${text.slice(0, messageLimit)}…` : text;
}
