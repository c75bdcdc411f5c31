/** The request for the rest of a broken answer: what it asks, and what cannot be asked for. */

import { describe, expect, it } from 'vitest';
import type { Target } from '../../model/target.ts';
import type { Continuation } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';
import { continueChat, findChatObstacle } from './continue.ts';

const target: Target = {
  id: 'p/m',
  provider: 'p',
  model: 'm',
  protocol: 'openai-chat',
  baseUrl: 'https://p.example/v1',
  origin: 'https://p.example',
  site: 'https://p.example/v1',
  authStyle: 'bearer',
  keyRequired: true,
  pool: 'p',
  limits: {},
  bodyEdits: [],
};

const user = { role: 'user', content: 'tell' };

function ask(
  way: Continuation['way'],
  body: WireObject = {},
  prefill: Target['prefill'] = {},
): WireObject {
  const delivered = {
    text: 'Once upon a ',
    textEvents: 7,
    obstacle: undefined,
    opening: {},
    usage: undefined,
  };
  const shownText = way === 'prefill' ? 'Once upon a' : 'Once upon a ';
  return continueChat(
    { messages: [user], ...body },
    { way, delivered, shownText },
    { ...target, prefill },
  );
}

describe('continueChat', () => {
  it('asks afresh with the body as it is', () => {
    expect(ask('afresh', { max_tokens: 5 })).toEqual({ messages: [user], max_tokens: 5 });
  });

  it('shows the partial answer, then instructs to go on', () => {
    const { messages } = ask('instruct');
    expect(messages).toEqual([
      user,
      { role: 'assistant', content: 'Once upon a ' },
      { role: 'user', content: expect.stringMatching(/Go on from exactly where it stops/) },
    ]);
  });

  it('ends a prefill with the partial answer, and with the field of vendors that want one', () => {
    expect(ask('prefill')['messages']).toEqual([
      user,
      { role: 'assistant', content: 'Once upon a' },
    ]);
    expect(ask('prefill', {}, { messageField: 'partial' })['messages']).toEqual([
      user,
      { role: 'assistant', content: 'Once upon a', partial: true },
    ]);
  });

  it("joins a client's own prefill and what followed it", () => {
    const messages = [user, { role: 'assistant', content: 'Well. ' }];
    expect(ask('prefill', { messages })['messages']).toEqual([
      user,
      { role: 'assistant', content: 'Well. Once upon a' },
    ]);
  });

  it.each([
    ['max_tokens', 100, 93],
    ['max_completion_tokens', 3, 1],
  ])('asks for a token less for each event that was delivered: %s', (field, limit, left) => {
    expect(ask('instruct', { [field]: limit })[field]).toBe(left);
  });
});

describe('findChatObstacle', () => {
  it.each<[string, WireObject, string | undefined]>([
    ['a plain request', { messages: [user], tools: [{}], n: 1, logprobs: false }, undefined],
    ['text as the format', { response_format: { type: 'text' } }, undefined],
    ['JSON as the format', { response_format: { type: 'json_object' } }, 'a strict output format'],
    ['a schema', { response_format: { type: 'json_schema' } }, 'a strict output format'],
    ["a local server's grammar", { guided_json: {} }, 'a strict output format'],
    ['several answers', { n: 2 }, 'several answers at once'],
    ['log probabilities', { logprobs: true }, 'log probabilities'],
    ['the likeliest tokens', { top_logprobs: 2 }, 'log probabilities'],
    ['a voice', { audio: { voice: 'x' } }, 'audio'],
    ['audio among the modalities', { modalities: ['text', 'audio'] }, 'audio'],
  ])('%s', (_name, body, obstacle) => {
    expect(findChatObstacle(body)).toBe(obstacle);
  });
});
