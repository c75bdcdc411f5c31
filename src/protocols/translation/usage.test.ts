/** Tokens are read in one way, for the record and for an answer in other words. */

import { describe, expect, it } from 'vitest';
import { openaiChat } from '../openai-chat/protocol.ts';

const answer = (usage: object) => ({
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage,
});

describe('the tokens of an answer', () => {
  it.each<[string, object, { input?: number; output: number; cached?: number }]>([
    [
      'that are written as text',
      { prompt_tokens: '12', completion_tokens: '3' },
      { input: 12, output: 3 },
    ],
    [
      'with the cached part where DeepSeek says it',
      { prompt_tokens: 12, completion_tokens: 3, prompt_cache_hit_tokens: 8 },
      { input: 12, output: 3, cached: 8 },
    ],
    ['of which one number is missing', { completion_tokens: 3 }, { output: 3 }],
  ])('%s are the same in the record and translated', (_name, usage, { input, output, cached }) => {
    const body = answer(usage);
    expect(openaiChat.judgeAnswer(body, 'generate')).toMatchObject({
      usage: { inputTokens: input, outputTokens: output, cachedTokens: cached },
    });
    const told = openaiChat.translation.decodeAnswer(body).usage;
    expect([told.inputTokens.total, told.outputTokens.total]).toEqual([input, output]);
    expect(told.inputTokens.cacheRead).toBe(cached ?? 0);
  });
});
