/**
 * Encodes errors for clients of `openai-responses`: a JSON body, and the two events with which
 * OpenAI ends a failed stream.
 */

import type { ToldError } from '../contract/protocol.ts';
import { encodeEvent } from '../contract/splicer.ts';
import { isRecord } from '../json/is-record.ts';
import { toErrorObject } from '../openai/openai-error.ts';
import { ItemLedger } from './items.ts';

/**
 * SDKs raise the `error` event, flat as in the reference and nested as OpenAI sends it; Codex reads
 * only `response.failed`.
 */
export function encodeResponsesStreamError(error: ToldError): string {
  const { delivered } = error;
  const ledger = new ItemLedger(delivered?.place);
  const number = ledger.nextSequence;
  const { code, message } = error;
  const object = toErrorObject(error);
  const response = {
    object: 'response',
    ...delivered?.opening,
    id: delivered?.opening['id'] ?? 'resp_none',
    status: 'failed',
    error: { code, message },
    incomplete_details: null,
    output: ledger.output,
    usage: delivered?.usage ?? null,
  };
  return [
    {
      type: 'error',
      sequence_number: number,
      code,
      message,
      param: error.param ?? null,
      error: object,
    },
    { type: 'response.failed', sequence_number: number + 1, response },
  ]
    .map(encodeEvent)
    .join('');
}

/** Uses OpenAI's phrase, on which agents compact the conversation. */
export function describeResponsesOverflow(said: string): string {
  return `Your input exceeds the context window of this model. Please adjust your input and try again. ${said}`;
}

/**
 * Passes on a provider's own refusal in the middle of a stream, with its code and phrase, which
 * agents act on (law 15).
 */
export function frameResponsesRefusal(body: string): string {
  const parsed: unknown = JSON.parse(body);
  const error = isRecord(parsed) && isRecord(parsed['error']) ? parsed['error'] : {};
  const { code, type, message, param } = error;
  return encodeResponsesStreamError({
    status: 400,
    code: textOr(code, textOr(type, 'invalid_request_error')),
    message: textOr(message, body),
    param: typeof param === 'string' ? param : undefined,
  });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
