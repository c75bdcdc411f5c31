/**
 * A provider that answers `stream: true` with one JSON object: the client reads the stream that it
 * asked for, in every protocol.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageEngine } from '../../../test/fakes/engine-stage.ts';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import {
  type NamedPair,
  type Pair,
  relayedPairs,
  requestIn,
  translatedPairs,
} from '../../../test/integration/protocol-cases.ts';
import type { ProtocolName } from '../../model/protocol.ts';
import { createRuntime } from '../../runtime.ts';

const text = 'It is 12 °C in Köln, and “dry”.';
const input = { city: 'Köln', id: 7 };

/** The same answer, as each protocol tells it whole: with a text, and with a call. */
const wholes: Readonly<Record<ProtocolName, (hasCall: boolean) => object>> = {
  'openai-chat': (hasCall) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          ...(hasCall
            ? {
                tool_calls: [
                  {
                    id: 'call_1',
                    type: 'function',
                    function: { name: 'look_up', arguments: JSON.stringify(input) },
                  },
                ],
              }
            : {}),
        },
        finish_reason: hasCall ? 'tool_calls' : 'stop',
      },
    ],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
  }),
  'anthropic-messages': (hasCall) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'text', text },
      ...(hasCall ? [{ type: 'tool_use', id: 'call_1', name: 'look_up', input }] : []),
    ],
    stop_reason: hasCall ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 5 },
  }),
  'openai-responses': (hasCall) => ({
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    model: 'm',
    output: [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
      ...(hasCall
        ? [
            {
              type: 'function_call',
              id: 'fc_1',
              call_id: 'call_1',
              name: 'look_up',
              arguments: JSON.stringify(input),
              status: 'completed',
            },
          ]
        : []),
    ],
    usage: { input_tokens: 11, output_tokens: 5, total_tokens: 16 },
  }),
  'google-generate-content': (hasCall) => ({
    candidates: [
      {
        index: 0,
        content: {
          role: 'model',
          parts: [
            { text },
            ...(hasCall ? [{ functionCall: { name: 'look_up', args: input } }] : []),
          ],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 5, totalTokenCount: 16 },
    modelVersion: 'm',
  }),
};

async function ask({ asked, spoken }: Pair, answer: object, more: object = {}) {
  const host = createFakeHost();
  const one = { base_url: 'https://one.test/v1', protocol: spoken.protocol, api_key: 'sk-test-a' };
  const runtime = createRuntime({ host, config: { main: 'one/m', providers: { one } } });
  host.upstream.answerBy(() => ({
    headers: { 'content-type': 'application/json' },
    chunks: [JSON.stringify(answer)],
  }));
  const conversation = [{ role: 'user', content: 'What is the weather?' }];
  const field = asked.toRequest === undefined ? (asked.conversation ?? 'messages') : 'messages';
  const { path, query, bytes } = requestIn(asked, {
    model: 'main',
    stream: true,
    [field]: conversation,
    ...asked.fields,
    ...more,
  });
  let [head, told] = [{ status: 0, type: '' }, ''];
  const take = (chunk?: Uint8Array): boolean => {
    told += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const { signal } = new AbortController();
  const pending = runtime.exchange(
    { method: 'POST', path, query, headers: {}, body: bytes, signal },
    {
      head: (status, headers) => {
        head = { status, type: headers['content-type'] ?? '' };
      },
      write: take,
      onDrain: (resume) => resume(),
      end: take,
    },
  );
  await host.advance(5000);
  await pending;
  const data = told
    .split('\n')
    .flatMap((line) => (line.startsWith('data: {') ? [line.slice(6)] : []));
  return {
    ...head,
    told,
    data,
    record: runtime.records().at(-1),
    sent: host.upstream.requests.length,
  };
}

const pairs: readonly NamedPair[] = [...relayedPairs, ...translatedPairs];

describe('a whole answer to a request for a stream is told as a stream', () => {
  it.each(pairs)('a text, in %s', async (_name, pair) => {
    const { status, type, told, data, record, sent } = await ask(
      pair,
      wholes[pair.spoken.protocol](false),
    );
    expect([status, type, sent]).toEqual([200, expect.stringMatching(/^text\/event-stream/), 1]);
    expect(data.map((one) => pair.asked.readPiece(one)).join('')).toBe(text);
    expect(told).toMatch(pair.asked.marker);
    expect(record?.attempts[0]?.failure).toBeUndefined();
    expect(record?.usage).toMatchObject({ inputTokens: 11, outputTokens: 5 });
    expect(record?.notes).toContain(
      'a stream was requested and a whole answer came: it was sent as a stream',
    );
  });

  it.each(pairs)('a call behind a text, in %s', async (_name, pair) => {
    const { told, data } = await ask(pair, wholes[pair.spoken.protocol](true));
    expect(data.map((one) => pair.asked.readPiece(one)).join('')).toBe(text);
    expect(told).toContain('look_up');
    expect(told.replaceAll('\\"', '"')).toContain('"city":"Köln"');
    expect(told).toMatch(pair.asked.marker);
  });

  it.each(relayedPairs)('its id is the provider’s, in %s', async (_name, pair) => {
    const whole: { readonly id?: string } = wholes[pair.spoken.protocol](false);
    const { told } = await ask(pair, { ...whole, responseId: 'g_1' });
    expect(told).toContain(whole.id === undefined ? '"responseId":"g_1"' : `"id":"${whole.id}"`);
  });

  it('what only Google tells crosses as it came: code, sources, signatures', async () => {
    const pair = relayedPairs.find(([, { asked }]) => asked.protocol === 'google-generate-content');
    if (pair === undefined) throw new Error('there is no pair');
    const parts = [
      { executableCode: { language: 'PYTHON', code: '1' } },
      { functionCall: { name: 'look_up', args: input }, thoughtSignature: 'c2lnbmVk' },
    ];
    const content = { role: 'model', parts };
    const groundingMetadata = { webSearchQueries: ['Köln'] };
    const candidates = [{ index: 0, content, groundingMetadata, finishReason: 'STOP' }];
    const { data, record } = await ask(pair[1], { candidates, modelVersion: 'm' });
    expect(data.map((one) => JSON.parse(one))).toEqual([{ candidates, modelVersion: 'm' }]);
    expect(record?.outcome).toBe('answered');
  });

  it('its id names the account that has it', async () => {
    const credentials = ['a', 'b', 'c'].map((name) => ({ api_key: `sk-test-${name}` }));
    const one = { base_url: 'https://one.test/v1', protocol: 'openai-responses', credentials };
    const stage = stageEngine({
      main: 'one/m',
      providers: { one: { ...one, selection: 'round-robin' } },
    });
    stage.host.upstream.answerBy(() => ({
      chunks: [JSON.stringify(wholes['openai-responses'](false))],
    }));
    const body = { stream: true };
    await stage.ask({ path: '/v1/responses', body });
    for (const _ of credentials)
      await stage.ask({ path: '/v1/responses', body: { ...body, previous_response_id: 'resp_1' } });
    expect(stage.sent()).toEqual(['one a', 'one a', 'one a', 'one a']);
  });

  it.each(relayedPairs)('an error in its place is one, in %s', async (_name, pair) => {
    const { record } = await ask(pair, {
      error: { message: 'no', type: 'invalid_request_error', code: 400 },
    });
    expect(record?.answeredBy).toBeUndefined();
  });

  it('several answers at once cannot be told as a stream', async () => {
    const [[, pair] = []] = relayedPairs;
    if (pair === undefined) throw new Error('there is no pair');
    const { record } = await ask(pair, wholes['openai-chat'](false), { n: 2 });
    expect(record?.attempts[0]?.failure?.class).toBe('malformed');
  });
});

/** Fields that vendors add to an answer, its items and their parts; `fieldX` is nobody's. */
const moreFields = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom('annotations', 'citations', 'logprobs', 'groundingMetadata', 'stats', 'fieldX'),
    fc.constantFrom(
      (mark: string) => mark,
      (mark: string) => [{ url: mark }],
      (mark: string) => ({ inner: { of: [mark] } }),
    ),
  ),
  { maxLength: 2, selector: ([name]) => name },
);

