/**
 * Claude Code's line for its vendor's accounts: it reaches Anthropic as it was written, and nobody
 * else.
 */

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRuntime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask } from './harness.ts';
import { anthropicMessages } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider({ keepBodies: true });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

let count = 0;
/** Another one with each request, as the client writes it. */
const line = (): string =>
  `x-anthropic-billing-header: cc_version=2.1.329.${++count}; cc_entrypoint=cli; cch=${count};`;
const prompt = { cache_control: { type: 'ephemeral' }, type: 'text', text: 'You are an agent.' };
const messages = [{ role: 'user', content: 'hello x-anthropic-billing-header: mine' }];

/** Ways in which the line stands in a body. */
const bodies: readonly (readonly [string, () => object])[] = [
  ['a block of its own', () => ({ system: [{ type: 'text', text: line() }, prompt] })],
  ['the first line of a text', () => ({ system: `${line()}\nYou are an agent.` })],
  [
    'the first line of a block',
    () => ({ system: [{ ...prompt, text: `${line()}\nYou are an agent.` }] }),
  ],
  ['nothing but it', () => ({ system: line() })],
];

async function bodiesAt(
  provider: string,
  protocol: string,
  body: () => object,
): Promise<readonly string[]> {
  const runtime = createRuntime({
    config: {
      main: { provider, model: 'sim/plain' },
      providers: { [provider]: { base_url: sim.url, protocol, api_key: 'sk-sim-good' } },
    },
  });
  for (const _ of [1, 2])
    expect(
      (await ask(runtime, { max_tokens: 100, messages, ...body() }, { tongue: anthropicMessages }))
        .status,
    ).toBe(200);
  await runtime.close();
  return sim.log().map(({ body: sent }) => sent ?? '');
}

it.each(bodies)('%s: another vendor does not get it, relayed or translated', async (_, body) => {
  for (const [provider, protocol] of [
    ['minimax', 'anthropic-messages'],
    ['mine', 'anthropic-messages'],
    ['mine', 'openai-chat'],
    ['anthropic', 'openai-chat'],
  ] as const) {
    sim.reset();
    const [first = '', second = ''] = await bodiesAt(provider, protocol, body);
    expect(first).not.toContain('cch=');
    expect(first).toContain('hello x-anthropic-billing-header: mine');
    expect(second).toBe(first);
    if (JSON.stringify(body()).includes('You are')) expect(first).toContain('You are an agent.');
  }
});

it.each(bodies)('%s: Anthropic gets it byte for byte', async (_, body) => {
  const [first] = await bodiesAt('anthropic', 'anthropic-messages', body);
  expect(first).toContain('x-anthropic-billing-header: cc_version');
});
