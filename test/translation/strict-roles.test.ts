/**
 * Whatever the order of roles in a conversation, a strict template takes what it is sent, and a
 * cache keeps its prefix.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StrictRoles } from '../../src/model/target.ts';
import { anthropicMessages } from '../../src/protocols/anthropic-messages/protocol.ts';
import type { Protocol } from '../../src/protocols/contract/protocol.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { openaiResponses } from '../../src/protocols/openai-responses/protocol.ts';
import {
  clientProtocols,
  conversations,
  requestsOf,
  type Saying,
  writeBody,
} from './conversations.ts';
import { requireSide, writeRequest } from './sides.ts';

const foldBy = ({ bodyEditing }: Protocol, body: WireObject, roles: StrictRoles): WireObject =>
  bodyEditing.foldRoles?.(body, roles) ?? body;

const runs = { numRuns: 2000, seed: 20_261_123 };

interface Told {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { readonly id: string }[];
  readonly tool_call_id?: string;
}

const translated = (
  protocol: string,
  said: readonly Saying[],
  roles: StrictRoles | undefined,
): readonly Told[] => {
  const client = clientProtocols.find((one) => one === protocol) ?? 'openai-chat';
  const request = requireSide(client)[1].decodeRequest(writeBody(client, said));
  const { body } = writeRequest(requireSide('openai-chat'), request, { roles });
  return JSON.parse(JSON.stringify(body['messages']));
};

const relayed = (
  _: string,
  said: readonly Saying[],
  roles: StrictRoles | undefined,
): readonly Told[] =>
  JSON.parse(
    JSON.stringify(
      roles === undefined
        ? writeBody('openai-chat', said)['messages']
        : foldBy(openaiChat, writeBody('openai-chat', said), roles)['messages'],
    ),
  );

function textOf({ content }: Told): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => part.text).join('\n\n') : '';
}

/** Qwen's template: one system message, first; a user's turn; each result behind its call. */
function refusalOfQwen(messages: readonly Told[]): string | undefined {
  const open = new Set<string>();
  for (const [
    index,
    { role, tool_calls: calls = [], tool_call_id: id = '' },
  ] of messages.entries()) {
    if (!['system', 'user', 'assistant', 'tool'].includes(role))
      return `Unexpected message role: ${role}.`;
    if (role === 'system' && index > 0) return 'System message must be at the beginning.';
    if (role === 'tool' && !open.delete(id)) return `a result without its call: ${id}`;
    if (role !== 'tool' && open.size > 0)
      return `something stands between a call and its results: ${role}`;
    for (const call of calls) open.add(call.id);
  }
  return messages.some(({ role }) => role === 'user')
    ? undefined
    : 'No user query found in messages.';
}

/**
 * Mistral's: user and answer in turn, calls and results not counted; nobody but the assistant
 * behind a result.
 */
function refusalOfMistral(messages: readonly Told[]): string | undefined {
  let count = 0;
  let before = '';
  for (const { role, tool_calls: calls } of messages) {
    if (before === 'tool' && role === 'user') return "Unexpected role 'user' after role 'tool'";
    before = role;
    if (role !== 'user' && (role !== 'assistant' || calls !== undefined)) continue;
    if ((role === 'user') !== (count % 2 === 0))
      return 'Conversation roles must alternate user/assistant';
    count += 1;
  }
  return refusalOfQwen(messages);
}

/** An older Gemma's: no system at all. */
function refusalOfGemma(messages: readonly Told[]): string | undefined {
  return messages.some(({ role }) => role === 'system')
    ? 'System role not supported'
    : refusalOfMistral(messages);
}

const readers = {
  'system-first': refusalOfQwen,
  alternating: refusalOfMistral,
  'no-system': refusalOfGemma,
} as const;
const orders = Object.keys(readers) as StrictRoles[];

/**
 * Why the later request does not begin with what the earlier one has said; its last turn may have
 * become longer.
 */
