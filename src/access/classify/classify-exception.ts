/**
 * Classifies exceptions of the transport or of an SDK, however deep the reason is wrapped (the
 * other half of step 4 of a request).
 */

import { isShortage } from '../../errors.ts';
import type { Failure, FailureClass, ProviderAnswer } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import { isRecord, listIn, type WireObject } from '../../protocols/json/is-record.ts';
import { describeCode, nameCode } from './exception-words.ts';
import type { CutFailure } from './kept-failure.ts';

/** Node calls what OpenSSL finds wrong with a certificate, and has no name for, `UNSPECIFIED`. */
const tlsCodes =
  /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|UNSPECIFIED$|ERR_SSL_(?!WRONG_VERSION))/;
/** The connection timed out without a refusal: the server, or something on the way, was silent. */
const openingTimeoutCodes = /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_HANDSHAKE_TIMEOUT)$/;
const timeoutCodes = /^(UND_ERR_(HEADERS|BODY)_TIMEOUT|TimeoutError)$/;
const silenceCodes = new RegExp(`${openingTimeoutCodes.source}|${timeoutCodes.source}`);
const networkCodes =
  /^(E(CONN|PIPE|HOST|NET|AI_|TIMEDOUT|ADDR|PROTO)|ENOTFOUND|UND_ERR_(SOCKET|CONNECT|CLOSED|DESTROYED|PRX)|ERR_PROXY_|ERR_SSL_WRONG_VERSION|ERR_STREAM_PREMATURE|HPE_)/;
/**
 * undici throws these without a code. A bare "terminated" counts only as the whole message: an
 * account can be terminated too.
 */
const networkMessages =
  /^(terminated|fetch failed|other side closed|socket hang up)$|^Proxy response \(\d+\)/;

/** Anything longer is a sentence. */
const codeShape = /^\w{1,40}$/;

/** Wrappers wrap wrappers; nothing deeper was ever seen. */
const maxDepth = 8;

interface Progress {
  /** True when the answer had begun. */
  readonly hasHead: boolean;
  /** True when the request was not sent completely. Default: unknown. */
  readonly isUnsent?: boolean | undefined;
}

/**
 * Finds the most exact code or words of an exception, through causes and aggregates, and their
 * class.
 */
export function classifyException(error: unknown, progress: Progress): Failure {
  const chain = listCauses(error);
  const seen = chooseCode(chain);
  const message = chain.map(messageOf).findLast((text) => text !== '') ?? String(error);
  const code = seen === undefined ? undefined : nameCode(seen, message);
  return {
    class: classByCode(seen, chain.map(messageOf), progress),
    ...(isOpeningTimeout(seen, progress) ? { timedOut: true } : {}),
    ...(progress.isUnsent === true ? { isUnsent: true } : {}),
    evidence: {
      rule: `exception-${code !== undefined && codeShape.test(code) ? code : 'unknown'}`,
      kind: 'exception',
    },
    message: describeCoded(seen, message),
    ...(code === undefined ? {} : { code }),
  };
}

