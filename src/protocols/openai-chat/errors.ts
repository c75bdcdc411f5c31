/** Errors as clients of `openai-chat` understand them: a JSON body, and the same object inside a stream. */

import { toErrorObject } from '../openai-error.ts';
import { findOverflowTokens } from '../overflow.ts';
import type { ToldError } from '../protocol.ts';

/** SDKs raise an error for a chunk with a top-level `error`; nothing follows it, not even `[DONE]`. */
export function encodeChatStreamError(error: ToldError): string {
  return `data: ${JSON.stringify({ error: toErrorObject(error) })}\n\n`;
}

/** OpenAI's code and phrase; agents compact the conversation when they read either. */
export function describeChatOverflow(said: string): Pick<ToldError, 'code' | 'message'> {
  const tokens = findOverflowTokens(said);
  const message =
    tokens === undefined
      ? `This model's maximum context length was exceeded. ${said}`
      : `This model's maximum context length is ${tokens.limit} tokens. However, your messages resulted in ${tokens.actual} tokens. Please reduce the length of the messages.`;
  return { code: 'context_length_exceeded', message };
}
