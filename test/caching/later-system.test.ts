/**
 * What the system says within a conversation changes nothing before it: a prompt cache keeps what
 * it has read, whoever adds what and when.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessages } from '../../src/protocols/anthropic-messages/messages-out.ts';
import { encodeContents } from '../../src/protocols/google-generate-content/contents-out.ts';
import { recordsIn, type WireObject } from '../../src/protocols/json/is-record.ts';
import type { NeutralMessage } from '../../src/protocols/translation/neutral.ts';
import { startCaching, sumOf } from './stage.ts';

/**
 * One round: what is said before the answer, the answer's calls, and where the system speaks among
 * their results.
 */
const rounds = fc.array(
  fc.record({
    before: fc.array(fc.constantFrom('user', 'system', 'empty'), { maxLength: 3 }),
    calls: fc.nat(3),
    among: fc.array(fc.nat(3), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 6 },
);
type Round = typeof rounds extends fc.Arbitrary<infer One> ? One : never;

function say(role: string, text: string): NeutralMessage {
  if (role === 'system') return { role: 'system', content: text };
  return { role: 'user', content: [{ type: 'text', text: role === 'empty' ? '' : text }] };
}

/** The conversation up to each request: where an answer is asked for. */
function listRequests(drawn: Round, lead: number): readonly (readonly NeutralMessage[])[] {
  const prompt: NeutralMessage[] = Array.from({ length: lead }, (_, at) =>
    say('system', `lead ${at}`),
  );
  prompt.push(say('user', 'task'));
  const requests: (readonly NeutralMessage[])[] = [];
  for (const [round, { before, calls, among }] of drawn.entries()) {
    for (const [at, role] of before.entries()) prompt.push(say(role, `${role} ${round}.${at}`));
    requests.push([...prompt]);
    const ids = Array.from({ length: calls }, (_, at) => `call_${round}_${at}`);
    prompt.push({
      role: 'assistant',
      content: [
        { type: 'text', text: `answer ${round}` },
        ...ids.map((toolCallId) => ({
          type: 'tool-call' as const,
          toolCallId,
          toolName: 'f',
          input: '{}',
        })),
      ],
    });
    for (const [at, toolCallId] of ids.entries()) {
      if (among.includes(at)) prompt.push(say('system', `among ${round}.${at}`));
      const output = { type: 'text' as const, value: `result ${at}` };
      prompt.push({
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId, toolName: 'f', output }],
      });
    }
  }
  return requests;
}

/** Every block in the order in which it is read. */
function blocksOf(body: WireObject): readonly string[] {
  const turns = recordsIn(body['messages'] ?? body['contents']);
  const head = recordsIn(body['system'] ?? Object(body['systemInstruction']).parts);
  return [
    ...head.map((block) => JSON.stringify(['system', block])),
    ...turns.flatMap(({ role, content, parts }) =>
      recordsIn(content ?? parts).map((block) => JSON.stringify([role, block])),
    ),
  ];
}

const runs = { numRuns: 2000, seed: 23 };

describe.each([
  ['Anthropic', encodeMessages],
  ['Google', encodeContents],
] as const)('a request to %s', (_name, encode) => {
  it('begins as the one before it did, to the last block', () => {
    fc.assert(
      fc.property(rounds, fc.nat(2), (drawn, lead) => {
        let before: readonly string[] = [];
        for (const prompt of listRequests(drawn, lead)) {
          const blocks = blocksOf(encode(prompt));
          expect(blocks.slice(0, before.length)).toEqual(before);
          before = blocks;
        }
      }),
      runs,
    );
  });

  it('loses no word of the system, speaks in turns, and has results first in theirs', () => {
    fc.assert(
      fc.property(rounds, fc.nat(2), (drawn, lead) => {
        const prompt = listRequests(drawn, lead).at(-1) ?? [];
        const body = encode(prompt);
        const said = blocksOf(body).join('\n');
        for (const { role, content } of prompt)
          if (role === 'system') expect(said).toContain(JSON.stringify(content));
        const turns = recordsIn(body['messages'] ?? body['contents']);
        turns.forEach(({ role, content, parts }, index) => {
          expect(role === 'user').toBe(index % 2 === 0);
          const isResult = recordsIn(content ?? parts).map(
            (block) => block['type'] === 'tool_result' || 'functionResponse' in block,
          );
          expect(isResult).toEqual([...isResult].sort((a, b) => Number(b) - Number(a)));
        });
      }),
      runs,
    );
  });
});

describe('an agent that tells the system something in every turn', () => {
  const words = (count: number, seed: string): string =>
    Array.from({ length: count }, (_, index) => `${seed}${index}`).join(' ');

  it('reads at least 95 % of what an ideal cache gives', async () => {
    const stage = startCaching();
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const messages: object[] = [
      { role: 'system', content: words(4000, 's') },
      { role: 'user', content: words(100, 't') },
    ];
    for (let turn = 0; turn < 10; turn++) {
      messages.push({ role: 'system', content: `The time is ${turn}.` });
      expect(await stage.ask({ protocol: 'openai-chat', body: { messages, tools } })).toBe(200);
      await stage.host.advance(20_000);
      messages.push({ role: 'assistant', content: words(50, `a${turn}_`) });
      messages.push({ role: 'user', content: words(300, `u${turn}_`) });
    }
    const { read, ideal } = sumOf(stage.sent);
    expect(ideal).toBeGreaterThan(50_000);
    expect(read / ideal).toBeGreaterThanOrEqual(0.95);
    await stage.runtime.close();
  });
});
