/** Words errors as clients of `openai-chat` know them. */

import type { OverflowTokens } from '../content/overflow.ts';

/** Uses OpenAI's phrase, on which agents compact the conversation. */
export function describeChatOverflow(said: string, tokens: OverflowTokens | undefined): string {
  if (/maximum context length/i.test(said)) return said;
  if (tokens === undefined) return `This model's maximum context length was exceeded. ${said}`;
  return `This model's maximum context length is ${tokens.limit} tokens. However, your messages resulted in ${tokens.actual} tokens. Please reduce the length of the messages.`;
}
