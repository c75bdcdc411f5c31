/** Errors as clients of `openai-chat` understand them: a JSON body, and the same object inside a stream. */

import type { Headers } from '../../model/request.ts';
import type { WireError } from '../protocol.ts';

const headers: Headers = { 'content-type': 'application/json' };

export function encodeChatError(error: WireError): { readonly headers: Headers; readonly body: string } {
  return { headers, body: JSON.stringify({ error: toErrorObject(error) }) };
}

/** SDKs raise an error for a chunk with a top-level `error`; nothing follows it, not even `[DONE]`. */
export function encodeChatStreamError(error: WireError): string {
  return `data: ${JSON.stringify({ error: toErrorObject(error) })}\n\n`;
}

function toErrorObject(error: WireError): Readonly<Record<string, unknown>> {
  return { message: error.message, type: typeOf(error.status), param: error.param ?? null, code: error.code };
}

/** OpenAI's own types by status; platform.openai.com error codes, read 2026-10. */
function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
