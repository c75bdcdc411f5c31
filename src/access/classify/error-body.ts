/**
 * Finds the error object and the message in a provider's answer, wherever vendors put them. Pure.
 */

import type { Headers } from '../../model/request.ts';
import { beginsEvents, isPage } from '../../protocols/body/json-body.ts';
import { parseShallow } from '../../protocols/json/depth.ts';
import { isRecord, type WireObject } from '../../protocols/json/is-record.ts';
import { findObject } from './embedded-json.ts';
import { readXmlError } from './xml-error.ts';

export interface ErrorBody {
  /** Is parsed if it is JSON, else a text. */
  readonly body: unknown;
  /** The error object; if there is none, the whole body's fields. */
  readonly error: WireObject;
  /**
   * Contains the provider's sentence, that of the vendor behind it if its own says nothing else;
   * without one, the body's text. Empty for a page.
   */
  readonly message: string;
  /**
   * The text of a page for browsers. Its words may be anything: only the status of such an answer
   * counts.
   */
  readonly page?: string | undefined;
  /** The HTTP status in the body: an error inside a 200 has no other. */
  readonly status?: number | undefined;
  /** An error body inside this one's message: a wrapper around the provider's own. */
  readonly nested?: ErrorBody | undefined;
  /** The original sentence; empty if the message is an object. */
  readonly sentence: string;
  /** The answer of the vendor behind OpenRouter: `metadata.raw`. */
  readonly raw?: unknown;
}

/**
 * Gives an error without a code the name that AWS gives it, in the body or in a header:
 * `com.amazon.coral.service#ThrottlingException`, `ThrottlingException:http://internal.amazon`.
 */
export function nameException(body: ErrorBody, headers: Headers): ErrorBody {
  const named = body.error['__type'] ?? headers['x-amzn-errortype'];
  const [, name] = /^(?:.*#)?(\w+?)(?:Exception)?(?::.*)?$/.exec(String(named ?? '')) ?? [];
  const isCoded = (body.error['code'] ?? undefined) !== undefined;
  return name === undefined || isCoded ? body : { ...body, error: { ...body.error, code: name } };
}

/** Wrappers wrap wrappers; nothing deeper was ever seen. */
const maxNesting = 3;

export function parseErrorBody(text: string): ErrorBody {
  // else a page, an event, an error in XML or a plain sentence
  const body = parseShallow(text) ?? (isPage(text) ? text : (readMarked(text) ?? text));
  return readErrorBody(body, 0);
}

/** Where a stream was asked for, some servers refuse in an event: DashScope, and many proxies. */
function readMarked(text: string): unknown {
  if (!beginsEvents(text)) return readXmlError(text);
  const line = text.split(/[\r\n]+/).find((one) => one.startsWith('data:')) ?? '';
  return parseShallow(line.slice('data:'.length));
}

/** Of Kong and others: a limit of an hour or longer has nothing left. */
const longWindow = /^x-ratelimit-remaining-(?:[a-z]+-)*(?:hour|day|week|month)$/;
const nothingLeft = /^\s*0(?:\.0*)?\s*$/;
/** Gateways for APIs, which count requests themselves. */
const gatewayName = /^(?:kong|apisix|tyk|krakend|gloo)\b[\w./ -]{0,20}$/i;

/**
 * Adds to the sentence of a refusal what its headers say of it: the windows that are used up, and
 * the gateway for APIs that refused.
 */
export function withLimitHeaders(body: ErrorBody, headers: Headers, status: number): ErrorBody {
  if (body.page !== undefined || ![402, 403, 429, 503].includes(status)) return body;
  const { server = '' } = headers;
  const empty = Object.entries(headers).flatMap(([name, value]) =>
    longWindow.test(name) && nothingLeft.test(value) ? [`${name}: 0`] : [],
  );
  const by = gatewayName.test(server) ? [`server: ${server}`] : [];
  const seen = [...by, ...empty].join('; ');
  const { message } = body;
  return seen === '' ? body : { ...body, message: `${message} (${seen})`.trimStart() };
}

/** True where `withLimitHeaders` has added a window that is used up. */
export function hasEmptyWindow(message: string): boolean {
  return /\(.*\bx-ratelimit-remaining-[a-z-]+: 0\)$/.test(message);
}

/**
 * Takes the words of an answer without a body from its headers: those of RFC 6750, section 3, and
 * of gRPC, which writes them as in a URL. Adds to a sentence the header in which a key is wanted.
 */
export function withHeaderWords(body: ErrorBody, headers: Headers): ErrorBody {
  const { 'www-authenticate': challenge = '', 'grpc-message': encoded = '' } = headers;
  if (body.body !== '') return withKeyHeader(body, challenge);
  const said = /\berror_description="([^"]+)"/i.exec(challenge)?.[1] ?? decode(encoded);
  const status = grpcStatuses[headers['grpc-status'] ?? ''];
  return said === '' ? body : { ...body, message: said, sentence: said, status };
}