function breakOfPrefix(earlier: readonly Told[], later: readonly Told[]): string | undefined {
  for (const [index, turn] of earlier.entries()) {
    const same = later[index];
    const isLast = index === earlier.length - 1;
    const isSame = isLast
      ? turn.role === same?.role && textOf(same).startsWith(textOf(turn))
      : JSON.stringify(turn) === JSON.stringify(same);
    if (!isSame) return `turn ${index}: ${JSON.stringify(turn)} became ${JSON.stringify(same)}`;
  }
  return undefined;
}

describe.each([
  ['translated', translated, clientProtocols],
  ['relayed after the refusal', relayed, ['openai-chat'] as const],
])('a conversation in any order of roles, %s', (_, write, protocols) => {
  const ways = fc.record({
    protocol: fc.constantFrom(...protocols),
    roles: fc.constantFrom(...orders),
  });

  it('is taken by a strict reader, and a cache keeps its prefix', () => {
    fc.assert(
      fc.property(conversations, ways, (said, { protocol, roles }) => {
        let before: readonly Told[] = [];
        for (const asked of requestsOf(said)) {
          const messages = write(protocol, asked, roles);
          expect(readers[roles](messages), JSON.stringify(messages)).toBeUndefined();
          expect(breakOfPrefix(before, messages)).toBeUndefined();
          before = messages;
        }
      }),
      runs,
    );
  });

  it('loses no word', () => {
    fc.assert(
      fc.property(conversations, ways, (said, { protocol, roles }) => {
        const whole = write(protocol, said, roles).map(textOf).join('\n\n');
        for (const { text } of said) expect(whole.split(text), text).toHaveLength(2);
      }),
      runs,
    );
  });
});

it('a chat target that is not strict gets one leading system message, and the others where they stood', () => {
  fc.assert(
    fc.property(conversations, fc.constantFrom(...clientProtocols), (said, protocol) => {
      const messages = translated(protocol, said, undefined);
      const isSystem = ({ by }: Saying): boolean => by === 'system' || by === 'developer';
      const lead = said.findIndex((saying) => !isSystem(saying));
      const later = said.slice(lead < 0 ? said.length : lead).filter(isSystem);
      const [first] = messages;
      const told = messages.filter(({ role }) => role === 'system').map(textOf);
      const ledBy = said.slice(0, lead < 0 ? said.length : lead).map(({ text }) => text);
      expect(told).toEqual([
        ...(ledBy.length > 0 ? [ledBy.join('\n\n')] : []),
        ...later.map(({ text }) => text),
      ]);
      if (ledBy.length > 0) expect(first?.role).toBe('system');
    }),
    runs,
  );
});

describe.each(['system-first', 'alternating'] as const)(
  'relayed in other protocols, %s',
  (roles) => {
    it('no system message is left within anthropic-messages, and results stand first', () => {
      fc.assert(
        fc.property(conversations, fc.boolean(), (said, hasSystem) => {
          const body = {
            ...(hasSystem ? { system: 'be short' } : {}),
            ...writeBody('anthropic-messages', said),
          };
          const folded = foldBy(anthropicMessages, body, roles);
          const messages = JSON.parse(JSON.stringify(folded['messages'])) as {
            role: string;
            content: { type: string }[];
          }[];
          for (const { role, content } of messages) {
            expect(role).not.toBe('system');
            const kinds = Array.isArray(content) ? content.map(({ type }) => type) : [];
            const lastResult = kinds.lastIndexOf('tool_result');
            expect(kinds.slice(0, lastResult + 1).every((kind) => kind === 'tool_result')).toBe(
              true,
            );
          }
          for (const { text } of said)
            expect(JSON.stringify(folded).split(text), text).toHaveLength(2);
        }),
        runs,
      );
    });

    it('no system item is left within openai-responses', () => {
      fc.assert(
        fc.property(conversations, fc.boolean(), (said, hasSystem) => {
          const body = {
            ...(hasSystem ? { instructions: 'be short' } : {}),
            ...writeBody('openai-responses', said),
          };
          const folded = foldBy(openaiResponses, body, roles);
          expect(JSON.stringify(folded['input'])).not.toMatch(/"role":"(system|developer)"/);
          for (const { text } of said)
            expect(JSON.stringify(folded).split(text), text).toHaveLength(2);
        }),
        runs,
      );
    });
  },
);