/** Items and parts that only their vendor understands. */
const vendorItems: Readonly<Record<ProtocolName, readonly object[]>> = {
  'openai-chat': [],
  'anthropic-messages': [
    { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: { query: 'MARK' } },
    { type: 'web_search_tool_result', tool_use_id: 'srv_1', content: [{ title: 'MARK' }] },
    { type: 'thinking', thinking: 'MARK', signature: 'sig' },
  ],
  'openai-responses': [
    { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { query: 'MARK' } },
    { type: 'mcp_call', id: 'mcp_1', name: 'MARK', arguments: '{"a":"MARK"}', output: 'MARK' },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'MARK' }] },
  ],
  'google-generate-content': [{ text: 'MARK', thought: true }],
};

describe('nothing of a whole answer is lost in silence', () => {
  it.each(pairs)('each field is told, or named in a note: %s', async (_name, pair) => {
    const { protocol } = pair.spoken;
    const draw = fc.record({
      hasCall: fc.boolean(),
      items: fc.subarray([...vendorItems[protocol]]),
      more: fc.array(moreFields, { minLength: 6, maxLength: 6 }),
    });
    const check = fc.asyncProperty(draw, async ({ hasCall, items, more }) => {
      const whole = withItems(wholes[protocol](hasCall), items);
      const { answer, marks } = extendWith(more, whole);
      const { told, record } = await ask(pair, answer);
      // A content that nobody knows fails the attempt by name.
      if (record?.attempts[0]?.failure?.rule === 'untranslatable') return;
      expect(record?.outcome).toBe('answered');
      const notes = record?.notes?.join() ?? '';
      const lost = [...marks].filter(
        ([mark, name]) => !told.includes(mark) && (name === '' || !notes.includes(name)),
      );
      expect(lost).toEqual([]);
    });
    await fc.assert(check, { seed: 26, numRuns: 25 });
  });
});

