/**
 * A task's `reasoning_effort` reaches its targets in the words of their protocol, relayed or
 * translated.
 */

import { expect, it } from 'vitest';
import { travel } from './travel.ts';

const chat = {
  path: '/v1/chat/completions',
  body: { messages: [{ role: 'user', content: 'hi' }] },
};
const messages = {
  path: '/v1/messages',
  body: { max_tokens: 9000, messages: [{ role: 'user', content: 'hi' }] },
};
const responses = { path: '/v1/responses', body: { input: 'hi' } };
const task = { model: 'title_generation' };

it.each([
  ['openai-chat', chat, 'openai-chat', { reasoning_effort: 'low' }],
  ['openai-chat', chat, 'openai-responses', { reasoning: { effort: 'low' } }],
  [
    'openai-chat',
    chat,
    'anthropic-messages',
    { thinking: { type: 'enabled', budget_tokens: 2048 } },
  ],
  ['openai-responses', responses, 'openai-responses', { reasoning: { effort: 'low' } }],
  ['openai-responses', responses, 'openai-chat', { reasoning_effort: 'low' }],
  ['anthropic-messages', messages, 'openai-chat', { reasoning_effort: 'low' }],
])('%s for %s', async (_name, { path, body }, protocol, expected) => {
  const auxiliary = {
    title_generation: { provider: protocol, model: 'm', reasoning_effort: 'low' },
  };
  const { status, sent } = await travel({ path, body: { ...body, ...task } }, [protocol], {
    auxiliary,
  });
  expect(status).toBe(200);
  expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject(expected);
});

it('is no field of a body in anthropic-messages', async () => {
  const auxiliary = {
    title_generation: { provider: 'anthropic-messages', model: 'm', reasoning_effort: 'low' },
  };
  const { path, body } = messages;
  const { sent } = await travel({ path, body: { ...body, ...task } }, ['anthropic-messages'], {
    auxiliary,
  });
  expect(Object.keys(JSON.parse(sent[0]?.body ?? '')).sort()).toEqual([
    'max_tokens',
    'messages',
    'model',
  ]);
});
