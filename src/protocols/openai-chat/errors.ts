/**
 * Encodes errors for clients of `openai-chat`: a JSON body, and the same object inside a stream.
 */

import type { OverflowTokens } from '../content/overflow.ts';
import type { ToldError } from '../contract/protocol.ts';
import { encodeEvent } from '../contract/splicer.ts';
import { toErrorObject } from '../openai/openai-error.ts';

/**
 * SDKs raise an error for a chunk with a top-level `error`; nothing follows it, not even `[DONE]`.
 */
export function encodeChatStreamError(error: ToldError): string {
  return encodeEvent({ error: toErrorObject(error) });
}

/** Uses OpenAI's phrase, on which agents compact the conversation. */
export function describeChatOverflow(said: string, tokens: OverflowTokens | undefined): string {
  if (/maximum context length/i.test(said)) return said;
  if (tokens === undefined) return `This model's maximum context length was exceeded. ${said}`;
  return `This model's maximum context length is ${tokens.limit} tokens. However, your messages resulted in ${tokens.actual} tokens. Please reduce the length of the messages.`;
}
