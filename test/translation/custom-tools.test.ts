/**
 * Tools of `openai-chat` that take a text (`type: custom`): asked of other protocols as functions
 * with one field, told back as a text.
 */

import { describe, expect, it } from 'vitest';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import type { NeutralPart } from '../../src/protocols/translation/neutral.ts';
import { eventsIn, facts, sides, tell, writeRequest } from './sides.ts';

const grammar = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } };
const patch = '*** Begin Patch\n-"1"\n+{"2": \\n}\n';
const asked = {
  messages: [
    { role: 'user', content: 'patch it' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'custom', custom: { name: 'apply_patch', input: patch } },
        { id: 'call_2', type: 'function', function: { name: 'look', arguments: '{"n":1}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'done' },
    { role: 'tool', tool_call_id: 'call_2', content: 'seen' },
  ],
  tools: [
    {
      type: 'custom',
      custom: { name: 'apply_patch', description: 'edits files', format: grammar },
    },
    {
      type: 'function',
      function: { name: 'look', parameters: { type: 'object', properties: {} } },
    },
  ],
  tool_choice: { type: 'custom', custom: { name: 'apply_patch' } },
};
const client = openaiChat.translation;
const known = { ...facts, textTools: new Set(['apply_patch']) };

describe.each(sides.filter(([name]) => name !== 'openai-chat'))(
  'a target that speaks %s',
  (protocol, side) => {
    it('is offered it, and shown its earlier call', () => {
      const request = client.decodeRequest(asked);
      expect(request.textTools).toEqual(['apply_patch']);
      const { body } = writeRequest([protocol, side], request);
      const text = JSON.stringify(body);
      expect(text).toContain('start: \\\\\\"a\\\\\\"');
      const [call] =
        JSON.stringify(side.decodeRequest(body).options.prompt).match(/\*\*\* Begin[^}]*/) ?? [];
      expect(call).toBeDefined();
      expect(side.decodeRequest(body).options.toolChoice).toMatchObject({
        type: 'tool',
        toolName: 'apply_patch',
      });
    });
  },
);

const input = JSON.stringify({ input: patch });
const called: readonly NeutralPart[] = [
  { type: 'tool-input-start', id: 'call_3', toolName: 'apply_patch' },
  { type: 'tool-input-delta', id: 'call_3', delta: input.slice(0, 20) },
  { type: 'tool-input-delta', id: 'call_3', delta: input.slice(20) },
  { type: 'tool-input-end', id: 'call_3' },
  { type: 'tool-call', toolCallId: 'call_3', toolName: 'apply_patch', input },
  {
    type: 'finish',
    finishReason: { unified: 'tool-calls', raw: undefined },
    usage: {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: undefined },
      outputTokens: { total: 1, text: 1, reasoning: undefined },
    },
  },
];

it('is told in a stream as a text, whole or in pieces', () => {
  for (const parts of [called, called.slice(4)]) {
    const writer = new client.AnswerWriter(known);
    const told = parts
      .flatMap((part) => writer.push(part))
      .flatMap(({ event }) => (event === undefined ? [] : [event]));
    const deltas = told.flatMap(
      ({ choices }) => JSON.parse(JSON.stringify(choices))[0]?.delta?.tool_calls ?? [],
    );
    expect(deltas[0]).toMatchObject({
      index: 0,
      id: 'call_3',
      type: 'custom',
      custom: { name: 'apply_patch' },
    });
    expect(
      deltas.map((delta: { custom: { input?: string } }) => delta.custom.input ?? '').join(''),
    ).toBe(patch);
    expect(JSON.stringify(deltas)).not.toContain('function');
  }
});

it('a function of the same request stays a function', () => {
  const parts = called.map((part) => ('toolName' in part ? { ...part, toolName: 'look' } : part));
  const deltas = eventsIn(tell(client, parts)).flatMap(({ choices }) => JSON.stringify(choices));
  expect(deltas.join()).toContain('"type":"function"');
});

it('is told whole as a text', () => {
  const { choices } = JSON.parse(
    JSON.stringify(
      client.encodeAnswer(
        {
          content: [{ type: 'tool-call', toolCallId: 'call_3', toolName: 'apply_patch', input }],
          finish: 'tool-calls',
          usage: {
            inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: undefined },
            outputTokens: { total: 1, text: 1, reasoning: undefined },
          },
        },
        known,
      ),
    ),
  );
  expect(choices[0].message.tool_calls).toEqual([
    { id: 'call_3', type: 'custom', custom: { name: 'apply_patch', input: patch } },
  ]);
});
