/**
 * Encodes errors for clients of `anthropic-messages`: a JSON body, and the same object as a stream
 * event.
 */

import type { Headers } from '../../model/request.ts';
import type { OverflowTokens } from '../content/overflow.ts';
import type { ToldError } from '../contract/protocol.ts';

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

export function encodeMessagesError(error: ToldError): {
  readonly headers: Headers;
  readonly body: string;
} {
  const { requestId } = error;
  return {
    headers: {
      'content-type': 'application/json',
      ...(requestId === undefined ? {} : { 'request-id': requestId }),
    },
    body: JSON.stringify(toErrorBody(error)),
  };
}

/** SDKs raise an error for the event of this name; nothing follows it, not even `message_stop`. */
export function encodeMessagesStreamError(error: ToldError): string {
  return frameMessagesRefusal(JSON.stringify(toErrorBody(error)));
}

/** Wraps a one-line error body as SSE bytes. */
export function frameMessagesRefusal(body: string): string {
  return `event: error\ndata: ${body}\n\n`;
}

/** Uses Anthropic's phrase, on which agents compact the conversation. */
export function describeMessagesOverflow(said: string, tokens: OverflowTokens | undefined): string {
  return `prompt is too long: ${tokens === undefined ? said : `${tokens.actual} tokens > ${tokens.limit} maximum`}`;
}

/** Puts our code where the SDK looks for the vendor's own finer ones. */
function toErrorBody({ status, code, message, requestId, facts }: ToldError): object {
  const error = {
    type: errorTypeFor(status),
    message,
    details: { error_code: code },
    holdfast: facts,
  };
  return { type: 'error', error, request_id: requestId ?? null };
}

function errorTypeFor(status: number): string {
  return types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
