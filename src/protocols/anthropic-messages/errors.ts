/** Writes errors as clients of `anthropic-messages` know them. */

import type { OverflowTokens } from '../content/overflow.ts';
import type { ToldError } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';

/** Anthropic's own types by status; platform.claude.com/docs/en/api/errors, read 2026-11. */
const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** SDKs raise an error for the event of this name; nothing follows it, not even `message_stop`. */
export function frameMessagesError(body: string): string {
  return `event: error\ndata: ${body}\n\n`;
}

/** Uses Anthropic's phrase, on which agents compact the conversation. */
export function describeMessagesOverflow(said: string, tokens: OverflowTokens | undefined): string {
  return `prompt is too long: ${tokens === undefined ? said : `${tokens.actual} tokens > ${tokens.limit} maximum`}`;
}

/** Puts our code where the SDK looks for the vendor's own finer ones. */
export function toMessagesErrorBody(error: ToldError): WireObject {
  const { status, code, message, requestId, facts } = error;
  const inner = {
    type: types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
    message,
    details: { error_code: code },
    holdfast: facts,
  };
  return { type: 'error', error: inner, request_id: requestId ?? null };
}
