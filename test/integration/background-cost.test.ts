/**
 * Answers in the background over real sockets, made and fetched at two gateways with one state:
 * what each has used is counted once, where its end is first told, in records and in budgets.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';

const key = `hf_test_${'k'.repeat(24)}`;
const price = { input: 1, output: 10 };
let sim: SimulatedProvider;
let home: string;
const opened: { readonly runtime: Runtime; readonly gateway: Gateway }[] = [];

beforeAll(async () => {
  sim = await startSimulatedProvider();
});
afterAll(() => sim.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-background-'));
});
afterEach(async () => {
  await close();
  rmSync(home, { recursive: true });
});

async function open(): Promise<Runtime> {
  const config = {
    main: { provider: 'sim', model: 'sim/plain' },
    budget: { usd: 1000, tokens: 1_000_000, requests: 1000, per: 'month' },
    prices: Object.fromEntries(
      ['plain', 'pace-20ms', ...[1, 2, 3, 4].map((after) => `cut-after-${after}`)].map((name) => [
        `sim/sim/${name}`,
        price,
      ]),
    ),
    providers: {
      sim: {
        base_url: sim.url,
        protocol: 'openai-responses',
        billing: 'metered',
        api_key: 'sk-sim-good',
      },
    },
    gateway: { port: 0 },
  };
  const host = createNodeHost({ HOLDFAST_HOME: home });
  const runtime = createRuntime({ config, host, store: 'in-place' });
  opened.push({ runtime, gateway: await startGateway({ runtime, key }) });
  return runtime;
}

async function close(): Promise<void> {
  for (const { runtime, gateway } of opened.splice(0)) {
    await gateway.close();
    await runtime.close();
  }
}

interface Told {
  readonly id: string;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number } | null;
}

function send(at: number, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${opened[at]?.gateway.url}/v1/responses${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function whole(asked: Promise<Response>): Promise<Told> {
  return JSON.parse(await (await asked).text());
}

/** What the last event of a stream says. */
async function streamed(asked: Promise<Response>): Promise<Told> {
  return responseIn(await (await asked).text(), -1);
}

function responseIn(text: string, index: number): Told {
  const [, data = ''] = [...text.matchAll(/^data: (.*)$/gm)].at(index) ?? [];
  return JSON.parse(data).response;
}

const makes = ['whole', 'streamed', 'left', 'cut', 'not in the background'] as const;
type Make = (typeof makes)[number];

/** What a caller does with an answer that was made, and which end it is told by that. */
const uses = {
  fetched: (at: number, id: string) => whole(send(at, 'GET', `/${id}`)),
  followed: (at: number, id: string) => streamed(send(at, 'GET', `/${id}?stream=true`)),
  'followed from the middle': (at: number, id: string) =>
    streamed(send(at, 'GET', `/${id}?stream=true&starting_after=2`)),
  cancelled: (at: number, id: string) => whole(send(at, 'POST', `/${id}/cancel`)),
  'fetched at both at once': async (_at: number, id: string) => {
    const answers = await Promise.all([0, 1].map((one) => whole(send(one, 'GET', `/${id}`))));
    return answers[0];
  },
  'asked for its input': async (at: number, id: string) => {
    await send(at, 'GET', `/${id}/input_items`);
    return undefined;
  },
} satisfies Record<string, (at: number, id: string) => Promise<Told | undefined>>;

interface Making {
  readonly how: Make;
  readonly words: number;
  /** Each breaks at another model: the second cut in a row would hold the first one back. */
  readonly index: number;
}

async function make(at: number, { how, words, index }: Making): Promise<Told> {
  const background = how !== 'not in the background';
  const body = { model: 'main', input: 'hello '.repeat(words), max_output_tokens: 400, background };
  switch (how) {
    case 'streamed':
      return streamed(send(at, 'POST', '', { ...body, stream: true }));
    case 'cut':
      return begunIn(
        send(at, 'POST', '', { ...body, model: `sim/sim/cut-after-${index + 1}`, stream: true }),
      );
    case 'left':
      return leave(at, { ...body, model: 'sim/sim/pace-20ms', stream: true });
    default:
      return whole(send(at, 'POST', '', body));
  }
}

/** Reads until the first text has come, and goes. */
async function leave(at: number, body: object): Promise<Told> {
  const before = leavesAt(at);
  const response = await send(at, 'POST', '', body);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('output_text.delta')) break;
  }
  await expect.poll(() => leavesAt(at)).toBe(before + 1);
  return responseIn(text, 0);
}

function leavesAt(at: number): number {
  const records = opened[at]?.runtime.records() ?? [];
  return records.filter(({ outcome }) => outcome === 'client-gone').length;
}

/** What the first event of a stream says. */
async function begunIn(asked: Promise<Response>): Promise<Told> {
  return responseIn(await (await asked).text(), 0);
}

const place = fc.nat({ max: 1 });
const life = fc.record({
  how: fc.constantFrom(...makes),
  at: place,
  words: fc.integer({ min: 1, max: 9 }),
  uses: fc.array(fc.tuple(fc.constantFrom(...Object.values(uses)), place), { maxLength: 4 }),
});

interface Sums {
  readonly tokens: number;
  readonly usd: number;
}

const none: Sums = { tokens: 0, usd: 0 };

function add(sums: Sums, usage: Told['usage'] | undefined): Sums {
  if (usage == null) return sums;
  const { input_tokens: input, output_tokens: output } = usage;
  const usd = (input * price.input + output * price.output) / 1_000_000;
  return { tokens: sums.tokens + input + output, usd: sums.usd + usd };
}

async function spent(runtime: Runtime): Promise<Sums & { readonly requests: number }> {
  const rows = await runtime.budgets([]);
  const of = (unit: string): number => rows.find((row) => row.unit === unit)?.spent ?? Number.NaN;
  return { tokens: of('tokens'), usd: of('usd'), requests: of('requests') };
}

function recorded(): Sums {
  const records = opened.flatMap(({ runtime }) => runtime.records());
  return records.reduce(
    (sums, { usage, cost }) => ({
      tokens: sums.tokens + (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
      usd: sums.usd + (cost?.usd ?? 0),
    }),
    none,
  );
}

it('whatever is done with answers in the background, each is counted once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
      await close();
      rmSync(home, { recursive: true, force: true });
      await open();
      await open();
      let sums = none;
      for (const [index, { how, at, words, uses: used }] of lives.entries()) {
        const made = await make(at, { how, words, index });
        const all: (Told | undefined)[] = [made];
        for (const [use, there] of used) all.push(await use(there, made.id));
        // Who has not asked yet does so in the end.
        all.push(await uses.fetched(1 - at, made.id));
        sums = add(sums, all.find((one) => one?.usage != null)?.usage);
      }
      expect(recorded()).toEqual({ tokens: sums.tokens, usd: expect.closeTo(sums.usd, 10) });
      await close();
      expect(await spent(await open())).toEqual({
        tokens: sums.tokens,
        usd: expect.closeTo(sums.usd, 10),
        requests: lives.length,
      });
    }),
    { numRuns: 15 },
  );
}, 60_000);

it('an answer that nobody fetches counts as what it might use', async () => {
  const runtime = await open();
  await make(0, { how: 'whole', words: 1, index: 0 });
  expect(recorded()).toEqual(none);
  const { tokens, requests } = await spent(runtime);
  expect(tokens).toBeGreaterThanOrEqual(400);
  expect(requests).toBe(1);
});
