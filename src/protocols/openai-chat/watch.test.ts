/**
 * What a stream tells: when it is finished, what of it was delivered, what stands in the way of
 * going on.
 */

import { describe, expect, it } from 'vitest';
import type { StreamWatch } from '../contract/watched-stream.ts';
import { ChatWatch } from './watch.ts';

function watch(events: readonly object[], choices = 1): StreamWatch {
  const one = new ChatWatch({ choices, keepsText: true });
  for (const event of events) one.push(JSON.stringify(event));
  return one;
}

function delta(value: object, more: object = {}): object {
  return { choices: [{ index: 0, delta: value, ...more }] };
}

describe('ChatWatch', () => {
  it('is finished when every answer that was asked for is (law 17)', () => {
    const finish = (index: number): object => ({
      choices: [{ index, delta: {}, finish_reason: 'stop' }],
    });
    expect(watch([finish(0)]).hasFinished).toBe(true);
    expect(watch([finish(0), finish(0)], 2).hasFinished).toBe(false);
    expect(watch([finish(0), finish(1)], 2).hasFinished).toBe(true);
  });

  it.each([null, '', undefined])('takes %j for no finish reason', (reason) => {
    expect(watch([delta({ content: 'a' }, { finish_reason: reason })]).hasFinished).toBe(false);
  });

  it('keeps the text in order, and the first event', () => {
    const opening = { id: 'x', model: 'm', ...delta({ role: 'assistant', content: '' }) };
    const pieces = Array.from({ length: 2000 }, (_, index) => `${index} `);
    const delivered = watch([opening, ...pieces.map((content) => delta({ content }))]).delivered();
    expect(delivered.text).toBe(pieces.join(''));
    expect(delivered).toMatchObject({ textEvents: 2000, opening, obstacle: undefined });
  });

  it('gives up a text too long to be kept', () => {
    const long = delta({ content: 'x'.repeat(1024 * 1024) });
    const { text, obstacle } = watch(new Array(5).fill(long)).delivered();
    expect(text).toBe('');
    expect(obstacle).toBe('a text too long to be kept');
  });

  it.each<[string, (usage: object) => object]>([
    ['beside the choices', (usage) => ({ ...delta({}), usage })],
    ['in a choice', (usage) => delta({}, { usage })],
    ['in a field of the vendor', (usage) => ({ ...delta({}), usage: null, x_groq: { usage } })],
  ])('counts what is said %s', (_name, last) => {
    const usage = { prompt_tokens: 3, completion_tokens: 5 };
    const { usage: counted } = watch([delta({ content: 'a' }), last(usage)]);
    expect(counted).toMatchObject({ inputTokens: 3, outputTokens: 5 });
  });

  it.each<[string, object, string | undefined]>([
    ['text', delta({ content: 'a' }), undefined],
    ['reasoning', delta({ reasoning_content: 'a' }), undefined],
    ['reasoning in parts', delta({ reasoning_details: [{}] }), undefined],
    ['a tool call', delta({ tool_calls: [{ index: 0 }] }), 'a tool call'],
    ['an old-style call', delta({ function_call: { name: 'f' } }), 'a tool call'],
    ['a refusal', delta({ refusal: 'no' }), 'a refusal'],
    ['audio', delta({ audio: { id: 'a' } }), 'audio'],
    ['an image', delta({ images: [{}] }), 'an image'],
    ['content in parts', delta({ content: [{ type: 'text' }] }), 'content in parts'],
    [
      'a second answer',
      { choices: [{ index: 1, delta: { content: 'a' } }] },
      'several answers at once',
    ],
    [
      'log probabilities',
      delta({ content: 'a' }, { logprobs: { content: [] } }),
      'log probabilities',
    ],
  ])('%s', (_name, event, obstacle) => {
    expect(watch([event]).delivered().obstacle).toBe(obstacle);
  });
});

it.each([
  [{ text: 'out of memory', error_code: 50002 }, 'error'],
  [{ text: 'a', error_code: 0 }, 'event'],
  [{ error_code: 0, ...delta({ content: 'a' }) }, 'event'],
])('%j is an error only where it has a code and no choices', (event, kind) => {
  const verdict = new ChatWatch({ choices: 1, keepsText: true }).push(JSON.stringify(event));
  expect(verdict === 'error').toBe(kind === 'error');
});
