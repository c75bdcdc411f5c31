/**
 * The AI SDK itself (`ai` 6) over `holdfast/ai-sdk`, in process, against the simulated provider
 * over real sockets.
 */

import type { JSONSchema7 } from '@ai-sdk/provider';
import {
  APICallError,
  embed,
  generateObject,
  generateText,
  type LanguageModel,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHoldfastProvider, type HoldfastProvider } from '../../src/ai-sdk/index.ts';
import { createHoldfast } from '../../src/index.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

let sim: SimulatedProvider;
let holdfast: HoldfastProvider;

beforeAll(async () => {
  sim = await startSimulatedProvider();
  const target = { base_url: sim.url, protocol: 'openai-chat' };
  const config = {
    main: { provider: 'vendor', model: 'sim/plain' },
    auxiliary: {
      title_generation: {
        provider: 'vendor',
        model: 'sim/status-503',
        fallback_chain: [{ provider: 'spare', model: 'sim/plain' }],
      },
      unlucky: { provider: 'vendor', model: 'sim/status-503', fallback: 'none' },
    },
    aliases: { 'claude-*haiku*': 'title_generation' },
    providers: {
      vendor: { ...target, api_key: 'sk-sim-good', stream_recovery: 'error' },
      spare: { ...target, api_key: 'sk-sim-good+spare' },
    },
  };
  holdfast = createHoldfastProvider({ runtime: { config } });
});

beforeEach(() => sim.clearLog());

afterAll(async () => {
  await holdfast.close();
  await sim.close();
});

const look = tool({
  description: 'Looks something up',
  inputSchema: z.object({ place: z.string() }),
  execute: ({ place }) => `found ${place}`,
});

async function thrownBy(call: PromiseLike<unknown>): Promise<unknown> {
  return await call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a language model', () => {
  it('generates text, and names its route', async () => {
    const { text, usage, providerMetadata } = await generateText({
      model: holdfast('main'),
      prompt: 'good morning',
    });
    expect(text).toContain('good morning');
    expect(usage.outputTokens).toBeGreaterThan(0);
    expect(providerMetadata?.['holdfast']).toEqual({
      requestId: expect.stringMatching(/^hfr_/),
      task: 'main',
      target: 'vendor/sim/plain',
      attempts: 1,
      reason: 'vendor/sim/plain comes first for main',
      failed: [],
      skipped: [],
    });
  });

  it.each(['title_generation', 'claude-3-5-haiku-latest'])(
    'falls back for %s, and says why in the metadata of a stream',
    async (name) => {
      const result = streamText({ model: holdfast.languageModel(name), prompt: 'one two three' });
      let text = '';
      for await (const piece of result.textStream) text += piece;
      expect(text).toContain('one two three');
      expect((await result.providerMetadata)?.['holdfast']).toMatchObject({
        task: 'title_generation',
        target: 'spare/sim/plain',
        reason: expect.stringContaining('vendor/sim/status-503'),
      });
    },
  );

  it.each([
    ['whole', (model: LanguageModel) => generateText({ model, prompt: 'good morning' })],
    ['streamed', (model: LanguageModel) => streamText({ model, prompt: 'good morning' })],
  ])('answers, %s, where no record is kept', async (_name, run) => {
    const provider = { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' };
    const config = { main: 'one/sim/plain', providers: { one: provider } };
    const forgetful = createHoldfastProvider({ runtime: { config, recordLimit: 0 } });
    const result = await run(forgetful('main'));
    expect(await result.text).toContain('good morning');
    await forgetful.close();
  });

  it('fills an object by its schema', async () => {
    const { object } = await generateObject({
      model: holdfast('main'),
      schema: z.object({ city: z.string(), people: z.number() }),
      prompt: 'a city',
    });
    expect(object).toEqual({ city: expect.any(String), people: expect.any(Number) });
  });

  it.each([
    ['whole', () => generateText({ ...toolCall(), model: holdfast('main') })],
    ['streamed', () => streamText({ ...toolCall(), model: holdfast('main') })],
  ])('goes a round through a tool, %s', async (_name, run) => {
    const result = await run();
    const steps = await result.steps;
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
    expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual([
      expect.stringContaining('found'),
    ]);
  });

  it('ends when its caller aborts, and the request upstream with it', async () => {
    const caller = new AbortController();
    const model = holdfast('vendor/sim/pace-20ms');
    const result = streamText({
      model,
      prompt: 'one two three four five six',
      abortSignal: caller.signal,
    });
    const kinds: string[] = [];
    for await (const part of result.fullStream) {
      kinds.push(part.type);
      if (part.type === 'text-delta') caller.abort();
    }
    expect(kinds.at(-1)).toBe('abort');
    expect(holdfast.holdfast.records().at(-1)).toMatchObject({ outcome: 'client-gone' });
  });
});

