/**
 * Strict chat templates over real sockets: a request goes through, by order where it is translated,
 * by amendment where it is relayed.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { anthropicMessages, openaiChat, openaiResponses, type Tongue } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider({ keepBodies: true });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const reminder = { role: 'system', content: 'answer in verse' };
const later = [
  { role: 'user', content: 'hello' },
  reminder,
  { role: 'assistant', content: 'well' },
  { role: 'user', content: 'go on' },
];
const calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }];

/** Conversations that a strict template refuses as they stand. */
const conversations: readonly (readonly [string, Tongue, object])[] = [
  [
    'two leading system messages',
    openaiChat,
    { messages: [reminder, { ...reminder, role: 'developer' }, ...later] },
  ],
  ['a system message within', openaiChat, { messages: later }],
  [
    'one between a call and its result',
    openaiChat,
    {
      messages: [
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: null, tool_calls: calls },
        reminder,
        { role: 'tool', tool_call_id: 'call_1', content: 'seen' },
      ],
    },
  ],
  [
    'instructions and a developer item',
    openaiResponses,
    {
      instructions: 'be short',
      input: [
        { role: 'developer', content: 'answer in verse' },
        { role: 'user', content: 'hello' },
      ],
    },
  ],
  [
    'a system message within',
    anthropicMessages,
    { max_tokens: 100, system: 'be short', messages: later },
  ],
];

function start(protocol: string, model: string) {
  return createRuntime({
    config: {
      main: { provider: 'p', model },
      providers: { p: { base_url: sim.url, protocol, api_key: 'sk-sim-good' } },
    },
  });
}

describe.each(['sim/strict-roles', 'sim/strict-roles-500'])('relayed to %s', (model) => {
  it.each(conversations)(
    '%s (%o) is asked once more in order, and from then on so at once',
    async (_, tongue, body) => {
      const runtime = start(tongue.protocol, model);
      const first = await ask(runtime, body, { tongue });
      const second = await ask(runtime, body, { tongue });
      const [refusal, ...answers] = sim.log().map(({ status }) => status);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect([refusal, ...answers]).toEqual([model.endsWith('500') ? 500 : 400, 200, 200]);
      const [record] = runtime.records();
      expect(record?.attempts[0]?.failure).toMatchObject({ class: 'foreign-history' });
      expect(record?.attempts[0]?.heldBack).toBeUndefined();
      expect(runtime.records().at(-1)?.notes.join()).toContain(
        'asked with one system message, at the start',
      );
      expect(sim.log().at(-1)?.body).toContain('answer in verse');
      await runtime.close();
    },
  );
});

it('relayed to a template that wants user and assistant in turn, both orders are learned', async () => {
  const runtime = start('openai-chat', 'sim/alternating-roles');
  const body = { messages: [...later, { role: 'user', content: 'now' }] };
  expect((await ask(runtime, body)).status).toBe(200);
  expect((await ask(runtime, body)).status).toBe(200);
  expect(sim.log().map(({ status }) => status)).toEqual([400, 200, 200]);
  await runtime.close();
});

it('a request that is in order already goes on byte for byte, learned or not', async () => {
  const runtime = start('openai-chat', 'sim/strict-roles');
  const body = {
    messages: [
      { role: 'system', content: 'be short' },
      { role: 'user', content: 'hello' },
    ],
    top_k: 1.0,
  };
  await ask(runtime, body);
  const before = sim.log().at(-1)?.body;
  await ask(runtime, { messages: later });
  await ask(runtime, body);
  expect(sim.log().at(-1)?.body).toBe(before);
  await runtime.close();
});

describe('translated to a server of one’s own', () => {
  it.each(conversations.filter(([, tongue]) => tongue !== openaiChat))(
    '%s (%o) is taken at the first request',
    async (_, tongue, body) => {
      const runtime = start('openai-chat', 'sim/strict-roles');
      expect((await ask(runtime, body, { tongue })).status).toBe(200);
      expect(sim.log()).toHaveLength(1);
      await runtime.close();
    },
  );

  it('a vendor that is not known to be strict is folded for after its refusal', async () => {
    const runtime = createRuntime({
      config: {
        main: { provider: 'openai', model: 'sim/strict-roles' },
        providers: {
          openai: { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
        },
      },
    });
    const body = { max_tokens: 100, system: 'be short', messages: later };
    for (const _ of [1, 2])
      expect((await ask(runtime, body, { tongue: anthropicMessages })).status).toBe(200);
    expect(sim.log().map(({ status }) => status)).toEqual([400, 200, 200]);
    await runtime.close();
  });
});