/**
 * As Azure API Management names it: `AzureApiManagementKey realm="…",name="api-key",type="header"`
 * (n/v: from memory).
 */
function withKeyHeader(body: ErrorBody, challenge: string): ErrorBody {
  const [, name] = /\bname="([\w-]{1,60})",\s?type="header"/i.exec(challenge) ?? [];
  const { message, sentence } = body;
  const isKnown = name === undefined || sentence === '' || message.includes(name);
  return isKnown ? body : { ...body, message: `${message} (in the ${name} header)` };
}

/** What gRPC's numbers are over HTTP. [D] https://cloud.google.com/apis/design/errors */
const grpcStatuses: Readonly<Record<string, number>> = {
  '3': 400,
  '4': 504,
  '5': 404,
  '7': 403,
  '8': 429,
  '9': 400,
  '12': 501,
  '13': 500,
  '14': 503,
  '16': 401,
};

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** True for an object with a sentence where errors have theirs. */
export function saysError(text: string): boolean {
  const { body, sentence } = parseErrorBody(text);
  return isRecord(body) && sentence !== '';
}

/** True for JSON with an `error`, or a code beside its message: an answer may have a message. */
export function isErrorText(text: string): boolean {
  const body = parseShallow(text);
  return isRecord(body) && isErrorShaped(body);
}

/** Returns the body and all that is nested in it, outermost first. */
export function layersOf(body: ErrorBody): readonly ErrorBody[] {
  return body.nested === undefined ? [body] : [body, ...layersOf(body.nested)];
}

function readErrorBody(body: unknown, depth: number): ErrorBody {
  if (typeof body === 'string' && isPage(body))
    return { body, error: {}, message: '', sentence: '', page: body };
  const found = withTitle(findMessage(body, findError(body)), findError(body));
  const error = withStatusSaid(findError(body), found);
  const message = typeof found === 'string' ? found : JSON.stringify(found);
  const sentence = typeof found === 'string' ? found : '';
  const raw = recordOf(error['metadata'])['raw'];
  const inner = depth < maxNesting ? findNested(raw, sentence) : undefined;
  const nested = inner && readErrorBody(inner, depth + 1);
  const relayed = bareRelay.test(sentence) ? (sentenceOf(raw) ?? nested?.message) : undefined;
  return {
    body,
    error,
    message: relayed || message,
    status: findStatus(body, error),
    sentence,
    raw,
    nested,
  };
}

/** OpenRouter's own words, where those of the vendor behind it are in `metadata.raw`. */
const bareRelay = /^Provider returned error\.?$/i;

