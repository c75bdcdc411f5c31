/**
 * Step 4 of a request: what an attempt's answer or exception means. The only place that looks at status, headers, body or
 * exception; everything after reads the `Failure`.
 */

import type { Evidence, Failure, FailureClass } from '../model/failure.ts';
import type { Headers } from '../model/request.ts';
import type { Signature } from '../providers/signatures/signature.ts';
import { parseErrorBody } from './error-body.ts';
import { kindOf, type SignatureTable } from './match-signature.ts';
import { parseRetryAfter } from './retry-after.ts';

/** The provider's words are kept this long; the rest helps nobody. */
const messageLimit = 500;

export interface AnswerToClassify {
  readonly provider: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The key has worked at this origin before (law 6). */
  readonly isProven: boolean;
  readonly now: number;
  readonly redact: (text: string) => string;
}

/** Classifies an answer that is an error, whatever its status says. */
export function classifyAnswer(answer: AnswerToClassify, table: SignatureTable): Failure {
  const parsed = parseErrorBody(answer.body);
  const row = table.match({
    ...parsed,
    provider: answer.provider,
    status: answer.status,
    headers: answer.headers,
  });
  const retryAfterMs =
    row?.ignoreRetryAfter === true
      ? undefined
      : parseRetryAfter(answer.headers, hintText(answer.body, parsed.message), answer.now);
  const code = parsed.error['code'] ?? parsed.error['type'];
  return {
    class: chooseClass(row, answer),
    evidence: row === undefined ? statusEvidence(answer.status) : { rule: row.id, kind: kindOf(row) },
    message: describe(answer.status, answer.redact(parsed.message)),
    status: answer.status,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: answer.redact(String(code)) } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(answer.headers['x-should-retry'] === 'false' ? { mayRetry: false } : {}),
    answer: { status: answer.status, headers: answer.headers, body: answer.redact(answer.body) },
  };
}

/** Both the sentence and, for RetryInfo, the whole body may hold the hint. */
function hintText(body: string, message: string): string {
  return body.includes('retryDelay') ? `${message}\n${body}` : message;
}

/** A page for browsers is no sentence for people. */
function describe(status: number, message: string): string {
  const text = message.trim();
  if (text === '') return `HTTP ${status} with an empty body`;
  if (text.startsWith('<')) return `HTTP ${status} with an HTML page`;
  return text.length > messageLimit ? `${text.slice(0, messageLimit)}…` : text;
}

function chooseClass(row: Signature | undefined, answer: AnswerToClassify): FailureClass {
  const found = row?.class ?? classByStatus(answer.status);
  return found === 'auth-rejected' && answer.isProven ? 'auth-suspect' : found;
}

function classByStatus(status: number): FailureClass {
  return status >= 500 ? 'server-error' : 'unknown';
}

function statusEvidence(status: number): Evidence {
  return { rule: `status-${status}`, kind: 'status' };
}

const tlsCodes =
  /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|ERR_SSL_(?!WRONG_VERSION))/;
const networkCodes =
  /^(E(CONN|PIPE|HOST|NET|AI_|TIMEDOUT|ADDR|PROTO)|ENOTFOUND|UND_ERR_(SOCKET|CONNECT|CLOSED|DESTROYED)|ERR_SSL_WRONG_VERSION|HPE_)/;

/** Classifies an exception of the transport, digging through `cause` to the code that says something. */
export function classifyException(error: unknown, hasHead: boolean): Failure {
  const code = findCode(error);
  const message = error instanceof Error ? deepestMessage(error) : String(error);
  return {
    class: classByCode(code, message, hasHead),
    evidence: { rule: `exception-${code ?? 'unknown'}`, kind: 'exception' },
    message: code === undefined || message.includes(code) ? message : `${message} (${code})`,
    ...(code === undefined ? {} : { code }),
  };
}

function classByCode(code: string | undefined, message: string, hasHead: boolean): FailureClass {
  if (code !== undefined && tlsCodes.test(code)) return 'tls';
  const isNetwork = (code !== undefined && networkCodes.test(code)) || message === 'terminated';
  if (hasHead) return isNetwork ? 'stream-cut' : 'malformed';
  return isNetwork ? 'connect' : 'unknown';
}

function findCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  const inner =
    error instanceof AggregateError ? findCode(error.errors[0], depth + 1) : findCode(error.cause, depth + 1);
  if (inner !== undefined) return inner;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function deepestMessage(error: Error, depth = 0): string {
  return error.cause instanceof Error && depth < 5 ? deepestMessage(error.cause, depth + 1) : error.message;
}

/** A failure of the stream or body itself, or of a limit of ours. */
export function createFailure(failureClass: FailureClass, rule: string, message: string): Failure {
  const kind = failureClass === 'timeout' || failureClass === 'stream-stall' ? 'limit' : 'stream';
  return { class: failureClass, evidence: { rule, kind }, message };
}
