/**
 * A caller who leaves in the middle of an answer pays for what came of it: budgets and the sums of
 * usage say the same.
 */

import { expect, it } from 'vitest';
import { type EngineStage, stageEngine } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';

const perDay = { usd: 1, tokens: 100_000, requests: 100, per: 'day' } as const;
const config = {
  main: 'one/m',
  budget: perDay,
  prices: { 'one/m': { input: 1, output: 10 } },
};
const provider = {
  base_url: 'https://one.example/v1',
  api_key: `sk-test-${'a'.repeat(20)}`,
  billing: 'metered',
};
const headers = { 'content-type': 'text/event-stream' };
const messages = [{ role: 'user', content: 'hello' }];

/** One event a second: the caller leaves in the middle. */
function streams(events: readonly object[]): UpstreamStep {
  const chunks = events.map(
    (event) => `event: ${Reflect.get(event, 'type')}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return { headers, chunks, chunkDelayMs: 1000, stallAfter: true };
}

const chat = (delta: object, more: object = {}): object => ({
  choices: [{ index: 0, delta }],
  ...more,
});
const words = (count: number): readonly object[] =>
  Array.from({ length: count }, () => chat({ content: 'word ' }));
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const started = {
  type: 'message_start',
  message: { usage: { input_tokens: 9, output_tokens: 1 } },
};
const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
const said = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'one two three, four: 一二三 ' },
};

const chatSettings = { ...provider, protocol: 'openai-chat' };
const messagesSettings = { ...provider, protocol: 'anthropic-messages' };

type Row = readonly [
  name: string,
  server: object,
  step: UpstreamStep,
  tokens: { readonly input: readonly [number, number]; readonly output: readonly [number, number] },
];

/** From and to. What is held for each of these is 8,192 tokens and more. */
const rows: readonly Row[] = [
  [
    'what was told',
    chatSettings,
    streams([chat({ content: 'a' }, { usage })]),
    { input: [7, 7], output: [3, 3] },
  ],
  ['the text that came', chatSettings, streams(words(50)), { input: [3, 20], output: [50, 60] }],
  [
    'thoughts, by how many came',
    chatSettings,
    streams(Array.from({ length: 20 }, () => chat({ reasoning_content: 'hm' }))),
    { input: [3, 20], output: [20, 20] },
  ],
  [
    'what was told of the question, and the text that came',
    messagesSettings,
    streams([started, block, said]),
    { input: [9, 9], output: [5, 14] },
  ],
];

async function leaveAfter(server: object, step: UpstreamStep, ms: number): Promise<EngineStage> {
  const stage = stageEngine({ ...config, providers: { one: server } });
  stage.host.upstream.enqueue(step);
  const caller = new AbortController();
  const gone = stage.begin({ body: { messages, stream: true }, signal: caller.signal });
  await stage.host.advance(ms);
  caller.abort();
  await gone;
  await stage.host.advance(2000);
  return stage;
}

it.each(rows)('who leaves pays for %s', async (_name, server, step, tokens) => {
  const { runtime, lastRecord } = await leaveAfter(
    server,
    step,
    1000 * (step.chunks?.length ?? 0) + 2000,
  );
  const { outcome, usage: paid } = lastRecord() ?? {};
  expect(outcome).toBe('client-gone');
  const { inputTokens = -1, outputTokens = -1 } = paid ?? {};
  expect([inputTokens, outputTokens].every(Number.isInteger)).toBe(true);
  for (const [count, [least, most]] of [
    [inputTokens, tokens.input],
    [outputTokens, tokens.output],
  ] as const) {
    expect(count).toBeGreaterThanOrEqual(least);
    expect(count).toBeLessThanOrEqual(most);
  }
  const spent = (await runtime.budgets([])).map((one) => [one.unit, one.spent, one.held]);
  const usd = (inputTokens + 10 * outputTokens) / 1_000_000;
  expect(spent).toEqual([
    ['usd', expect.closeTo(usd, 12), expect.closeTo(0, 12)],
    ['tokens', inputTokens + outputTokens, 0],
    ['requests', 1, 0],
  ]);
});

it('where nothing is known, what was held is spent, and the record says that no usage was told', async () => {
  const { runtime, lastRecord } = await leaveAfter(chatSettings, { silent: true }, 5000);
  const tokens = (await runtime.budgets([])).find(({ unit }) => unit === 'tokens');
  expect(tokens?.spent).toBeGreaterThan(8192);
  expect(lastRecord()?.attempts).toMatchObject([{ isUnpriced: true }]);
});
