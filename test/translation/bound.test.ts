/**
 * What only its account understands never crosses into another protocol: sealed reasoning is left
 * out and noted, an id is refused by name.
 */

import { describe, expect, it } from 'vitest';
import { travel } from './travel.ts';

const user = { role: 'user', content: 'hi' };
const messages = {
  path: '/v1/messages',
  body: {
    max_tokens: 9000,
    messages: [
      user,
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sealed-1' },
          { type: 'redacted_thinking', data: 'sealed-2' },
          { type: 'text', text: 'yes' },
        ],
      },
      user,
    ],
  },
};
const responses = {
  path: '/v1/responses',
  body: {
    input: [
      user,
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed-1' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'yes' }] },
      user,
    ],
    include: ['reasoning.encrypted_content'],
  },
};

describe.each([
  ['anthropic-messages', messages, ['openai-chat', 'openai-responses']],
  ['openai-responses', responses, ['openai-chat', 'anthropic-messages']],
] as const)('sealed reasoning of %s', (_name, { path, body }, others) => {
  it.each(others)('is left out for %s, and noted', async (protocol) => {
    const { text, sent, record } = await travel({ path, body }, [protocol]);
    expect(text).toContain('well');
    expect(sent).not.toEqual([]);
    for (const request of sent) {
      expect(request.body).toContain('yes');
      expect(request.body).not.toMatch(/sealed/);
    }
    expect(record?.notes.join()).toMatch(/signature|encrypted_content/);
  });
});

describe('an id that one account keeps', () => {
  const kept = { input: 'hi', previous_response_id: 'resp_1' };

  it.each(['openai-chat', 'anthropic-messages'])(
    'is refused by name where everybody speaks %s',
    async (protocol) => {
      const { status, text, sent } = await travel({ path: '/v1/responses', body: kept }, [
        protocol,
      ]);
      expect(status).toBe(400);
      expect(text).toContain('previous_response_id cannot be carried');
      expect(sent).toEqual([]);
    },
  );

  it.each([
    ['with its type', { type: 'item_reference', id: 'msg_1' }],
    ['without one', { id: 'msg_1' }],
    ['with none', { type: null, id: 'msg_1' }],
  ])('is refused by name where an item of the input is a reference %s', async (_name, item) => {
    const body = { input: [user, item] };
    const { status, text, sent } = await travel({ path: '/v1/responses', body }, ['openai-chat']);
    expect([status, sent]).toEqual([400, []]);
    expect(text).toContain(
      String.raw`input.1.id, item_reference \"msg_1\", cannot be carried into another protocol`,
    );
    const both = await travel({ path: '/v1/responses', body }, [
      'anthropic-messages',
      'openai-responses',
    ]);
    expect(both.sent.map(({ url }) => url)).toEqual([
      'https://openai-responses.example/v1/responses',
    ]);
    expect(both.sent[0]?.body).toContain('msg_1');
  });

  it('is none where a message bears its own, with a type or without', async () => {
    const input = [
      { ...user, id: 'msg_1' },
      { ...user, type: null },
    ];
    const { text, sent } = await travel({ path: '/v1/responses', body: { input } }, [
      'openai-chat',
    ]);
    expect(text).toContain('well');
    expect(sent[0]?.body).not.toContain('msg_1');
  });

  it('goes past those who speak another protocol to those who may know it', async () => {
    const { sent } = await travel({ path: '/v1/responses', body: kept }, [
      'openai-chat',
      'openai-responses',
    ]);
    expect(sent.map(({ url }) => url)).toEqual(['https://openai-responses.example/v1/responses']);
    expect(sent[0]?.body).toContain('resp_1');
  });
});