/** Undefined for what is no plain sentence: JSON, a page, an event. */
function sentenceOf(raw: unknown): string | undefined {
  return typeof raw === 'string' && /^\w[^{<]*$/.test(raw) && !raw.startsWith('data:')
    ? raw
    : undefined;
}

/** `404 NOT_FOUND "…"`, as Spring writes it, and `404 Not Found`. */
const statusSaid =
  /^(?:HTTP(?:\/1\.1)? ?)?([45]\d\d)[ :,-]+(?=[A-Z][A-Za-z]+(?:[_ ][A-Za-z]+){0,3}\b)/;

/**
 * A gateway may give every error one number and tell the real one in words: `{"code":500,
 * "msg":"404 NOT_FOUND"}` ([I] many, of GLM's own site).
 */
function withStatusSaid(error: WireObject, sentence: unknown): WireObject {
  const [, said] = (typeof sentence === 'string' && statusSaid.exec(sentence)) || [];
  const isOther = said !== undefined && /^[45]\d\d$/.test(String(error['code']));
  return isOther ? { ...error, code: Number(said) } : error;
}

function recordOf(value: unknown): WireObject {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isRecord(first) ? first : {};
}

/**
 * Looks at the top, inside a failed response, and inside a choice; in lists of errors, as GraphQL,
 * IBM and Cloudflare have them; in what Apigee, Tencent and Naver wrap an error in.
 */
function findError(body: unknown): WireObject {
  const top = recordOf(body);
  const inner = [
    top['error'],
    recordOf(top['response'])['error'],
    recordOf(top['choices'])['error'],
  ];
  const wrapped = [top['errors'], top['fault'], recordOf(top['Response'])['Error'], top['status']];
  return (
    inner.map(recordOf).find((found) => Object.keys(found).length > 0) ??
    wrapped.map(recordOf).find((found) => typeof findSentence(found) === 'string') ??
    top
  );
}

function findMessage(body: unknown, error: WireObject): unknown {
  const [first]: readonly unknown[] = Array.isArray(error['errors']) ? error['errors'] : [];
  return (
    findSentence(error) ??
    recordOf(recordOf(body)['base_resp'])['status_msg'] ??
    (typeof first === 'string' ? first : body)
  );
}

/** What a status is called says no more than the status. */
const statusNames =
  /^(bad request|unauthorized|payment required|forbidden|not found|method not allowed|conflict|gone|unprocessable (entity|content)|too many requests|internal server error|bad gateway|service unavailable|gateway time-?out|an error occurred.*|one or more validation errors.*)$/i;

/** The kind of a problem stands in its title, the case at hand in its detail (RFC 9457). */
function withTitle(found: unknown, { title, detail, status, type }: WireObject): unknown {
  const isProblem = typeof status === 'number' || typeof type === 'string';
  if (!isProblem || typeof title !== 'string' || statusNames.test(title)) return found;
  if (typeof found !== 'string') return title;
  return found !== detail || found.includes(title) ? found : `${title}: ${found}`;
}

/** Some put the error once more into the field that has its sentence. */
function findSentence(error: WireObject): unknown {
  const found = findSaid(error);
  const inner = isRecord(found) ? findSaid(found) : undefined;
  return typeof inner === 'string' ? inner : found;
}

/** Where a sentence stands, if there is none in `message`: AWS Lambda has `errorMessage`. */
const otherSentences = [
  'error',
  'faultstring',
  'detail',
  'msg',
  'error_msg',
  'error_message',
  'error_description',
  'errorMessage',
];

/** FastChat has `text` beside an `error_code`. */
function findSaid(error: WireObject): unknown {
  const [other] = otherSentences.map((name) => error[name]).filter((one) => (one ?? null) !== null);
  return (
    error['message'] ??
    error['Message'] ??
    sentenceBeside(error) ??
    other ??
    (error['error_code'] === undefined ? undefined : error['text'])
  );
}

/** Words beside an `error` that is only a name: `policy_denied`. */
function sentenceBeside({ error, detail }: WireObject): string | undefined {
  const isName = typeof error === 'string' && /^[a-z]+(_[a-z]+)+$/.test(error);
  return isName && typeof detail === 'string' ? detail : undefined;
}

/** The fields in which answers have their text. */
const answerFields = [
  'choices',
  'content',
  'output',
  'candidates',
  'delta',
  'message',
  'text',
  'part',
  'item',
];

/** Returns the body without its sentence and without any part of an answer (law 2). */
export function withoutAnswer({ body, message }: ErrorBody): string {
  if (!isRecord(body) || message !== JSON.stringify(body)) return message;
  return JSON.stringify(
    Object.fromEntries(Object.entries(body).filter(([field]) => !answerFields.includes(field))),
  );
}

/**
 * Reads the vendor's copy of the status: OpenRouter and Gemini have `error.code`, ChatGPT
 * `status_code`, MiniMax `http_code`.
 */
function findStatus(body: unknown, error: WireObject): number | undefined {
  const top = recordOf(body);
  const named = [
    error['code'],
    error['http_code'],
    error['status'],
    error['status_code'],
    top['status_code'],
  ];
  return named
    .map(Number)
    .find((status) => Number.isInteger(status) && status >= 400 && status <= 599);
}

/**
 * OpenRouter has the upstream's body in `metadata.raw`, as text or as an object; proxies append it
 * to their own sentence.
 */
function findNested(raw: unknown, sentence: string): WireObject | undefined {
  return [raw, sentence]
    .map((found) => (typeof found === 'string' ? findObject(found) : recordOf(found)))
    .find((found) => found !== undefined && isErrorShaped(found));
}

/** True for an object that says what went wrong: an error message may also quote the request. */
function isErrorShaped(found: WireObject): boolean {
  if (found['error'] !== undefined && found['error'] !== null) return true;
  if (typeof found['message'] !== 'string') return false;
  return ['code', 'type', 'status'].some((field) => found[field] !== undefined);
}

/** Returns the values at a dotted path; `[]` after a name means any item of that list. */
export function valuesAt(body: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [Array.isArray(body) ? body[0] : body];
  for (const step of path.split('.')) {
    const name = step.replace('[]', '');
    values = values
      .map((value) => recordOf(value)[name])
      .flatMap((value): readonly unknown[] =>
        step.endsWith('[]') && Array.isArray(value) ? value : [value],
      );
  }
  return values;
}
