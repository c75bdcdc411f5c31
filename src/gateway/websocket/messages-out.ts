/** Writes the messages that are not events of an answer: errors, and the events of a warm-up. */

import { createErrorText } from '../../access/wording/error-text.ts';
import type { RequestError } from '../../errors.ts';
import type { Headers } from '../../model/request.ts';
import { isRecord, parseOrNothing, type WireObject } from '../../protocols/json/is-record.ts';
import { toErrorObject } from '../../protocols/openai/openai-error.ts';

/**
 * The codes that clients act on, in the vendor's own words:
 * https://developers.openai.com/api/docs/guides/websocket-mode, read 2026-11.
 */
export function createNotFound(id: string): WireObject {
  return createError(400, {
    type: 'invalid_request_error',
    code: 'previous_response_not_found',
    message: `Previous response with id '${id}' not found.`,
    param: 'previous_response_id',
  });
}

export const limitReached: WireObject = createError(400, {
  type: 'invalid_request_error',
  code: 'websocket_connection_limit_reached',
  message:
    'Responses websocket connection limit reached (60 minutes). Create a new websocket connection to continue.',
});

/** Writes an error of ours as the answer to a request would have it. */
export function createFault({ code: ours, message: what, fix, status }: RequestError): WireObject {
  const code = ours.replaceAll('-', '_');
  return createError(status, toErrorObject({ ...createErrorText({ what, fix }), status, code }));
}

/** Headers of an answer that a client may act on; the others are about its connection. */
const toldHeaders = /^(?:x-|retry-after)/;

/** Writes an answer that is an error, with its status and what its headers say. */
export function createRefusal(status: number, headers: Headers, text: string): WireObject {
  const body = parseOrNothing(text);
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : { message: text };
  const told = Object.entries(headers).filter(([name]) => toldHeaders.test(name));
  return { ...createError(status, error), headers: Object.fromEntries(told) };
}

function createError(status: number, error: WireObject): WireObject {
  return { type: 'error', status, error };
}

/** The answer to `generate: false`: a response without output, whose id may be named later. */
export function createWarmUp(id: string, model: unknown, now: number): readonly WireObject[] {
  const response = {
    id,
    object: 'response',
    created_at: Math.floor(now / 1000),
    model,
    error: null,
    incomplete_details: null,
    output: [],
    store: false,
  };
  const usage = {
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  };
  const begun = { ...response, status: 'in_progress', usage: null };
  const done = { ...response, status: 'completed', usage };
  return [
    { type: 'response.created', sequence_number: 0, response: begun },
    { type: 'response.completed', sequence_number: 1, response: done },
  ];
}