/** Objects with words of a tool, and counts: no vendor extends them. */
const closed: ReadonlySet<string> = new Set([
  'usage',
  'usageMetadata',
  'args',
  'input',
  'function',
]);

/**
 * Adds the drawn fields to the answer's objects. Returns its unique texts, each with what a note
 * must name where it is not told.
 */
function extendWith(more: readonly Drawn[], whole: object) {
  const marks = new Map<string, string>();
  const mark = (name: string): string => {
    marks.set(`mark${marks.size}end`, name);
    return `mark${marks.size - 1}end`;
  };
  let count = 0;
  const extend = (value: unknown, item: string): unknown => {
    if (typeof value === 'string') return value.replaceAll('MARK', () => mark(item));
    if (Array.isArray(value)) return value.map((one) => extend(one, item));
    if (typeof value !== 'object' || value === null) return value;
    const type = String(Reflect.get(value, 'type'));
    const inside = /search|mcp|server/.test(type) ? type : item;
    const told = Object.entries(value).map(([name, one]) => [
      name,
      closed.has(name) && inside === '' ? one : extend(one, inside),
    ]);
    const added = (more[count++ % more.length] ?? [])
      .filter(([name]) => !(name in value))
      .map(([name, write]) => [name, write(mark(inside === '' ? name : inside))]);
    return { ...Object.fromEntries(told), ...Object.fromEntries(added) };
  };
  return { answer: Object(extend(whole, '')), marks };
}

type Drawn = readonly (readonly [name: string, write: (mark: string) => unknown])[];

function withItems(whole: object, items: readonly object[]): object {
  const copy = structuredClone(whole);
  const { output, content, candidates } = Object(copy);
  const list = output ?? content ?? candidates?.[0]?.content.parts;
  list?.unshift(...items);
  return copy;
}
