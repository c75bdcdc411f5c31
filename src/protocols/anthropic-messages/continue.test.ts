/**
 * What is asked when an answer broke: the same request with what was delivered, and nothing that
 * the vendor would refuse.
 */

import { describe, expect, it } from 'vitest';
import type { Continuation } from '../contract/protocol.ts';
import type { WireObject } from '../json/is-record.ts';
import { continueMessages, findMessagesObstacle } from './continue.ts';

const hello = { role: 'user', content: 'hello' };

function plan(way: Continuation['way'], shownText = 'Once upon'): Continuation {
  const delivered = {
    text: shownText,
    textEvents: 2,
    obstacle: undefined,
    opening: {},
    usage: undefined,
  };
  return { way, delivered, shownText };
}

describe('continueMessages', () => {
  it('shows the partial answer as the last message, where it is continued by prefill', () => {
    const body = { max_tokens: 100, messages: [hello] };
    expect(continueMessages(body, plan('prefill'))).toEqual({
      max_tokens: 98,
      messages: [hello, { role: 'assistant', content: 'Once upon' }],
    });
  });

  it('asks to go on, where it is continued by instruction', () => {
    const { messages } = continueMessages({ messages: [hello] }, plan('instruct'));
    expect(messages).toMatchObject([
      hello,
      { role: 'assistant', content: 'Once upon' },
      { role: 'user', content: expect.stringContaining('Go on from exactly where it stops') },
    ]);
  });

  it('is the same request, where the answer is asked for afresh', () => {
    const body = { max_tokens: 100, messages: [hello] };
    expect(continueMessages(body, plan('afresh'))).toBe(body);
  });

  it('leaves reasoning out of a prefill: the vendor refuses the two together', () => {
    const body = { max_tokens: 100, thinking: { type: 'adaptive' }, messages: [hello] };
    expect(continueMessages(body, plan('prefill'))).not.toHaveProperty('thinking');
  });

  it('leaves reasoning its room under the limit', () => {
    const body = {
      max_tokens: 2000,
      thinking: { type: 'enabled', budget_tokens: 1999 },
      messages: [hello],
    };
    expect(continueMessages(body, plan('instruct'))).toMatchObject({
      max_tokens: 2000,
      thinking: body.thinking,
    });
  });

  it.each<[string, unknown, unknown]>([
    ['a text', 'And so', 'And so it was'],
    ['blocks', [{ type: 'text', text: 'And so' }], [{ type: 'text', text: 'And so it was' }]],
    [
      'blocks that end otherwise',
      [{ type: 'image' }],
      [{ type: 'image' }, { type: 'text', text: ' it was' }],
    ],
    ['nothing', undefined, [{ type: 'text', text: ' it was' }]],
  ])('goes on with a prefill of the client’s own: %s', (_name, content, expected) => {
    const body = { messages: [hello, { role: 'assistant', content }] };
    const { messages } = continueMessages(body, plan('prefill', ' it was'));
    expect(messages).toEqual([hello, { role: 'assistant', content: expected }]);
  });

  it('leaves the request as it is', () => {
    const body = { max_tokens: 100, messages: [hello] };
    const before = JSON.stringify(body);
    continueMessages(body, plan('instruct'));
    expect(JSON.stringify(body)).toBe(before);
  });
});

describe('findMessagesObstacle', () => {
  const format = { type: 'json_schema', schema: {} };
  it.each<[string, WireObject, string | undefined]>([
    ['a plain request', { messages: [] }, undefined],
    ['effort alone', { output_config: { effort: 'low' } }, undefined],
    ['an output format', { output_config: { format } }, 'a strict output format'],
    ['an output format of old', { output_format: format }, 'a strict output format'],
  ])('%s', (_name, body, expected) => {
    expect(findMessagesObstacle(body)).toBe(expected);
  });
});
