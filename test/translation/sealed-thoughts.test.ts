/**
 * What a vendor sealed of its thoughts goes through every other protocol and back: to the account
 * that made it, and to nobody else.
 */

import { describe, expect, it } from 'vitest';
import { findBound as findInMessages } from '../../src/protocols/anthropic-messages/bound.ts';
import type { Bound } from '../../src/protocols/contract/protocol.ts';
import { findBound as findInContents } from '../../src/protocols/google-generate-content/bound.ts';
import type { WireObject } from '../../src/protocols/json/is-record.ts';
import { findBound as findInChat } from '../../src/protocols/openai-chat/bound.ts';
import { openaiChat } from '../../src/protocols/openai-chat/protocol.ts';
import { findBound as findInItems } from '../../src/protocols/openai-responses/bound.ts';
import { packThoughts, unsignedCall } from '../../src/protocols/translation/sealed.ts';
import { travel } from './travel.ts';

// biome-ignore lint/suspicious/noExplicitAny: what stands in a test's own bodies
type Loose = any;

const sse = (...events: readonly Loose[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

interface Vendor {
  readonly answers: Readonly<
    Record<string, { readonly answer?: string; readonly stream?: string }>
  >;
  /** What the vendor gets back of its answer. */
  readonly back: unknown;
  readonly find: (body: Loose) => unknown;
  /** The names of the seals in its own protocol. */
  readonly names: readonly string[];
}

const parts = [
  { text: 'I look.' },
  { functionCall: { name: 'look', args: { city: 'Rome' }, id: 'c1' }, thoughtSignature: 'sig-1' },
];
const candidates = [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }];

const blocks = [
  { type: 'thinking', thinking: 'hm', signature: 'sig-1' },
  { type: 'redacted_thinking', data: 'sig-2' },
  { type: 'thinking', thinking: 'aha', signature: 'sig-3' },
  { type: 'text', text: 'I look.' },
  { type: 'tool_use', id: 'c1', name: 'look', input: { city: 'Rome' } },
];
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  stop_reason: 'tool_use',
};
const usage = { input_tokens: 1, output_tokens: 1 };
const thought = (index: number, thinking: string, signature: string): readonly Loose[] => [
  {
    type: 'content_block_start',
    index,
    content_block: { type: 'thinking', thinking: '', signature: '' },
  },
  { type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking } },
  { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } },
  { type: 'content_block_stop', index },
];

const items = [
  {
    id: 'rs_1',
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: 'hm' }],
    encrypted_content: 'sig-1',
  },
  {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'I look.' }],
  },
  { id: 'fc_1', type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"city":"Rome"}' },
];
const response = { id: 'resp_1', object: 'response', status: 'completed', usage };

const vendors: Readonly<Record<string, Vendor>> = {
  'google-generate-content': {
    answers: {
      whole: { answer: JSON.stringify({ candidates }) },
      streamed: { stream: `data: ${JSON.stringify({ candidates })}\n\n` },
    },
    back: parts,
    find: ({ contents }) => contents[1].parts,
    names: findInContents({ contents: [{ role: 'model', parts }] }).sealed,
  },
  'anthropic-messages': {
    answers: {
      whole: { answer: JSON.stringify({ ...message, content: blocks, usage }) },
      streamed: {
        stream: sse(
          { type: 'message_start', message: { ...message, content: [], usage } },
          ...thought(0, 'hm', 'sig-1'),
          { type: 'content_block_start', index: 1, content_block: blocks[1] },
          { type: 'content_block_stop', index: 1 },
          ...thought(2, 'aha', 'sig-3'),
          { type: 'content_block_start', index: 3, content_block: blocks[3] },
          { type: 'content_block_stop', index: 3 },
          { type: 'content_block_start', index: 4, content_block: blocks[4] },
          { type: 'content_block_stop', index: 4 },
          { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage },
          { type: 'message_stop' },
        ),
      },
    },
    back: [...blocks].sort(byPlace),
    find: ({ messages }) => [...messages[1].content].sort(byPlace),
    names: findInMessages({ messages: [{ role: 'assistant', content: blocks }] }).sealed,
  },
  'openai-responses': {
    answers: {
      whole: { answer: JSON.stringify({ ...response, output: items }) },
      streamed: {
        stream: sse(
          { type: 'response.created', response: { ...response, status: 'in_progress' } },
          ...items.map((item, output_index) => ({
            type: 'response.output_item.done',
            output_index,
            item,
          })),
          { type: 'response.completed', response: { ...response, output: items } },
        ),
      },
    },
    back: [{ type: 'reasoning', summary: items[0]?.summary, encrypted_content: 'sig-1' }],
    find: ({ input }) => input.filter(({ type }: Loose) => type === 'reasoning'),
    names: findInItems({ input: items }).sealed,
  },
};

/** Where a seal stands beside a call, a text that came behind the thought comes back before it. */
function byPlace(one: Loose, other: Loose): number {
  return Number(other.type === 'text') - Number(one.type === 'text');
}