function describeCoded(code: string | undefined, message: string): string {
  const words = code === undefined ? undefined : describeCode(code, message);
  if (words !== undefined) return `${words} (${code})`;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/**
 * Returns the provider's answer inside an SDK's exception, at any depth: status, headers and body
 * as far as it has them.
 */
export function findAnswer(error: unknown): ProviderAnswer | undefined {
  return listCauses(error)
    .flatMap((fields) => [fields, fieldsOf(fields['response'])])
    .map(toAnswer)
    .find((answer) => answer !== undefined);
}

/** Lists the error and everything it wraps, outermost first: `cause`, and each of `errors`. */
function listCauses(error: unknown): readonly WireObject[] {
  const found: WireObject[] = [];
  let layer: readonly unknown[] = [error];
  for (let depth = 0; depth < maxDepth && layer.length > 0; depth++) {
    const fields = layer.map(fieldsOf).filter((item) => !found.includes(item) && item !== nothing);
    found.push(...fields);
    layer = fields.flatMap((item) => [item['cause'], ...listIn(item['errors'])]);
  }
  return found;
}

const nothing: WireObject = {};

function fieldsOf(value: unknown): WireObject {
  return isRecord(value) ? value : nothing;
}

function messageOf({ message }: WireObject): string {
  return typeof message === 'string' ? message : '';
}

/** Returns the innermost code that we know, else the innermost of all. */
function chooseCode(chain: readonly WireObject[]): string | undefined {
  const codes = chain.flatMap(({ code, name }) => [
    ...(typeof code === 'string' ? [code] : []),
    ...(name === 'TimeoutError' ? [name] : []),
  ]);
  return (
    codes.findLast(
      (code) =>
        isShortage(code) ||
        [tlsCodes, timeoutCodes, networkCodes].some((known) => known.test(code)),
    ) ?? codes.at(-1)
  );
}

/**
 * True when the time ran out before the request was sent; afterwards the same codes mean something
 * else.
 */
function isOpeningTimeout(
  code: string | undefined,
  { hasHead, isUnsent = true }: Progress,
): boolean {
  return !hasHead && isUnsent && matchesCode(openingTimeoutCodes, code);
}

function classByCode(
  code: string | undefined,
  messages: readonly string[],
  progress: Progress,
): FailureClass {
  const { hasHead } = progress;
  if (isShortage(code) && !hasHead) return 'local';
  if (isOpeningTimeout(code, progress)) return 'connect';
  if (matchesCode(tlsCodes, code)) return 'tls';
  if (matchesCode(hasHead ? timeoutCodes : silenceCodes, code))
    return hasHead ? 'stream-stall' : 'timeout';
  const isNetwork =
    matchesCode(networkCodes, code) || messages.some((text) => networkMessages.test(text));
  if (hasHead) return isNetwork ? 'stream-cut' : 'malformed';
  return isNetwork ? 'connect' : 'unknown';
}

function matchesCode(known: RegExp, code: string | undefined): boolean {
  return code !== undefined && known.test(code);
}

/**
 * Reads `statusCode`/`responseBody` of the AI SDK, `status`/`error` of vendors' SDKs,
 * `status`/`data` of an axios response.
 */
function toAnswer(fields: WireObject): ProviderAnswer | undefined {
  const status = [fields['statusCode'], fields['status'], fields['status_code']].find(
    isErrorStatus,
  );
  if (status === undefined) return undefined;
  const body =
    fields['responseBody'] ??
    fields['body'] ??
    fields['data'] ??
    fields['error'] ??
    fields['message'];
  const headers = fields['responseHeaders'] ?? fields['headers'];
  return {
    status,
    headers: toHeaders(headers),
    body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
  };
}

function isErrorStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
}

/** Accepts a plain record, or an iterable of pairs such as fetch's own headers. */
function toHeaders(value: unknown): Headers {
  const entries: readonly unknown[] = isIterable(value)
    ? [...value]
    : Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const [name, text]: readonly unknown[] = Array.isArray(entry) ? entry : [];
      return typeof name === 'string' && typeof text === 'string'
        ? [[name.toLowerCase(), text]]
        : [];
    }),
  );
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** A connection that was never made was not silent. */
const neverOpen =
  /nobody-behind|E(CONNREFUSED|HOST|NET|AI_|ADDR|PROTO|TIMEDOUT)|ENOTFOUND|CONNECT|_(PROXY|SSL|TLS)_/;

/** A close after less silence is a broken connection. */
const longSilenceMs = 10_000;

/**
 * Turns a close after a long silence into a timeout: something on the way lost patience with the
 * target.
 */
export function asStall(failure: CutFailure, provider: string, silentMs: number): CutFailure {
  const { rule } = failure.evidence;
  const isCut = failure.class === 'stream-cut' && rule !== 'error-event';
  const isClosed = isCut || (failure.class === 'connect' && !neverOpen.test(rule));
  if (!isClosed || silentMs <= longSilenceMs) return failure;
  const message = `${provider} was silent for ${formatSeconds(silentMs)}, then the connection was closed`;
  const { said: _, ...own } = failure;
  return { ...own, class: isCut ? 'stream-stall' : 'timeout', message };
}

export function formatSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
