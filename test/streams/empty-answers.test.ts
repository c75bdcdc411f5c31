/**
 * An answer without content is a miss for every task, unless something explains it; the last one is
 * passed on (law 9).
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../src/model/protocol.ts';
import type { UpstreamStep } from '../fakes/fake-host.ts';
import { eventStream, stageAnswers } from './answer-stage.ts';
import { type Ask, askIn, normalEnds, protocols, streamOf, wholeOf } from './answers.ts';

const seed = 20261123;

/** Ends that explain why nothing was said, by hand from the vendors' references. */
const explaining: Readonly<Record<ProtocolName, readonly string[]>> = {
  'openai-chat': ['length', 'content_filter'],
  'openai-responses': ['max_output_tokens', 'content_filter'],
  'anthropic-messages': [
    'max_tokens',
    'refusal',
    'pause_turn',
    'stop_sequence',
    'model_context_window_exceeded',
  ],
  'google-generate-content': ['MAX_TOKENS', 'SAFETY', 'RECITATION', 'PROHIBITED_CONTENT'],
};

/** Where each protocol says how long an answer may be. */
function withLimit({ body, ...ask }: Ask, limit: number): Ask {
  if ('contents' in body)
    return { ...ask, body: { ...body, generationConfig: { maxOutputTokens: limit } } };
  return {
    ...ask,
    body: { ...body, ['input' in body ? 'max_output_tokens' : 'max_tokens']: limit },
  };
}

/** The conversation ends with what a tool has said. */
function withToolResult(protocol: ProtocolName, ask: Ask): Ask {
  const args = '{"path":"."}';
  const call = { id: 'call_1', type: 'function', function: { name: 'list', arguments: args } };
  const use = { type: 'tool_use', id: 'call_1', name: 'list', input: {} };
  const result = { type: 'tool_result', tool_use_id: 'call_1', content: 'done' };
  const turns: Readonly<Record<ProtocolName, object>> = {
    'openai-chat': {
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'done' },
      ],
    },
    'openai-responses': {
      input: [
        { role: 'user', content: 'hi' },
        { type: 'function_call', call_id: 'call_1', name: 'list', arguments: args },
        { type: 'function_call_output', call_id: 'call_1', output: 'done' },
      ],
    },
    'anthropic-messages': {
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: [use] },
        { role: 'user', content: [result] },
      ],
    },
    'google-generate-content': {
      contents: [
        { role: 'user', parts: [{ text: 'hi' }] },
        { role: 'model', parts: [{ functionCall: { name: 'list', args: {} } }] },
        {
          role: 'user',
          parts: [{ functionResponse: { name: 'list', response: { result: 'done' } } }],
        },
      ],
    },
  };
  return { ...ask, body: { ...ask.body, ...turns[protocol] } };
}

interface Case {
  readonly spoken: ProtocolName;
  readonly asked: ProtocolName;
  readonly isStreamed: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  spoken: fc.constantFrom(...protocols),
  asked: fc.constantFrom(...protocols),
  isStreamed: fc.boolean(),
});

function answer(
  { isStreamed }: Case,
  spoken: ProtocolName,
  pieces: readonly string[],
  word: string,
): UpstreamStep {
  return isStreamed
    ? { headers: eventStream, chunks: [streamOf(spoken, pieces, word)] }
    : { chunks: [JSON.stringify(wholeOf(spoken, pieces, word))] };
}

const many = { numRuns: 120, seed };