const user = { role: 'user', content: 'weather?' };
const result = 'sunny';

interface Client {
  readonly path: string;
  readonly first: object;
  /** The next request, made of the answer as it was told. */
  next(told: readonly Loose[]): object;
  readonly findBound: (body: WireObject) => Bound;
}

const clients: Readonly<Record<string, Client>> = {
  'openai-chat': {
    path: '/v1/chat/completions',
    first: { messages: [user] },
    next: (told) => {
      const pieces = told.flatMap(
        ({ choices: [choice] }) => (choice?.message ?? choice?.delta)?.tool_calls ?? [],
      );
      const text = pieces.map((piece) => piece.function.arguments).join('');
      const [first] = pieces;
      const call = { ...first, function: { ...first.function, arguments: text } };
      const answer = { role: 'assistant', content: 'I look.', tool_calls: [call] };
      return { messages: [user, answer, { role: 'tool', tool_call_id: 'c1', content: result }] };
    },
    findBound: findInChat,
  },
  'anthropic-messages': {
    path: '/v1/messages',
    first: { max_tokens: 900, messages: [user] },
    next: (told) => {
      const content = told[0].content ?? collectBlocks(told);
      const answered = { type: 'tool_result', tool_use_id: 'c1', content: result };
      const messages = [
        user,
        { role: 'assistant', content },
        { role: 'user', content: [answered] },
      ];
      return { max_tokens: 900, messages };
    },
    findBound: findInMessages,
  },
  'openai-responses': {
    path: '/v1/responses',
    first: { input: [user], include: ['reasoning.encrypted_content'] },
    next: (told) => {
      const { output } = told.at(-1).response ?? told.at(-1);
      return {
        input: [user, ...output, { type: 'function_call_output', call_id: 'c1', output: result }],
      };
    },
    findBound: findInItems,
  },
  // As gemini-cli does: thoughts stay behind.
  'google-generate-content': {
    path: '/v1beta/models/main:generateContent',
    first: { contents: [{ role: 'user', parts: [{ text: 'weather?' }] }] },
    next: (told) => {
      const all = told.flatMap((event) => event.candidates[0].content.parts);
      const kept = all.filter(({ thought: isThought }: Loose) => isThought !== true);
      const answered = {
        functionResponse: { id: 'c1', name: 'look', response: { output: result } },
      };
      const turns = [
        { role: 'model', parts: kept },
        { role: 'user', parts: [answered] },
      ];
      return { contents: [{ role: 'user', parts: [{ text: 'weather?' }] }, ...turns] };
    },
    findBound: findInContents,
  },
};

/** The blocks that a caller of `anthropic-messages` has at the end of a stream. */
function collectBlocks(told: readonly Loose[]): readonly Loose[] {
  const found: Loose[] = [];
  for (const { content_block: block, delta, index } of told) {
    if (block !== undefined) found.push({ ...block });
    const { thinking = '', text = '', signature = '', partial_json: json = '' } = delta ?? {};
    const own = found[index];
    if (own?.type === 'thinking') {
      own.thinking += thinking;
      own.signature += signature;
    } else if (own?.type === 'text') own.text += text;
    else if (json !== '') own.json = (own.json ?? '') + json;
  }
  return found.map(({ json, ...block }) =>
    json === undefined ? block : { ...block, input: JSON.parse(json) },
  );
}

function parse(text: string): readonly Loose[] {
  if (text.startsWith('{')) return [JSON.parse(text)];
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => JSON.parse(json ?? ''));
}

const cases = Object.entries(vendors).flatMap(([target, vendor]) =>
  Object.entries(clients).flatMap(([protocol, client]) =>
    protocol === target
      ? []
      : Object.entries(vendor.answers).map(([how, answer]) => ({
          target,
          vendor,
          protocol,
          client,
          how,
          answer,
        })),
  ),
);

describe.each(cases)('sealed by $target for a caller of $protocol, $how', (one) => {
  const { target, vendor, protocol, client, answer } = one;

  async function ask(): Promise<WireObject> {
    const { text, record } = await travel({ path: client.path, body: client.first, ...answer }, [
      target,
    ]);
    expect(record?.outcome).toBe('answered');
    expect(record?.notes).toEqual([]);
    return client.next(parse(text)) as WireObject;
  }

  it('comes back to the vendor as it was, and no note', async () => {
    const { sent, record } = await travel({ path: client.path, body: await ask() }, [target]);
    expect(vendor.find(JSON.parse(sent[0]?.body ?? ''))).toEqual(vendor.back);
    expect(record?.notes.join()).not.toMatch(/reasoning|signature|encrypted/);
  });

  it.each(Object.keys(vendors).filter((other) => other !== protocol && other !== target))(
    'goes to a target of %s without it, with a note',
    async (other) => {
      const { sent, record } = await travel({ path: client.path, body: await ask() }, [other]);
      expect(sent[0]?.body).toContain('I look.');
      expect(sent[0]?.body).not.toContain('sig-');
      expect(record?.notes.join()).toContain('the reasoning of earlier answers');
    },
  );

  it('is known by one name in every protocol', async () => {
    expect(client.findBound(await ask()).sealed).toEqual(vendor.names);
  });
});

