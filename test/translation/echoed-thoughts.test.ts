/**
 * A client that sends an answer back as it came goes on with a model that thinks: nothing is
 * switched off, and nothing is told twice.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { travel } from './travel.ts';

// biome-ignore lint/suspicious/noExplicitAny: what stands in a test's own bodies
type Loose = any;

const seed = 20261124;
const target = ['anthropic-messages'];

/**
 * Thoughts, some of them redacted, an optional text, and calls: as Claude answers before its tools
 * have run.
 */
const answers = fc.record({
  thoughts: fc.array(
    fc.oneof(
      fc
        .stringMatching(/^[a-z][a-z \n.]{0,20}$/)
        .map((thinking) => ({ type: 'thinking', thinking })),
      fc.constant({ type: 'redacted_thinking' }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  text: fc.option(fc.stringMatching(/^[a-z][a-z \n.]{0,20}$/), { nil: undefined }),
  calls: fc.integer({ min: 1, max: 3 }),
  isStreamed: fc.boolean(),
});

function toBlocks({ thoughts, text, calls }: Loose): readonly Loose[] {
  return [
    ...thoughts.map((one: Loose, index: number) =>
      one.type === 'thinking'
        ? { ...one, signature: `sig-${index}` }
        : { ...one, data: `data-${index}` },
    ),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...Array.from({ length: calls }, (_, index) => ({
      type: 'tool_use',
      id: `c${index}`,
      name: 'look',
      input: { at: index },
    })),
  ];
}

const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm' };
const usage = { input_tokens: 1, output_tokens: 1 };

function asStream(blocks: readonly Loose[]): string {
  const events = [
    { type: 'message_start', message: { ...head, content: [], usage } },
    ...blocks.flatMap((block, index) => {
      const [begin, ...deltas] = toDeltas(block);
      return [
        { type: 'content_block_start', index, content_block: begin },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ];
    }),
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

function toDeltas(block: Loose): readonly Loose[] {
  if (block.type === 'thinking') {
    const { thinking, signature } = block;
    const half = Math.floor(thinking.length / 2);
    const pieces = [thinking.slice(0, half), thinking.slice(half)].filter((piece) => piece !== '');
    return [
      { type: 'thinking', thinking: '', signature: '' },
      ...pieces.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature },
    ];
  }
  if (block.type === 'text')
    return [
      { ...block, text: '' },
      { type: 'text_delta', text: block.text },
    ];
  if (block.type !== 'tool_use') return [block];
  return [
    { ...block, input: {} },
    { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
  ];
}

const events = (text: string): readonly Loose[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)));

/** The message of a chat client's, as it is told or put together of its pieces. */
function readChat(text: string, isStreamed: boolean): Loose {
  if (!isStreamed) return JSON.parse(text).choices[0].message;
  const message: Loose = { role: 'assistant', content: '', reasoning_content: '', tool_calls: [] };
  for (const { choices } of events(text)) {
    const {
      content = '',
      reasoning_content: thought = '',
      tool_calls: calls = [],
    } = choices[0]?.delta ?? {};
    message.content += content ?? '';
    message.reasoning_content += thought ?? '';
    for (const { index, function: said, ...rest } of calls) {
      message.tool_calls[index] ??= { ...rest, function: { name: said.name, arguments: '' } };
      message.tool_calls[index].function.arguments += said.arguments;
    }
  }
  return message;
}

const clients = {
  'openai-chat': {
    path: '/v1/chat/completions',
    ask: (more: readonly Loose[]) => ({
      messages: [{ role: 'user', content: 'weather?' }, ...more],
      reasoning_effort: 'low',
      max_tokens: 9000,
    }),
    next: (text: string, isStreamed: boolean) => {
      const message = readChat(text, isStreamed);
      return [
        message,
        ...message.tool_calls.map(({ id }: Loose) => ({
          role: 'tool',
          tool_call_id: id,
          content: 'sunny',
        })),
      ];
    },
  },
  'google-generate-content': {
    path: '/v1beta/models/main:generateContent',
    ask: (more: readonly Loose[]) => ({
      contents: [{ role: 'user', parts: [{ text: 'weather?' }] }, ...more],
      generationConfig: { maxOutputTokens: 9000, thinkingConfig: { thinkingBudget: 2000 } },
    }),
    next: (text: string, isStreamed: boolean) => {
      const told = isStreamed ? events(text) : [JSON.parse(text)];
      const parts = told.flatMap(({ candidates }) => candidates[0].content.parts);
      const results = parts.flatMap(({ functionCall: call }: Loose) =>
        call === undefined
          ? []
          : [{ functionResponse: { id: call.id, name: call.name, response: { output: 'sunny' } } }],
      );
      return [
        { role: 'model', parts },
        { role: 'user', parts: results },
      ];
    },
  },
};

describe.each(Object.entries(clients))(
  'an answer that a caller of %s sends back as it came',
  (_name, client) => {
    it('keeps its thoughts in their place, and the model thinking, without a note', async () => {
      await fc.assert(
        fc.asyncProperty(answers, async ({ isStreamed, ...made }) => {
          const blocks = toBlocks(made);
          const whole = JSON.stringify({
            ...head,
            stop_reason: 'tool_use',
            content: blocks,
            usage,
          });
          const told = await travel(
            {
              path: client.path,
              body: client.ask([]),
              ...(isStreamed ? { stream: asStream(blocks) } : { answer: whole }),
            },
            target,
          );
          const body = client.ask(client.next(told.text, isStreamed));
          const { sent, record } = await travel({ path: client.path, body }, target);
          const asked = JSON.parse(sent[0]?.body ?? '');
          expect(asked.messages[1].content).toEqual(
            blocks.filter(({ text }) => text === undefined || text.trim() !== ''),
          );
          expect(asked.thinking?.type).toBe('enabled');
          expect(record?.notes.join()).not.toMatch(/reasoning|thought/);
        }),
        { numRuns: 60, seed },
      );
    });
  },
);
