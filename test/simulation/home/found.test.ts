/** Stories that the simulation has found, as short as they can be: each broke a law once. */

import { expect, it } from 'vitest';
import { Random } from '../random.ts';
import type { Fault } from '../scenario.ts';
import { playStory } from './play.ts';
import type { Step, Story, StoryKey, StoryProvider } from './story.ts';

const provider = (name: string, keys: readonly StoryKey[], pace: string): StoryProvider => ({
  name,
  host: name,
  baseUrl: `https://${name}.test/v1`,
  keys,
  models: ['m1'],
  settings: {
    base_url: `https://${name}.test/v1`,
    protocol: 'openai-chat',
    pace,
    selection: 'round-robin',
  },
});

const breaks = (name: string, untilMs: number, times: number, fault: Fault, from = 0): Step => ({
  at: from,
  do: 'break',
  phase: { provider: name, from, until: untilMs, times, fault },
});

const asks = (number: number, at: number, model: string, stream: boolean): Step => ({
  at,
  do: 'ask',
  number,
  process: 0,
  model,
  stream,
  caller: 'ada',
  ...(number === 2 ? { limitS: 60 } : {}),
});

const titles = {
  title_generation: { fallback: 'main', provider: 'qwen', model: 'm1' },
  compression: { provider: 'auto' },
};
const key = { source: 'env' } as const;

/**
 * A title waits for a mark, is let go, and then waits for its slot, with the probe in its hands:
 * meanwhile others asked, and the mark was opened anew (law 7).
 */
const probeThatWaitsForItsSlot: Story = {
  seed: 0,
  providers: [
    provider('qwen', [key], 'quick'),
    provider('openrouter', [key, key, key, key, key], 'thinking'),
  ],
  variants: [{ main: 'qwen/m1', chain: ['openrouter/m1'], auxiliary: titles }],
  budgets: [],
  concurrency: { title_generation: 1 },
  processes: 1,
  storeMs: 3,
  isSqlite: false,
  steps: [
    breaks('qwen', 91_187, 3, { kind: 'empty' }),
    breaks('qwen', 60_655, 1000, { kind: 'silent' }),
    breaks('openrouter', 106_482, 1000, { kind: 'cut', after: 2 }),
    asks(1, 6207, 'title_generation', true),
    asks(2, 6207, 'title_generation', true),
    asks(11, 32_820, 'title_generation', false),
    asks(12, 34_454, 'main', true),
  ],
  spanMs: 120_000,
  randomness: new Random(1).series(997),
};

/**
 * The only key is out of money; a minute later a request probes it early, and it is refused for a
 * moment: the same request asks it again, though another early probe is not due (law 6).
 */
const earlyProbeThatIsRefused: Story = {
  seed: 0,
  providers: [provider('qwen', [key], 'quick')],
  variants: [{ main: 'qwen/m1', chain: [], auxiliary: titles }],
  budgets: [],
  concurrency: {},
  processes: 1,
  storeMs: 0,
  isSqlite: false,
  steps: [
    asks(1, 0, 'main', false),
    breaks('qwen', 20_000, 1000, { kind: 'status', status: 402, quotes: false }, 10_000),
    asks(3, 12_000, 'main', false),
    { at: 30_000, do: 'key', provider: 'qwen', key: 0, change: 'refuse', forMs: 300_000 },
    asks(4, 90_000, 'main', false),
  ],
  spanMs: 120_000,
  randomness: new Random(1).series(997),
};

it.each([
  ['a probe that waits for its slot', probeThatWaitsForItsSlot],
  ['an early probe that is refused for a moment', earlyProbeThatIsRefused],
])('%s', async (_name, story) => {
  expect((await playStory(story)).broken).toEqual([]);
});
