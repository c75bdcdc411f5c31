/**
 * A refusal is told in another protocol as what it is: its words, and an end that says so. Never an
 * empty answer.
 */

import { describe, expect, it } from 'vitest';
import { travel } from './travel.ts';

const messages = {
  path: '/v1/messages',
  body: { max_tokens: 900, messages: [{ role: 'user', content: 'hi' }] },
};
const responses = { path: '/v1/responses', body: { input: 'hi' } };
const chat = {
  path: '/v1/chat/completions',
  body: { messages: [{ role: 'user', content: 'hi' }] },
};

const events = (...list: readonly object[]): string =>
  list.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const delta = (fields: object, finish_reason: string | null = null): object => ({
  id: 'a',
  model: 'm',
  choices: [{ index: 0, delta: fields, finish_reason }],
});

const refusedInChat = `${events(
  delta({ role: 'assistant', content: null, refusal: '' }),
  delta({ refusal: 'I will' }),
  delta({ refusal: ' not.' }),
  delta({}, 'stop'),
)}data: [DONE]\n\n`;

const item = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'in_progress',
  content: [],
};
const part = { type: 'refusal', refusal: 'I will not.' };
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const head = { id: 'resp_1', object: 'response', created_at: 1, model: 'm' };
const refusedInResponses = events(
  { type: 'response.created', response: { ...head, status: 'in_progress', output: [] } },
  { type: 'response.output_item.added', output_index: 0, item },
  { type: 'response.content_part.added', ...at, part: { type: 'refusal', refusal: '' } },
  { type: 'response.refusal.delta', ...at, delta: 'I will' },
  { type: 'response.refusal.delta', ...at, delta: ' not.' },
  { type: 'response.refusal.done', ...at, refusal: 'I will not.' },
  { type: 'response.content_part.done', ...at, part },
  {
    type: 'response.output_item.done',
    output_index: 0,
    item: { ...item, status: 'completed', content: [part] },
  },
  {
    type: 'response.completed',
    response: {
      ...head,
      status: 'completed',
      output: [{ ...item, status: 'completed', content: [part] }],
      usage: { input_tokens: 1, output_tokens: 4 },
    },
  },
);

describe('a refusal in a stream', () => {
  it.each([
    ['openai-chat', 'anthropic-messages', messages, refusedInChat, '"stop_reason":"refusal"'],
    ['openai-chat', 'openai-responses', responses, refusedInChat, '"reason":"content_filter"'],
    [
      'openai-responses',
      'openai-chat',
      chat,
      refusedInResponses,
      '"finish_reason":"content_filter"',
    ],
    [
      'openai-responses',
      'anthropic-messages',
      messages,
      refusedInResponses,
      '"stop_reason":"refusal"',
    ],
  ])('of %s is told in %s', async (spoken, _asked, request, stream, end) => {
    const { status, text, record } = await travel({ ...request, stream }, [spoken]);
    expect(status).toBe(200);
    expect(text).toMatch(/"I will".*" not\."/s);
    expect(text).toContain(end);
    expect(record?.outcome).toBe('answered');
  });
});