describe('when nobody answers', () => {
  it('is called once: the failover is done, the error says so and names the route', async () => {
    const error = await thrownBy(generateText({ model: holdfast('unlucky'), prompt: 'hi' }));
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      isRetryable: false,
      data: { holdfast: { task: 'unlucky' } },
    });
    const records = holdfast.holdfast.records().filter(({ task }) => task === 'unlucky');
    expect(records).toHaveLength(1);
    const failed = records[0]?.attempts.map(({ target }) => ({ target })) ?? [];
    expect(error).toMatchObject({ data: { holdfast: { failed } } });
    expect(failed.length).toBeGreaterThan(3); // it has waited, and probed meanwhile
    expect(sim.log()).toHaveLength(failed.length);
  });

  it("hands on the provider's own refusal of a request", async () => {
    const error = await thrownBy(
      generateText({ model: holdfast('vendor/sim/context-overflow'), prompt: 'hi' }),
    );
    expect(error).toMatchObject({
      statusCode: 400,
      isRetryable: false,
      data: { error: { code: 'context_length_exceeded' } },
    });
  });

  it('names an unknown model', async () => {
    const error = await thrownBy(generateText({ model: holdfast('gone/model'), prompt: 'hi' }));
    expect(error).toMatchObject({ statusCode: 404, isRetryable: false });
  });

  it('ends a broken stream with one error that carries the route', async () => {
    const errors: unknown[] = [];
    const result = streamText({
      model: holdfast('vendor/sim/cut-after-4'),
      prompt: 'one two three four five six',
      onError: ({ error }) => void errors.push(error),
    });
    await result.consumeStream();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      isRetryable: false,
      data: { holdfast: { failed: [{ class: 'stream-cut' }] } },
    });
  });

  it.each(['cut-after-1', 'cut-after-2', 'cut-after-3'])(
    'hands out no tool call of sim/%s',
    async (model) => {
      const parts: string[] = [];
      const properties = { place: { type: 'string' }, when: { type: 'string' } } as const;
      const inputSchema = {
        type: 'object',
        properties,
        required: ['place', 'when'],
      } satisfies JSONSchema7;
      const { stream } = await holdfast(`vendor/sim/${model}`).doStream({
        prompt: [{ role: 'user', content: [{ type: 'text', text: 'look' }] }],
        tools: [{ type: 'function', name: 'look', inputSchema }],
        toolChoice: { type: 'required' },
      });
      for await (const { type } of stream) parts.push(type);
      expect(parts).toContain('tool-input-start');
      expect(parts).toContain('error');
      expect(parts).not.toContain('tool-call');
    },
  );
});

it('embeds values, and names its route', async () => {
  const { embedding, providerMetadata } = await embed({
    model: holdfast.embeddingModel('vendor/sim/plain'),
    value: 'a',
  });
  expect(embedding.length).toBeGreaterThan(0);
  expect(providerMetadata?.['holdfast']).toMatchObject({ target: 'vendor/sim/plain' });
});

it('leaves an engine that was given open', async () => {
  const target = { base_url: sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' };
  const engine = createHoldfast({
    config: { main: 'vendor/sim/plain', providers: { vendor: target } },
  });
  await createHoldfastProvider({ holdfast: engine }).close();
  expect((await engine.ask('still there')).text).toContain('still there');
  await engine.close();
});

function toolCall(): {
  readonly prompt: string;
  readonly tools: { readonly look: typeof look };
  readonly stopWhen: ReturnType<typeof stepCountIs>;
} {
  return { prompt: 'please look', tools: { look }, stopWhen: stepCountIs(3) };
}