describe('an empty answer', () => {
  it('is asked for once more, then of the next target', async () => {
    const word = fc.constantFrom(undefined, 'eos');
    await fc.assert(
      fc.asyncProperty(cases, word, async (one, unknown) => {
        const end = unknown ?? normalEnds[one.spoken];
        fc.pre(unknown === undefined || one.spoken !== 'openai-responses'); // an incomplete answer explains itself
        const stage = stageAnswers([one.spoken, one.asked], (target) =>
          target === 'one'
            ? answer(one, one.spoken, [], end)
            : answer(one, one.asked, ['well'], normalEnds[one.asked]),
        );
        const told = await stage.ask(askIn(one.asked, one.isStreamed));
        expect(told.asked).toEqual(['one', 'one', 'two']);
        expect(told.record).toMatchObject({ outcome: 'answered', answeredBy: 'two/m' });
        expect(told.text).toContain('well');
      }),
      many,
    );
  });

  it('is passed on in the end, where nobody has a better one', async () => {
    const other = fc.constantFrom<UpstreamStep | undefined>(undefined, {
      status: 503,
      chunks: ['{}'],
    });
    await fc.assert(
      fc.asyncProperty(cases, other, async (one, second) => {
        const spoken = second === undefined ? [one.spoken] : [one.spoken, one.spoken];
        const stage = stageAnswers(spoken, (target) =>
          target === 'two' && second !== undefined
            ? second
            : answer(one, one.spoken, [], normalEnds[one.spoken]),
        );
        const told = await stage.ask(askIn(one.asked, one.isStreamed));
        expect([told.status, told.record?.outcome]).toEqual([200, 'answered']);
        expect(told.asked.slice(0, 2)).toEqual(['one', 'one']);
        expect(told.record?.notes).toContain('the answer was empty');
      }),
      many,
    );
  });

  it('is not an error where its finish explains it', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async (one, number) => {
        const words = explaining[one.spoken];
        const word = words[number % words.length] ?? '';
        const stage = stageAnswers([one.spoken, one.asked], () =>
          answer(one, one.spoken, [], word),
        );
        expect((await stage.ask(askIn(one.asked, one.isStreamed))).asked).toEqual(['one']);
      }),
      many,
    );
  });

  it('is not an error where its finish explains it, whole where a stream was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), async (one, number) => {
        const words = explaining[one.spoken];
        const word = words[number % words.length] ?? '';
        const whole = { ...one, isStreamed: false };
        const stage = stageAnswers([one.spoken, one.asked], () =>
          answer(whole, one.spoken, [], word),
        );
        expect((await stage.ask(askIn(one.asked, true))).asked).toEqual(['one']);
      }),
      many,
    );
  });

  it('is not an error where so few tokens are allowed', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 40 }), async (one, limit) => {
        const stage = stageAnswers([one.spoken, one.spoken], () =>
          answer(one, one.spoken, [], normalEnds[one.spoken]),
        );
        const { asked } = await stage.ask(withLimit(askIn(one.asked, one.isStreamed), limit));
        expect(asked[1]).toBe(limit <= 16 ? undefined : 'one');
      }),
      many,
    );
  });

  it('is not an error after a tool’s result, where it ends with a word that is known', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async (one, isKnown) => {
        fc.pre(isKnown || one.spoken !== 'openai-responses');
        const stage = stageAnswers([one.spoken, one.spoken], () =>
          answer(one, one.spoken, [], isKnown ? normalEnds[one.spoken] : 'eos'),
        );
        const { asked } = await stage.ask(
          withToolResult(one.asked, askIn(one.asked, one.isStreamed)),
        );
        expect(asked).toEqual(isKnown ? ['one'] : ['one', 'one', 'two', 'two']);
      }),
      many,
    );
  });
});

describe('a continuation without a word', () => {
  it('is asked of the next target', async () => {
    const begun = streamOf('openai-chat', ['Once there was a ', 'miller who'], 'stop').split(
      'data: ',
    );
    let asks = 0;
    const stage = stageAnswers(['openai-chat', 'openai-chat'], (target) => {
      asks += target === 'one' ? 1 : 0;
      if (target === 'two')
        return {
          headers: eventStream,
          chunks: [streamOf('openai-chat', [' could spin.'], 'stop')],
        };
      if (asks > 1) return { headers: eventStream, chunks: [streamOf('openai-chat', [], 'stop')] };
      return { headers: eventStream, chunks: [begun.slice(0, 4).join('data: ')] };
    });
    const told = await stage.ask(askIn('openai-chat', true));
    expect(told.asked).toEqual(['one', 'one', 'two']);
    expect(told.record?.outcome).toBe('answered');
    expect(told.text).toContain('could spin.');
  });
});
