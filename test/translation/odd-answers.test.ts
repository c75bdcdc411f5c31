/**
 * A provider's answer with an odd field loses no word on its way into another protocol: every word
 * is told, or the answer is no answer.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolName } from '../../src/model/protocol.ts';
import { change, streams, wholes, withChange, words } from './odd-answers.ts';
import { travel } from './travel.ts';

const user = { role: 'user', content: 'hi' };
const asks: Readonly<Record<ProtocolName, { readonly path: string; readonly body: object }>> = {
  'openai-chat': { path: '/v1/chat/completions', body: { messages: [user] } },
  'anthropic-messages': { path: '/v1/messages', body: { max_tokens: 900, messages: [user] } },
  'openai-responses': { path: '/v1/responses', body: { input: 'hi' } },
  'google-generate-content': {
    path: '/v1beta/models/main:generateContent',
    body: { contents: [{ parts: [{ text: 'hi' }] }] },
  },
};
const protocols: readonly ProtocolName[] = [
  'openai-chat',
  'anthropic-messages',
  'openai-responses',
  'google-generate-content',
];
const pairs = protocols.flatMap((spoken) =>
  protocols.filter((asked) => asked !== spoken).map((asked) => [spoken, asked] as const),
);

function encode(spoken: ProtocolName, events: readonly unknown[]): string {
  const done = spoken === 'openai-chat' ? 'data: [DONE]\n\n' : '';
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}${done}`;
}

function wordsIn(text: string): readonly string[] {
  return words.filter((word) => text.includes(word));
}

type Answer = { readonly stream: string } | { readonly answer: string };

/**
 * Where a relay tells an answer as whole, a translation tells all its words or says that there is
 * none.
 */
async function expectNoLoss(
  [spoken, asked]: (typeof pairs)[number],
  answer: Answer,
): Promise<void> {
  const relayed = await travel({ ...asks[spoken], ...answer }, [spoken]);
  fc.pre(relayed.record?.outcome === 'answered');
  const { record, text, status } = await travel({ ...asks[asked], ...answer }, [spoken]);
  if (record?.outcome === 'answered') expect(wordsIn(text)).toEqual(wordsIn(relayed.text));
  else if (status === 200) expect(text).toContain('"error"');
  else expect(JSON.parse(text)).toHaveProperty('error');
}

describe.each(pairs)('an answer in %s for a caller of %s', (spoken, asked) => {
  const pair = [spoken, asked] as const;

  it('is told with all its words as it is', async () => {
    const { text, record } = await travel(
      { ...asks[asked], stream: encode(spoken, streams[spoken]) },
      [spoken],
    );
    expect(record?.outcome).toBe('answered');
    expect(wordsIn(text)).toEqual(words);
  });

  it('loses no word of a stream to a field that is missing, extra or of another type', async () => {
    const events = streams[spoken];
    await fc.assert(
      fc.asyncProperty(fc.nat(events.length - 1), change, async (index, odd) => {
        const changed = events.map((event, at) => (at === index ? withChange(event, odd) : event));
        await expectNoLoss(pair, { stream: encode(spoken, changed) });
      }),
      { numRuns: 170, seed: 20261122 },
    );
  });

  it('loses no word of a whole answer to such a field', async () => {
    await fc.assert(
      fc.asyncProperty(change, (odd) =>
        expectNoLoss(pair, { answer: JSON.stringify(withChange(wholes[spoken], odd)) }),
      ),
      { numRuns: 60, seed: 20261122 },
    );
  });
});

const chunk = (fields: object, delta: object, finish_reason: string | null = null): object => ({
  ...fields,
  choices: [{ index: 0, delta, finish_reason }],
});
const start = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [] };
const text = (index: object, said: string): object => ({
  type: 'content_block_delta',
  ...index,
  delta: { type: 'text_delta', text: said },
});
const messages = (message: object, first: object, usage: object): readonly object[] => [
  { type: 'message_start', message },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  text(first, 'Hello '),
  text({ index: 0 }, 'world'),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, ...usage },
  { type: 'message_stop' },
];
const usage = { input_tokens: 1, output_tokens: 2 };
const item = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' };
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const { item_id: _, ...unnamed } = at;
const responses = (first: object): readonly object[] => [
  { type: 'response.created', response: { id: 'resp_1' } },
  { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
  { type: 'response.output_text.delta', delta: 'Hello ', ...first },
  { type: 'response.output_text.delta', delta: 'world', ...at },
  {
    type: 'response.completed',
    response: { id: 'resp_1', status: 'completed', output: [], usage },
  },
];

describe('every word is told where', () => {
  it.each<[string, ProtocolName, readonly object[]]>([
    [
      'a role is one that nobody knows',
      'openai-chat',
      [
        chunk({}, { role: 'model', content: 'Hello ' }),
        chunk({}, { content: 'world' }),
        chunk({}, {}, 'stop'),
      ],
    ],
    [
      'a count is a text',
      'openai-chat',
      [
        chunk({ usage: { prompt_tokens: '12' } }, { content: 'Hello ' }),
        chunk({}, { content: 'world' }),
        chunk({}, {}, 'stop'),
      ],
    ],
    [
      'a message begins without counts',
      'anthropic-messages',
      messages(start, { index: 0 }, { usage }),
    ],
    [
      'a message begins with no counts in its counts',
      'anthropic-messages',
      messages({ ...start, usage: {} }, { index: 0 }, { usage }),
    ],
    [
      'a piece does not say of which block',
      'anthropic-messages',
      messages({ ...start, usage }, {}, { usage }),
    ],
    [
      'a message ends without counts',
      'anthropic-messages',
      messages({ ...start, usage }, { index: 0 }, {}),
    ],
    ['a piece does not say of which item', 'openai-responses', responses(unnamed)],
    ['log probabilities are no list', 'openai-responses', responses({ ...at, logprobs: {} })],
  ])('%s (%s)', async (_name, spoken, events) => {
    for (const asked of protocols.filter((one) => one !== spoken)) {
      const trip = { ...asks[asked], stream: encode(spoken, events) };
      const { status, text: told, record } = await travel(trip, [spoken]);
      expect([status, record?.outcome]).toEqual([200, 'answered']);
      expect(told).toMatch(/"Hello ".*"world"/s);
      expect(record?.notes.join()).not.toContain('malformed');
    }
  });
});
