/** Encodes the error object; OpenAI's wire formats share it. */

import type { ToldError } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';

/** Agents compact the conversation when they find this code. */
export const openaiOverflowSign = /"code"\s*:\s*"context_length_exceeded"/;

/** SDKs raise an error for a top-level `error` in a stream too; not even `[DONE]` follows it. */
export function toOpenaiErrorBody(error: ToldError): WireObject {
  return { error: toErrorObject(error) };
}

/** Puts our facts under `holdfast`; clients ignore unknown fields. */
export function toErrorObject({ status, code, message, param, facts }: ToldError): WireObject {
  return { message, type: openaiErrorType(status), param: param ?? null, code, holdfast: facts };
}

/** OpenAI's own types by status; platform.openai.com error codes, read 2026-10. */
function openaiErrorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
