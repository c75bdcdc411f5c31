/**
 * Encodes errors for clients of `google-generate-content`: a JSON body, and the same object inside
 * a stream.
 */

import type { Headers } from '../../model/request.ts';
import type { OverflowTokens } from '../content/overflow.ts';
import type { ToldError } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';

const headers: Headers = { 'content-type': 'application/json' };

/**
 * Names of statuses: https://ai.google.dev/gemini-api/docs/troubleshooting and
 * https://cloud.google.com/apis/design/errors, read 2026-11.
 */
const statuses: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export function encodeGoogleError(error: ToldError): {
  readonly headers: Headers;
  readonly body: string;
} {
  return { headers, body: JSON.stringify(toErrorBody(error)) };
}

/**
 * Sends the bare object, as the vendor does when it breaks off: no blank line ends it, so SDKs
 * raise an error even if it follows the last event. Read in `@google/genai` 1.30.0 and 2.32.0; the
 * first reads an event with `error` as an empty answer.
 */
export function encodeGoogleStreamError(error: ToldError): string {
  return JSON.stringify(toErrorBody(error));
}

/** Uses the vendor's phrase: https://github.com/google-gemini/gemini-cli/issues/6678. */
export function describeGoogleOverflow(said: string, tokens: OverflowTokens | undefined): string {
  if (tokens === undefined)
    return `The input token count exceeds the maximum number of tokens allowed. ${said}`;
  return `The input token count (${tokens.actual}) exceeds the maximum number of tokens allowed (${tokens.limit}).`;
}

/** Puts our code where the vendor has its own finer ones. */
function toErrorBody({ status: code, code: reason, message, facts }: ToldError): WireObject {
  const status = statuses[code] ?? (code >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: reason.toUpperCase(),
    domain: 'holdfast',
  };
  return { error: { code, message, status, details: [info], holdfast: facts } };
}
