/**
 * Broken streams of `anthropic-messages` as the official SDK puts them together: one whole message,
 * or one error (docs/streams.md).
 */

import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHoldfast, type Holdfast } from '../../src/library/holdfast.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

interface Scene {
  readonly model: string;
  readonly fallback?: string;
  /** Settings of the provider of `model`, and of `fallback`. */
  readonly main?: object;
  readonly spare?: object;
  readonly body?: object;
}

function start({ model, fallback = 'sim/echo', main = {}, spare = {} }: Scene): Holdfast {
  const server = {
    base_url: sim.url,
    protocol: 'anthropic-messages',
    api_key: 'sk-sim-good',
    pace: 'quick',
  };
  const other = sim.url.replace('127.0.0.1', 'localhost');
  return createHoldfast({
    config: {
      main: { provider: 'one', model },
      fallback_chain: [{ provider: 'two', model: fallback }],
      providers: { one: { ...server, ...main }, two: { ...server, base_url: other, ...spare } },
    },
  });
}

async function travel(scene: Scene) {
  const holdfast = start(scene);
  const asked: Anthropic.MessageCreateParamsNonStreaming = {
    model: 'main',
    max_tokens: 4096,
    messages: [{ role: 'user', content: 'hello there' }],
    ...scene.body,
  };
  const message = await new Anthropic(holdfast.anthropic()).messages
    .stream(asked)
    .finalMessage()
    .catch((error) => error);
  const [record] = holdfast.records();
  await holdfast.close();
  return {
    message,
    record,
    seen: sim.log().map(({ model, prefill }) => `${model}${prefill ? ' prefill' : ''}`),
  };
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/**
 * The simulated provider counts its words, so that a whole answer can be seen to be whole: `~7/60
 * ~8/60 …`.
 */
function isCountedWhole(text: string, to: number): boolean {
  const counts = [...text.matchAll(/~(\d+)\/\d+/g)].map(([, count]) => Number(count));
  return (
    counts.at(-1) === to &&
    counts.every((count, index) => index === 0 || count === (counts[index - 1] ?? 0) + 1)
  );
}

const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 } };
const tool = {
  name: 'look_up',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
};

describe('a stream that is cut after 40 of 60 events (fault 8)', () => {
  it('is one message: one id, one block of text, one end, the tokens of both parts', async () => {
    const { message, record } = await travel({ model: 'sim/cut-after-40' });
    expect(message.content).toHaveLength(1);
    expect(isCountedWhole(textOf(message), 60)).toBe(true);
    expect([message.model, message.stop_reason]).toEqual(['sim/cut-after-40', 'end_turn']);
    expect(message.usage.output_tokens).toBeGreaterThanOrEqual(60);
    expect(record?.outcome).toBe('answered');
    expect(record?.joints?.[0]).toMatchObject({ way: 'instruct', finding: 'clean', removed: 0 });
  });

  it('is continued by prefill where the model takes one', async () => {
    const { message, seen } = await travel({
      model: 'sim/cut-after-40',
      main: { models: { 'sim/cut-after-40': { prefill: true } } },
    });
    expect(seen).toEqual(['sim/cut-after-40', 'sim/cut-after-40 prefill']);
    expect(isCountedWhole(textOf(message), 60)).toBe(true);
  });

  it('keeps its reasoning once, with its signature, and adds none', async () => {
    const { message, seen } = await travel({
      model: 'sim/cut-after-40',
      body: thinking,
      main: { models: { 'sim/cut-after-40': { prefill: true } } },
    });
    expect(message.content.map(({ type }: { type: string }) => type)).toEqual(['thinking', 'text']);
    expect(message.content[0].signature).toMatch(/^sim-/);
    expect(isCountedWhole(textOf(message), 60)).toBe(true);
    expect(seen).toEqual(['sim/cut-after-40', 'sim/cut-after-40 prefill']);
  });

  it('is continued by instruction where the model refuses a prefill with 400 (fault 14)', async () => {
    const { message, seen } = await travel({
      model: 'sim/stall-after-20',
      fallback: 'claude-sonnet-4-6',
      main: { limits: { idle_text: 0.2 } },
      spare: { models: { 'claude-sonnet-4-6': { prefill: true } } },
    });
    expect(seen).toEqual(['sim/stall-after-20', 'claude-sonnet-4-6 prefill', 'claude-sonnet-4-6']);
    expect(isCountedWhole(textOf(message), 30)).toBe(true);
  });
});

describe('a stream that breaks', () => {
  it('inside its reasoning is asked for afresh, and the new reasoning is dropped', async () => {
    const { message, record } = await travel({ model: 'sim/cut-after-5', body: thinking });
    expect(message.content.map(({ type }: { type: string }) => type)).toEqual(['thinking', 'text']);
    expect(message.content[0].thinking.split(' ')).toHaveLength(5);
    expect(textOf(message)).toMatch(/heard: hello there/);
    expect(record?.joints?.[0]?.way).toBe('afresh');
  });

  it('by silence is continued by the next target (fault 9)', async () => {
    const { message, record } = await travel({
      model: 'sim/stall-after-20',
      main: { limits: { idle_text: 0.2 } },
    });
    expect(isCountedWhole(textOf(message), 30)).toBe(true);
    expect(record?.answeredBy).toBe('two/sim/echo');
  });

  it('by an error inside of it is continued', async () => {
    const { message, record } = await travel({ model: 'sim/error-in-stream' });
    expect(record?.attempts[0]?.failure?.class).toBe('overloaded');
    expect(message.stop_reason).toBe('end_turn');
  });

  it.each<[string, object, RegExp]>([
    [
      'inside a tool call',
      { tools: [tool], tool_choice: { type: 'any' } },
      /a tool call cannot be continued/,
    ],
    [
      'with a strict output format',
      { output_config: { format: { type: 'json_schema', schema: tool.input_schema } } },
      /a strict output format cannot be continued/,
    ],
  ])('%s ends with one clean error that says why', async (_name, body, why) => {
    const { message, record } = await travel({ model: 'sim/cut-after-2', body });
    expect(message).toMatchObject({ type: 'api_error', errorCode: 'stream-cut' });
    expect(String(message)).toMatch(why);
    expect(record?.outcome).toBe('broken');
  });
});