it('keeps a model of Anthropic’s thinking in a tool loop where its last thought comes back', async () => {
  const call = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
  const thinking = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] };
  const said = { type: 'function_call_output', call_id: 'c1', output: result };
  const ask = async (item: object): Promise<Loose> => {
    const body = {
      input: [user, item, call, said],
      reasoning: { effort: 'low' },
      max_output_tokens: 9000,
    };
    const { sent } = await travel({ path: '/v1/responses', body }, ['anthropic-messages']);
    return JSON.parse(sent[0]?.body ?? '').thinking?.type;
  };
  expect(await ask({ ...thinking, encrypted_content: 'anthropic.sig-1' })).toBe('enabled');
  expect(await ask({ ...thinking, encrypted_content: 'openai.sig-1' })).toBe(undefined);
});

describe('the signature of a text of Google’s', () => {
  const signed = [{ text: 'Sunny.', thoughtSignature: 'sig-1' }];
  const told = {
    candidates: [{ content: { parts: signed, role: 'model' }, finishReason: 'STOP', index: 0 }],
  };
  const google = ['google-generate-content'];

  it.each(['anthropic-messages', 'openai-responses'])(
    'comes back from a caller of %s',
    async (protocol) => {
      const { path, first } = clients[protocol] ?? { path: '', first: {} };
      const { text } = await travel({ path, body: first, answer: JSON.stringify(told) }, google);
      const answer = JSON.parse(text);
      const next =
        protocol === 'openai-responses'
          ? { input: [user, ...answer.output, user] }
          : {
              max_tokens: 9,
              messages: [user, { role: 'assistant', content: answer.content }, user],
            };
      const { sent } = await travel({ path, body: next }, google);
      const { contents } = JSON.parse(sent[0]?.body ?? '');
      expect(contents[1].parts).toEqual([
        { text: 'Sunny.' },
        { text: '', thoughtSignature: 'sig-1' },
      ]);
    },
  );
});

describe('a seal that the protocol of the caller has no place for', () => {
  const texts = { ...message, content: blocks.slice(0, 4), stop_reason: 'end_turn', usage };
  const events = sse(
    { type: 'message_start', message: { ...texts, content: [] } },
    ...thought(0, 'hm', 'sig-1'),
    { type: 'content_block_start', index: 1, content_block: blocks[3] },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  );
  const answers = [
    ['whole', { answer: JSON.stringify(texts) }],
    ['streamed', { stream: events }],
  ] as const;
  const asked: Readonly<Record<string, Omit<Client, 'next' | 'findBound'>>> = {
    ...clients,
    'openai-responses': { path: '/v1/responses', first: { input: [user] } },
  };

  it.each(
    ['openai-chat', 'google-generate-content', 'openai-responses'].flatMap((protocol) =>
      answers.map(([how, answer]) => [protocol, how, answer] as const),
    ),
  )('is noted once: %s, %s', async (protocol, _how, answer) => {
    const { path, first } = asked[protocol] ?? { path: '', first: {} };
    const { text, record } = await travel({ path, body: first, ...answer }, ['anthropic-messages']);
    expect(text).not.toContain('sig-1');
    expect(record?.notes).toEqual([
      expect.stringMatching(/^the seal of a thought in the answer was left out/),
    ]);
  });
});

it('leaves a call of openai-chat signed as nobody’s for another account, and without the seals of others', () => {
  const call = { id: 'c1', extra_content: { google: { thought_signature: 'sig-1' } } };
  const packed = packThoughts([{ seal: 'anthropic.sig-2', text: 'hm' }]);
  const other = { id: 'c2', extra_content: { holdfast: { thought_signature: packed } } };
  const messages = [{ role: 'assistant', tool_calls: [call, other, { id: 'c3' }] }];
  const { sealed } = findInChat({ messages });
  expect(sealed).toHaveLength(2);
  const unsigned = { id: 'c1', extra_content: { google: { thought_signature: unsignedCall } } };
  const { dropSealed } = openaiChat.bodyEditing;
  expect(dropSealed({ messages }, new Set(sealed))).toEqual({
    messages: [{ role: 'assistant', tool_calls: [unsigned, { id: 'c2' }, { id: 'c3' }] }],
  });
  expect(dropSealed({ messages }, new Set(['sealed:other']))).toEqual({ messages });
});

it.each(Object.entries(vendors['google-generate-content']?.answers ?? {}))(
  'is not told to a caller of openai-responses who asks for no sealed thoughts, %s: he would name it by an id that nobody keeps',
  async (_how, answer) => {
    const { text } = await travel({ path: '/v1/responses', body: { input: [user] }, ...answer }, [
      'google-generate-content',
    ]);
    const { output } = parse(text).at(-1).response ?? parse(text).at(-1);
    expect(output.map(({ type }: Loose) => type)).toEqual(['message', 'function_call']);
  },
);
