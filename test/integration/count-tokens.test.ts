/**
 * `messages/count_tokens`: asked of the target that would answer, else estimated and marked so;
 * charged to nobody.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { type Answer, ask } from './harness.ts';
import { anthropicMessages } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const counting = {
  protocol: 'anthropic-messages',
  path: '/v1/messages/count_tokens',
  fields: {},
  marker: /^$/,
  hasFinishReason: false,
  readWhole: (body: string): string => body,
  readPiece: (): string => '',
  readError: (): undefined => undefined,
} as const;

function start(settings: object, model = 'sim/echo'): Runtime {
  const one = {
    base_url: sim.url,
    protocol: 'anthropic-messages',
    api_key: 'sk-sim-good',
    ...settings,
  };
  return createRuntime({ config: { main: { provider: 'one', model }, providers: { one } } });
}

function tokensOf({ text }: Answer): number {
  return JSON.parse(text).input_tokens;
}

async function count(
  settings: object,
  model?: string,
): Promise<{ answer: Answer; notes: readonly string[] }> {
  const runtime = start(settings, model);
  const answer = await ask(runtime, {}, { tongue: counting });
  const notes = runtime.records()[0]?.notes ?? [];
  await runtime.close();
  return { answer, notes };
}

describe('a count of tokens', () => {
  it('is the target’s own where it counts', async () => {
    const { answer } = await count({ counts_tokens: true });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-holdfast-target']).toBe('one/sim/echo');
    expect(answer.headers['x-holdfast-estimated']).toBeUndefined();
    expect(tokensOf(answer)).toBeGreaterThan(0);
    expect(sim.log().map(({ path }) => path)).toEqual(['/v1/messages/count_tokens']);
  });

  it.each<[string, object, string | undefined, RegExp]>([
    ['the target does not count', {}, undefined, /no target counts tokens/],
    [
      'the target speaks another protocol',
      { protocol: 'openai-chat' },
      undefined,
      /no target counts tokens/,
    ],
    [
      'the target does not know the path',
      { counts_tokens: true },
      'sim/status-404',
      /does not exist/,
    ],
    ['the target is overloaded', { counts_tokens: true }, 'sim/status-529', /529/],
    [
      'the key is refused',
      { counts_tokens: true, api_key: 'sk-sim-never' },
      undefined,
      /invalid x-api-key/,
    ],
    [
      'there is no key',
      {
        counts_tokens: true,
        api_key: undefined,
        credentials: [{ label: 'gone', file: '/nowhere/key' }],
      },
      undefined,
      /no key of one\/sim\/echo is free/,
    ],
    ['the answer is no count', { counts_tokens: true }, 'sim/html-200', /HTML/],
  ])('is estimated, and marked so, where %s', async (_name, settings, model, why) => {
    const { answer, notes } = await count(settings, model);
    expect(answer.status).toBe(200);
    expect(answer.headers['x-holdfast-estimated']).toBe('true');
    expect(tokensOf(answer)).toBeGreaterThan(0);
    expect(notes.join()).toMatch(why);
    expect(sim.log().length).toBeLessThanOrEqual(1);
  });

  it('blames nobody: what could not count can answer', async () => {
    const runtime = start({ counts_tokens: true }, 'sim/status-429-times-1');
    await ask(runtime, {}, { tongue: counting });
    const answer = await ask(runtime, {}, { tongue: anthropicMessages });
    await runtime.close();
    expect(answer.status).toBe(200);
    expect(sim.log().map(({ status }) => status)).toEqual([429, 200]);
  });

  it('of a model that nobody knows is a clear error', async () => {
    const runtime = createRuntime({
      config: {
        main: 'one/m',
        providers: Object.fromEntries(
          ['one', 'two'].map((name) => [
            name,
            { base_url: sim.url, protocol: 'anthropic-messages', auth: 'none' },
          ]),
        ),
      },
    });
    const answer = await ask(runtime, { model: 'nothing' }, { tongue: counting });
    await runtime.close();
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: 'error',
      error: { type: 'not_found_error' },
    });
  });
});
